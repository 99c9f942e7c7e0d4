/**
 * Damage by name: 3 % of 1,000 photographs changed, a kind at a time, and the same folders clean as the null control.
 *
 *   npm run bench -- science damage --hands DIR --cifar ZIP   (any two sources of photographs)
 *     --seeds 0,1,2
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type DamageKind, damageKinds } from '../src/contract/report.ts';
import { findDamage } from '../src/engine/damage/find-damage.ts';
import { decodeSource } from '../src/engine/pixels/decode-source.ts';
import { type PixelSet, takeImages } from '../src/engine/pixels/pixel-set.ts';
import { Random } from '../src/engine/random.ts';
import { openSource } from '../src/engine/source/open-source.ts';
import { type Planting, plant, plantings } from './damage/plant.ts';
import { areaUnderCurve } from './ranking.ts';
import { writeSection } from './results.ts';

const [IMAGES, PLANTED] = [1000, 30];

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}
const sources = { hands: argument('hands'), CIFAR: argument('cifar') };
const seeds = (argument('seeds') ?? '0,1,2').split(',').map(Number);
if (!sources.hands || !sources.CIFAR) {
  process.stderr.write('Name two sources of photographs: --hands DIR --cifar ZIP.\n');
  process.exit(2);
}

interface Planted {
  pixels: PixelSet;
  quality: Float32Array;
  /** Row of image i as it was, and of its changed version. */
  clean: number[];
  changed: Map<Planting, Map<number, number>>;
}

/** The images as files, the changed ones beside them, read as a study reads them. */
async function planted(place: string, seed: number): Promise<Planted> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-damage-'));
  try {
    const source = await openSource(place, {});
    const random = new Random(seed);
    const drawn = random.shuffle(Uint32Array.from(source.images.keys())).slice(0, IMAGES);
    const bytesOf = async (image: number): Promise<Uint8Array> => {
      const [file] = await source.read([source.images[drawn[image] as number] as (typeof source.images)[number]]);
      if (file?.status !== 'fulfilled') throw new Error(`image ${image} of ${place} cannot be read`);
      return file.value;
    };
    await mkdir(path.join(folder, 'clean'));
    for (let i = 0; i < drawn.length; i += 1) await writeFile(path.join(folder, 'clean', `${i}.jpg`), await bytesOf(i));
    for (const [number, planting] of (Object.keys(plantings) as Planting[]).entries()) {
      await mkdir(path.join(folder, String(number)));
      for (const i of random.shuffle(Uint32Array.from(drawn.keys())).slice(0, PLANTED)) {
        const { bytes, extension } = await plant(await bytesOf(i), planting);
        await writeFile(path.join(folder, String(number), `${i}.${extension}`), bytes);
      }
    }
    const { pixels, facts } = await decodeSource(await openSource(folder, {}), { size: null, color: 'rgb', folder: null, limit: null });
    const found: Planted = { pixels, quality: facts.jpegQuality, clean: [], changed: new Map() };
    facts.path.forEach((name, row) => {
      const [kind, file] = name.split('/') as [string, string];
      const image = Number(file.split('.')[0]);
      if (kind === 'clean') {
        found.clean[image] = row;
        return;
      }
      const planting = Object.keys(plantings)[Number(kind)] as Planting;
      const rows = found.changed.get(planting) ?? new Map<number, number>();
      found.changed.set(planting, rows.set(image, row));
    });
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const short = (value: number) => value.toFixed(3).replace(/^0/, '');
const table = new Map<string, string[]>();
const put = (row: string, column: string, text: string) => {
  const cell = `${row}|${column}`;
  table.set(cell, [...(table.get(cell) ?? []), text]);
  process.stderr.write(`${column}, ${row}: ${text}\n`);
};
for (const [name, place] of Object.entries(sources))
  for (const seed of seeds) {
    const { pixels, quality, clean, changed } = await planted(place as string, seed);
    const find = (rows: number[], kinds: readonly DamageKind[]) =>
      findDamage(
        takeImages(pixels, rows),
        { jpegQuality: Float32Array.from(rows, (row) => quality[row] as number) },
        new Int32Array(rows.length).fill(-1),
        seed,
        {},
        kinds,
      );
    const control = await find(clean, damageKinds);
    for (const { kind, reason, count } of control.findings) put(`clean: named ${kind}`, name, reason ?? String(count));
    for (const [planting, rows] of changed) {
      const kind = plantings[planting];
      // A mirrored copy takes another image's place, so that what it mirrors is there too.
      const at = new Map([...rows].map(([image, row]) => [kind === 'mirrored' ? (image + IMAGES / 2) % clean.length : image, row]));
      const originals = new Set(kind === 'mirrored' ? [...rows.keys()] : []);
      const { findings, columns } = await find(
        clean.map((row, image) => at.get(image) ?? row),
        [kind],
      );
      const finding = findings[0];
      const column = columns[kind];
      if (!column) {
        put(planting, name, `${finding?.reason}`);
        continue;
      }
      const counted = [...column.keys()].filter((image) => at.has(image) || !originals.has(image));
      // Files without the measure rank lowest.
      const scores = counted.map((image) => (Number.isNaN(column[image]) ? Number.NEGATIVE_INFINITY : (column[image] as number)));
      const area = areaUnderCurve(
        scores,
        counted.map((image) => (at.has(image) ? 1 : 0)),
      );
      const named = counted.filter((_, i) => (scores[i] as number) > 1);
      put(
        planting,
        name,
        `${short(area)}, ${named.filter((image) => at.has(image)).length}, ${named.filter((image) => !at.has(image)).length}`,
      );
    }
  }
const columns = Object.keys(sources);
const rows = [...new Set([...table.keys()].map((cell) => cell.split('|')[0] as string))];
await writeSection(
  'Damage',
  ['npm run bench -- science damage --hands DIR --cifar ZIP', ...(argument('seeds') ? [`--seeds ${seeds.join(',')}`] : [])].join(' '),
  [
    `${PLANTED} of ${IMAGES.toLocaleString('en')} photographs changed, a kind at a time; seeds ${seeds.join(', ')} in turn: AUROC of the kind's column, how many of the ${PLANTED} are named, and how many others are. Clean: how many of the ${IMAGES.toLocaleString('en')} are named, or why the kind was not looked for.`,
    '',
    `| | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row} | ${columns.map((column) => (table.get(`${row}|${column}`) ?? []).join('; ')).join(' | ')} |`),
  ].join('\n'),
);
