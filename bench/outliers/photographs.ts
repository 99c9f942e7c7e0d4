/** New photographs against studies of photographs: other kinds, one kind against two others, and fresh images of the study's own. */
import { decodeSource } from '../../src/engine/pixels/decode-source.ts';
import { takeImages } from '../../src/engine/pixels/pixel-set.ts';
import { SourceReader } from '../../src/engine/pixels/source-reader.ts';
import { Random } from '../../src/engine/random.ts';
import { openSource } from '../../src/engine/source/open-source.ts';
import { areaUnderCurve } from '../ranking.ts';
import { type Given, type Scored, scoreNew, study } from './ours.ts';

const EPOCHS = 8;
const FRESH_SHARE = 0.2;
const MOST_NEW = 500;

interface Folder extends Given {
  labels: string[];
}

/** @param size edge to be read at; null: as a study would */
async function readFolder(place: string, size: number | null): Promise<Folder> {
  const source = await openSource(place, {});
  const { pixels, facts, windows } = await decodeSource(source, { size, color: 'rgb', folder: null, limit: null });
  return { pixels, attributes: facts, labels: facts.label, reader: new SourceReader(source, facts.path, windows) };
}

/** Some images of a folder, through the encoder too or not. */
function some({ pixels, attributes, reader }: Given, rows: Uint32Array, encoder: boolean): Given {
  const of = (values: Float32Array) => Float32Array.from(rows, (row) => values[row] as number);
  return {
    pixels: takeImages(pixels, rows),
    reader: encoder
      ? ({
          read: (own, size, hooks) =>
            reader?.read(
              Array.from(own, (i) => rows[i] as number),
              size,
              hooks,
            ),
        } as SourceReader)
      : null,
    attributes: {
      brightness: of(attributes.brightness),
      contrast: of(attributes.contrast),
      saturation: of(attributes.saturation),
      sharpness: of(attributes.sharpness),
    },
  };
}

const rowsOf = ({ labels }: Folder, kinds: readonly string[] | null, random: Random): Uint32Array =>
  random.shuffle(Uint32Array.from(labels.flatMap((label, i) => (kinds === null || kinds.includes(label) ? [i] : []))));

interface Setting {
  name: string;
  studied: Folder;
  kinds: string[] | null;
  others: { name: string; folder: Folder; kinds: string[] | null }[];
}

/** Rows `score`, cells `setting`: AUROC beside fresh images of the study's own kind; and the share of those beyond its 80th percentile. */
export async function photographs(hands: string, cifar: string, seeds: readonly number[], encoders: readonly boolean[]): Promise<string> {
  const table = new Map<string, Map<string, number[]>>();
  const heads = new Set<string>();
  const put = (row: string, head: string, value: number): void => {
    heads.add(head);
    const cells = table.get(row) ?? new Map<string, number[]>();
    table.set(row, cells.set(head, [...(cells.get(head) ?? []), value]));
    process.stderr.write(`${head}: ${row} ${value.toFixed(3)}\n`);
  };
  const [h, c] = [await readFolder(hands, null), await readFolder(cifar, null)];
  const [hAtC, cAtH] = [await readFolder(hands, c.pixels.size), await readFolder(cifar, h.pixels.size)];
  const two = (a: string, b: string, third: string): Setting => ({
    name: `${a}, ${b}`,
    studied: c,
    kinds: [a, b],
    others: [{ name: third, folder: c, kinds: [third] }],
  });
  const settings: Setting[] = [
    two('automobile', 'truck', 'deer'),
    two('cat', 'dog', 'ship'),
    { name: 'hands', studied: h, kinds: null, others: [{ name: 'CIFAR', folder: cAtH, kinds: null }] },
    { name: 'CIFAR', studied: c, kinds: null, others: [{ name: 'hands', folder: hAtC, kinds: null }] },
  ];
  for (const seed of seeds)
    for (const { name, studied, kinds, others } of settings)
      for (const encoder of encoders) {
        const random = new Random(seed);
        const rows = rowsOf(studied, kinds, random);
        const fresh = Math.floor(FRESH_SHARE * rows.length);
        const trained = await study(some(studied, rows.subarray(fresh), encoder), seed, EPOCHS);
        const score = (from: Folder, which: Uint32Array) => scoreNew(trained, some(from, which.subarray(0, MOST_NEW), encoder));
        try {
          const own = await score(studied, rows.subarray(0, fresh));
          const lens = encoder ? 'with the lens' : 'without';
          const beyond = own.percentile.filter((share) => share > 0.8).length / own.percentile.length;
          put(`fresh images beyond the 80th percentile, ${lens}`, `${name} (${rows.length - fresh})`, beyond);
          for (const other of others) {
            const found = await score(other.folder, rowsOf(other.folder, other.kinds, random));
            for (const [row, value] of Object.entries(areas(own, found))) put(`${row}, ${lens}`, `${other.name} against ${name}`, value);
          }
        } finally {
          trained.dispose();
        }
      }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const shown = (values: readonly number[]) =>
    values.length === 0
      ? ''
      : `${mean(values).toFixed(3).replace(/^0/, '')} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;
  return [
    `New photographs against studies of photographs (${EPOCHS} epochs; a fifth of the study's own kind is kept as fresh images), AUROC beside those, mean (least to most) of seeds ${seeds.join(', ')}:`,
    '',
    `| | ${[...heads].join(' | ')} |`,
    `|---|${[...heads].map(() => '---').join('|')}|`,
    ...[...table].map(([row, cells]) => `| ${row} | ${[...heads].map((head) => shown(cells.get(head) ?? [])).join(' | ')} |`),
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
