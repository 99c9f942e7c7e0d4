import { likelihoodInversion } from '../../src/engine/density/new-data.ts';
import { decodeSource } from '../../src/engine/pixels/decode-source.ts';
import type { PixelSet } from '../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../src/engine/random.ts';
import { openSource } from '../../src/engine/source/open-source.ts';
import { areaUnderCurve } from '../ranking.ts';
import { AREA, EDGE, type Labelled, pixelSet, take } from './fashion.ts';
import { scoreNew, study, withoutFiles } from './ours.ts';

const STUDIED = 6_000;
const EPOCHS = 5;
const FRESH = 600;

const inverted = (images: Uint8Array) => images.map((value) => 255 - value);
const noise = (random: Random) => Uint8Array.from({ length: FRESH * AREA }, () => random.integer(256));

function rotated(images: Uint8Array): Uint8Array {
  const out = new Uint8Array(images.length);
  for (let at = 0; at < images.length; at += AREA)
    for (let y = 0; y < EDGE; y += 1)
      for (let x = 0; x < EDGE; x += 1) out[at + x * EDGE + (EDGE - 1 - y)] = images[at + y * EDGE + x] as number;
  return out;
}

async function photographs(folder: string): Promise<PixelSet> {
  const source = await openSource(folder, {});
  return (await decodeSource(source, { size: EDGE, color: 'gray', folder: null, limit: FRESH, minimum: 1 })).pixels;
}

const figure = (value: number) => value.toFixed(3).replace(/^0/, '');

/** Other kinds of data against a study of all classes: AUROC with fresh test images as the negatives, and whether the inversion is told. */
export async function otherKinds(
  data: Labelled,
  test: Labelled,
  seeds: number[],
  given: { digits: Labelled | null; photographs: string },
): Promise<string> {
  const cells = new Map<string, Map<string, string[]>>();
  let names: string[] = [];
  for (const seed of seeds) {
    const random = new Random(seed);
    const some = (from: Labelled, count: number) =>
      take(from.images, random.shuffle(Uint32Array.from({ length: from.labels.length }, (_, i) => i)).slice(0, count));
    const trained = await study(withoutFiles(pixelSet(some(data, STUDIED))), seed, EPOCHS);
    try {
      const fresh = some(test, FRESH);
      const own = await scoreNew(trained, withoutFiles(pixelSet(fresh)));
      const kinds: [string, PixelSet][] = [
        ['inverted', pixelSet(inverted(fresh))],
        ['rotated by 90°', pixelSet(rotated(fresh))],
        ['noise', pixelSet(noise(random))],
        ['one gray level', pixelSet(new Uint8Array(FRESH * AREA).fill(8))],
      ];
      if (given.digits) kinds.unshift(['MNIST', pixelSet(some(given.digits, FRESH))]);
      kinds.push(['photographs', await photographs(given.photographs)]);
      names = kinds.map(([name]) => name);
      for (const [kind, pixels] of kinds) {
        const other = await scoreNew(trained, withoutFiles(pixels));
        const positive = Uint8Array.from({ length: FRESH + pixels.count }, (_, i) => (i < FRESH ? 0 : 1));
        const add = (row: string, value: string) => {
          const own = cells.get(row) ?? new Map<string, string[]>();
          own.set(kind, [...(own.get(kind) ?? []), value]);
          cells.set(row, own);
        };
        for (const [row, values] of Object.entries(other.scores))
          add(row, String(areaUnderCurve([...Array.from(own.scores[row] as ArrayLike<number>), ...Array.from(values)], positive)));
        add('inversion told', trained.elbo && other.elbo && likelihoodInversion(trained.elbo, other.elbo) ? 'yes' : 'no');
      }
    } finally {
      trained.dispose();
    }
  }
  const shown = (values: string[]) =>
    values.every((value) => Number.isFinite(Number(value)))
      ? figure(values.reduce((sum, value) => sum + Number(value), 0) / values.length)
      : values.join(', ');
  return [
    `Other kinds of data against a study of all classes (${STUDIED.toLocaleString('en')} images, ${EPOCHS} epochs), AUROC beside ${FRESH.toLocaleString('en')} test images, seeds ${seeds.join(', ')}:`,
    '',
    `| | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---').join('|')}|`,
    ...[...cells].map(([row, by]) => `| ${row} | ${names.map((name) => shown(by.get(name) ?? [])).join(' | ')} |`),
  ].join('\n');
}
