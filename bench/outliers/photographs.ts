/** New photographs against studies of photographs: other kinds, one kind against two others, and fresh images of the study's own. */
import { takeImages } from '../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../src/engine/random.ts';
import { areaUnderCurve } from '../ranking.ts';
import { type Scored, scoreNew, study, train } from './ours.ts';
import { type Folder, readFolder, rowsOf, some } from './photograph-folder.ts';

const EPOCHS = 3;
const FRESH_SHARE = 0.2;
const MOST_NEW = 400;
/** Of a small study. */
const SMALL = 500;

interface Setting {
  name: string;
  studied: Folder;
  kinds: string[] | null;
  /** Images of the study at most, beside the fresh ones. */
  most: number;
  other: { name: string; folder: Folder; kinds: string[] | null };
}

const SCORES = ['**Sonde, new data**', 'reconstruction', 'latent mixture', 'own features', 'encoder', 'attributes'];
const FRESH = 'fresh images beyond the 80th percentile';

/** A row a setting and lens: AUROC beside fresh images of the study's own kind, and the share of those beyond its 80th percentile. */
export async function photographs(hands: string, cifar: string, seeds: readonly number[], most: number): Promise<string> {
  const table = new Map<string, Map<string, number[]>>();
  const put = (row: string, column: string, value: number): void => {
    const cells = table.get(row) ?? new Map<string, number[]>();
    table.set(row, cells.set(column, [...(cells.get(column) ?? []), value]));
  };
  const [h, c] = [await readFolder(hands, null), await readFolder(cifar, null)];
  const [hAtC, cAtH] = [await readFolder(hands, c.pixels.size), await readFolder(cifar, h.pixels.size)];
  const two = (a: string, b: string, third: string): Setting => ({
    name: `${third} against ${a} and ${b}`,
    studied: c,
    kinds: [a, b],
    most: Number.POSITIVE_INFINITY,
    other: { name: third, folder: c, kinds: [third] },
  });
  const apart = (size: number): Setting[] => [
    { name: 'CIFAR against hands', studied: h, kinds: null, most: size, other: { name: 'CIFAR', folder: cAtH, kinds: null } },
    { name: 'hands against CIFAR', studied: c, kinds: null, most: size, other: { name: 'hands', folder: hAtC, kinds: null } },
  ];
  const settings = [
    ...apart(SMALL),
    two('automobile', 'truck', 'deer'),
    two('cat', 'dog', 'ship'),
    two('frog', 'horse', 'airplane'),
    ...(most > SMALL ? apart(most) : []),
  ];
  for (const seed of seeds)
    for (const { name, studied, kinds, most: size, other } of settings) {
      const random = new Random(seed);
      const rows = rowsOf(studied, kinds, random);
      const fresh = Math.floor(FRESH_SHARE * rows.length);
      const own = rows.slice(fresh, fresh + size);
      const model = await train(takeImages(studied.pixels, own), seed, EPOCHS);
      const others = rowsOf(other.folder, other.kinds, random).subarray(0, MOST_NEW);
      for (const encoder of [true, false]) {
        const trained = await study(some(studied, own, encoder), seed, EPOCHS, model);
        try {
          const at = await scoreNew(trained, some(studied, rows.subarray(0, Math.min(fresh, MOST_NEW)), encoder));
          const found = await scoreNew(trained, some(other.folder, others, encoder));
          const row = `${name} (${own.length}), ${encoder ? 'with the lens' : 'without'}`;
          for (const [score, value] of Object.entries(areas(at, found))) put(row, score.replace(/^Sonde, (.*) alone$/, '$1'), value);
          put(row, FRESH, at.percentile.filter((share) => share > 0.8).length / at.percentile.length);
          process.stderr.write(
            `seed ${seed}, ${row}: ${[...(table.get(row) ?? [])].map(([column, values]) => `${column} ${values.at(-1)?.toFixed(3)}`).join(', ')}\n`,
          );
        } finally {
          trained.dispose();
        }
      }
      model.dispose();
    }
  return markdownOf(table, seeds);
}

function markdownOf(table: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>, seeds: readonly number[]): string {
  const columns = [...SCORES, FRESH];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const short = (value: number) => value.toFixed(3).replace(/^0/, '');
  const shown = (values: readonly number[] | undefined) =>
    values ? `${short(mean(values))} (${short(Math.min(...values))} to ${short(Math.max(...values))})` : '';
  return [
    `New photographs against studies of photographs (${EPOCHS} epochs; a fifth of the study's own kind is kept as fresh images, at most ${MOST_NEW} of each are scored), AUROC beside those, mean (least to most) of seeds ${seeds.join(', ')}; in parentheses the images of the study. Each score's part alone stands beside it.`,
    '',
    `| | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...[...table].map(([row, cells]) => `| ${row} | ${columns.map((column) => shown(cells.get(column))).join(' | ')} |`),
  ].join('\n');
}

function areas(own: Scored, found: Scored): Record<string, number> {
  const positive = Uint8Array.from({ length: own.percentile.length + found.percentile.length }, (_, i) =>
    i < own.percentile.length ? 0 : 1,
  );
  return Object.fromEntries(
    Object.entries(found.scores).map(([row, values]) => [
      row,
      areaUnderCurve([...Array.from(own.scores[row] as ArrayLike<number>), ...Array.from(values)], positive),
    ]),
  );
}
