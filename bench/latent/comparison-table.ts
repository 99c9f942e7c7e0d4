import { compareFolders } from '../../src/engine/comparison/compare-folders.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { Random } from '../../src/engine/random.ts';

const SET = 500;
const NULL_RUNS = 200;
const POWER_RUNS = 20;

/** Two sets from the same images (null), and the same with one latent of the second moved, or a part of it replaced by a tight new kind. */
export async function comparisonTable(z: Matrix, seeds: number[]): Promise<string> {
  const lines = [
    '| second set | runs | overall p < .05 | uniformity of p (Kolmogorov-Smirnov) | runs with a shift | runs with a group that changed | b covered by a (.95 expected) |',
    '|---|---|---|---|---|---|---|',
  ];
  const row = async (name: string, runs: number, change: (b: Matrix, random: Random) => void) => {
    const pValues: number[] = [];
    let [shifts, groups, covered] = [0, 0, 0];
    for (let run = 0; run < runs; run += 1) {
      const random = new Random(1000 * (seeds[run % seeds.length] as number) + run);
      const order = random.shuffle(Uint32Array.from({ length: z.rows }, (_, i) => i));
      const [a, b] = [take(z, order.subarray(0, SET)), take(z, order.subarray(SET, 2 * SET))];
      change(b, random);
      const set = (points: Matrix) => ({ name: '', attributes: new Map(), z: points, features: null });
      const found = await compareFolders({ a: { ...set(a), group: null, heldOut: null }, b: set(b), active: [], seed: run });
      pValues.push(found.overall.pValue);
      if (found.shifts.some(({ adjustedPValue }) => adjustedPValue < 0.05)) shifts += 1;
      if (found.groups.some((group) => group.change !== 'same')) groups += 1;
      covered += found.coverage.ofB.covered.value / runs;
    }
    const share = (count: number) => (count / runs).toFixed(3);
    const rejected = share(pValues.filter((p) => p < 0.05).length);
    const uniform = name === 'drawn alike' ? `p = ${kolmogorov(pValues).toFixed(3)}` : '';
    lines.push(`| ${name} | ${runs} | ${rejected} | ${uniform} | ${share(shifts)} | ${share(groups)} | ${covered.toFixed(3)} |`);
  };
  await row('drawn alike', NULL_RUNS, () => {});
  for (const size of [0.1, 0.2, 0.4])
    await row(`first latent + ${size} standard deviations`, POWER_RUNS, (b) => moveFirst(b, size * deviation(z)));
  for (const part of [0.02, 0.05, 0.1])
    await row(`${100 * part} % replaced by a new kind`, POWER_RUNS, (b, random) => replace(b, part, 4 * deviation(z), random));
  return `Fashion-MNIST's pixel PCA-16, ${SET} images a set.\n\n${lines.join('\n')}`;
}

function take({ columns, data }: Matrix, chosen: Uint32Array): Matrix {
  const taken = new Float32Array(chosen.length * columns);
  chosen.forEach((from, i) => {
    taken.set(data.subarray(from * columns, (from + 1) * columns), i * columns);
  });
  return { rows: chosen.length, columns, data: taken };
}

function moveFirst({ columns, data }: Matrix, by: number): void {
  for (let at = 0; at < data.length; at += columns) data[at] = (data[at] as number) + by;
}

function replace({ rows, columns, data }: Matrix, part: number, away: number, random: Random): void {
  for (let at = 0; at < Math.round(part * rows) * columns; at += 1) data[at] = (at % columns === 1 ? away : 0) + 0.3 * random.normal();
}

/** Of the first column. */
function deviation({ rows, columns, data }: Matrix): number {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < data.length; at += columns) {
    sum += data[at] as number;
    squares += (data[at] as number) ** 2;
  }
  return Math.sqrt(squares / rows - (sum / rows) ** 2);
}

/** p-value of the Kolmogorov-Smirnov test against the uniform distribution, by its limit with Stephens' correction. */
function kolmogorov(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const gap = Math.max(...sorted.map((value, i) => Math.max((i + 1) / n - value, value - i / n)));
  const t = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * gap;
  let p = 0;
  for (let j = 1; j <= 100; j += 1) p += 2 * (-1) ** (j - 1) * Math.exp(-2 * j * j * t * t);
  return Math.max(0, Math.min(1, p));
}
