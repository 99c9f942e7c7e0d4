import { supportOf } from '../../src/engine/comparison/support.ts';
import { exactNeighbours, nearestTo } from '../../src/engine/latent/neighbours.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { takeRows } from '../../src/engine/linear/rows.ts';
import { Random } from '../../src/engine/random.ts';
import { wilson } from '../../src/engine/statistics/intervals.ts';

const RUNS = 200;
const K = 5;

/** Two sets of these many images a draw. */
export interface NullPair {
  name: string;
  a: number;
  b: number;
  draw(random: Random, rows: number): Matrix;
}

/** Halves of one folder's images: `a` of them and `b` others. */
export const halvesOf = (name: string, points: Matrix, a: number, b: number): NullPair => ({
  name,
  a,
  b,
  draw: (random, rows) => takeRows(points, random.shuffle(Uint32Array.from({ length: points.rows }, (_, i) => i)).subarray(0, rows)),
});

export const normalPair = (columns: number, a: number, b: number): NullPair => ({
  name: `a normal of ${columns} dimensions`,
  a,
  b,
  draw: (random, rows) => ({ rows, columns, data: Float32Array.from({ length: rows * columns }, () => random.normal()) }),
});

/** How often the interval of a coverage holds the .95 of two sets that are drawn alike, beside Wilson's, which takes the threshold as known. */
export async function coverageTable(pairs: readonly NullPair[]): Promise<string> {
  const lines = [
    '| both drawn from | a | b | mean coverage | scatter | .95 inside | width | .95 inside Wilson’s | width |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  for (const { name, a, b, draw } of pairs) {
    const found: { value: number; own: [held: boolean, width: number]; plain: [held: boolean, width: number] }[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const all = draw(new Random(run), a + b);
      const rows = (from: number, count: number) => ({
        ...all,
        rows: count,
        data: all.data.slice(from * all.columns, (from + count) * all.columns),
      });
      const [first, second] = [rows(0, a), rows(a, b)];
      const { covered } = supportOf(await exactNeighbours(first, K), await nearestTo(first, second, K), K);
      const plain = wilson(Math.round(covered.value * b), b);
      const held = ({ low, high }: { low: number; high: number }): [boolean, number] => [low <= 0.95 && 0.95 <= high, high - low];
      found.push({ value: covered.value, own: held(covered), plain: held(plain) });
    }
    const mean = (of: (one: (typeof found)[number]) => number): number => found.reduce((sum, one) => sum + of(one), 0) / RUNS;
    const middle = mean(({ value }) => value);
    const scatter = Math.sqrt(mean(({ value }) => (value - middle) ** 2));
    const shares = [
      middle,
      scatter,
      mean(({ own }) => Number(own[0])),
      mean(({ own }) => own[1]),
      mean(({ plain }) => Number(plain[0])),
      mean(({ plain }) => plain[1]),
    ];
    lines.push(`| ${name} | ${a} | ${b} | ${shares.map((value) => value.toFixed(3)).join(' | ')} |`);
  }
  return `${RUNS} pairs of sets drawn alike a line; coverage of b by a, 5th neighbours.\n\n${lines.join('\n')}`;
}
