/** One kind of photographs with 5 % of others among them, scored in place, with the encoder and without, beside PyOD's detectors. */
import { Random } from '../../src/engine/random.ts';
import { areaUnderCurve, averagePrecision } from '../ranking.ts';
import { inPlace, type Scores } from './ours.ts';
import { peers } from './peers.ts';
import { type Folder, readFolder, rowsOf, some } from './photograph-folder.ts';

const SHARE = 0.05;

interface Cell {
  area: number;
  precision: number;
}

interface Planted {
  kinds: readonly string[];
  others: readonly string[];
}

/** Rows `score`, columns: one kind with 5 % of all others, and every third kind planted into some pairs. */
export async function place(folders: Record<string, string>, seeds: readonly number[], withPeers: boolean): Promise<string> {
  const parts: string[] = [];
  for (const [name, path] of Object.entries(folders)) {
    const folder = await readFolder(path, null);
    const kinds = [...new Set(folder.labels)].sort();
    const table = new Map<string, Map<string, Cell[]>>();
    const lowest = new Map<string, { cell: string; area: number }>();
    const put = (column: string, detail: string, scores: Scores, positive: Uint8Array, suffix = '') => {
      for (const [score, values] of Object.entries(scores)) {
        const row = `${score}${suffix}`;
        const cells = table.get(row) ?? new Map<string, Cell[]>();
        const area = areaUnderCurve(values, positive);
        table.set(row, cells.set(column, [...(cells.get(column) ?? []), { area, precision: averagePrecision(values, positive) }]));
        if (area < (lowest.get(`${row} ${column}`)?.area ?? 2)) lowest.set(`${row} ${column}`, { cell: detail, area });
      }
    };
    const columns = ['one kind, 5 % of all others', 'two kinds, 5 % of a third'] as const;
    for (const seed of seeds) {
      const random = new Random(seed);
      const settings: [(typeof columns)[number], Planted][] = [
        ...kinds.map(
          (kind) => [columns[0], { kinds: [kind], others: kinds.filter((other) => other !== kind) }] as [(typeof columns)[0], Planted],
        ),
        ...kinds.map((kind, i): [(typeof columns)[1], Planted] => {
          // Each kind once a seed, into a pair that the seed draws.
          const others = kinds.filter((_, j) => j !== i);
          const [a = 0, b = 1] = random.shuffle(Uint32Array.from(others.keys()));
          return [columns[1], { kinds: [others[a] as string, others[b] as string], others: [kind] }];
        }),
      ];
      for (const [column, planted] of settings) {
        const { rows, positive } = plant(folder, planted, random);
        const detail = `${planted.others.length > 1 ? 'others' : planted.others[0]} in ${planted.kinds.join(', ')}, seed ${seed}`;
        const lens = await inPlace(some(folder, rows, true), seed);
        const own = await inPlace(some(folder, rows, false), seed);
        put(column, detail, lens, positive, ', with the lens');
        put(column, detail, { '**Sonde, in place**': own['**Sonde, in place**'] as Float32Array }, positive, ', without');
        // The peers take most of the time: one folder shows what they see.
        if (withPeers && name === 'CIFAR') put(column, detail, await peers(some(folder, rows, false).pixels, null, seed), positive);
        const area = (row: string) => table.get(row)?.get(column)?.at(-1)?.area.toFixed(3);
        process.stderr.write(`${name}, ${detail}: ${area('**Sonde, in place**, with the lens')} ${area('**Sonde, in place**, without')}\n`);
      }
    }
    parts.push(markdownOf(name, table, columns, lowest));
  }
  return [
    `5 % of other kinds among photographs of one kind or two, scored in place; AUROC (lowest, of what) / average precision, means over every kind and seeds ${seeds.join(', ')}. The subfolders choose what is planted and enter nothing else. PyOD's detectors stand on 64 principal components of the pixels.`,
    ...parts,
  ].join('\n\n');
}

function plant(folder: Folder, { kinds, others }: Planted, random: Random): { rows: Uint32Array; positive: Uint8Array } {
  const right = rowsOf(folder, kinds, random);
  const wrong = rowsOf(folder, others, random).subarray(0, Math.round((SHARE * right.length) / (1 - SHARE)));
  const order = random.shuffle(Uint32Array.from({ length: right.length + wrong.length }, (_, i) => i));
  const all = [...right, ...wrong];
  return { rows: order.map((i) => all[i] as number), positive: Uint8Array.from(order, (i) => (i >= right.length ? 1 : 0)) };
}

function markdownOf(
  name: string,
  table: ReadonlyMap<string, ReadonlyMap<string, readonly Cell[]>>,
  columns: readonly string[],
  lowest: ReadonlyMap<string, { cell: string; area: number }>,
): string {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const short = (value: number) => value.toFixed(3).replace(/^0/, '');
  const cell = (row: string, column: string): string => {
    const cells = table.get(row)?.get(column);
    if (!cells) return '';
    const low = lowest.get(`${row} ${column}`);
    return `${short(mean(cells.map(({ area }) => area)))} (${low ? `${short(low.area)}: ${low.cell}` : ''}) / ${short(mean(cells.map(({ precision }) => precision)))}`;
  };
  return [
    `| ${name} | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...[...table.keys()].map((row) => `| ${row} | ${columns.map((column) => cell(row, column)).join(' | ')} |`),
  ].join('\n');
}
