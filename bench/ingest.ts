/**
 * Folder to pixels in memory and thumbnails on disk, images a second, beside torchvision with PIL and two workers in the same run: small JPEGs and 1,000 larger ones
 * made here. Ours also makes thumbnails, attributes and hashes in that time. Then a table of formats: one image of 6.75 megapixels in each,
 * decoded alone, beside Pillow on one thread.
 * Run: npm run bench -- ingest [--hands FOLDER] [--python PYTHON] [--json]
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { ImageDecoder } from '../src/engine/pixels/decode-image.ts';
import { decodeSource } from '../src/engine/pixels/decode-source.ts';
import { Random } from '../src/engine/random.ts';
import { openSource } from '../src/engine/source/open-source.ts';
import { writeSection } from './results.ts';

const SIZE = 64;
const SMALL_COUNT = 2000;
const LARGE_COUNT = 1000;
/** Small for a camera's or a telephone's photograph. */
const [LARGE_WIDTH, LARGE_HEIGHT] = [1024, 768];
const [FORMAT_WIDTH, FORMAT_HEIGHT] = [3000, 2250];
const RUNS = 5;

const { values } = parseArgs({
  options: { hands: { type: 'string' }, python: { type: 'string' }, json: { type: 'boolean', default: false } },
});
const here = import.meta.dirname;
const venv = path.join(here, '.venv', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const python = values.python ?? process.env.SONDE_BENCH_PYTHON ?? venv;
const given = values.hands ?? process.env.SONDE_HANDS;
const fixture = path.join(here, '../test/fixtures/hands');

/** The fixture's photos as often as it takes to make a folder worth timing. */
async function repeated(into: string): Promise<string> {
  const entries = await readdir(fixture, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  await mkdir(into);
  for (let i = 0; i < SMALL_COUNT; i += 1) await copyFile(files[i % files.length] as string, path.join(into, `${i}.jpg`));
  return into;
}

/** Photograph-like pictures: coarse noise enlarged smoothly, with a finer grain over it. */
async function makeLarge(into: string): Promise<string> {
  await mkdir(into);
  const random = new Random(0);
  for (let i = 0; i < LARGE_COUNT; i += 1) {
    const noise = (width: number, height: number) =>
      sharp(
        Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)),
        { raw: { width, height, channels: 3 } },
      ).resize(LARGE_WIDTH, LARGE_HEIGHT, { kernel: 'cubic', fit: 'fill' });
    const grain = await noise(256, 192).ensureAlpha(0.25).png({ compressionLevel: 1 }).toBuffer();
    await noise(12, 9)
      .composite([{ input: grain }])
      .jpeg({ quality: 85 })
      .toFile(path.join(into, `${i}.jpg`));
  }
  return into;
}

/** One picture in each format. */
async function makeFormats(into: string): Promise<string[]> {
  await mkdir(into);
  const random = new Random(1);
  const noise = Uint8Array.from({ length: 750 * 562 * 3 }, () => random.integer(256));
  const raw = await sharp(noise, { raw: { width: 750, height: 562, channels: 3 } })
    .blur(2)
    .resize(FORMAT_WIDTH, FORMAT_HEIGHT, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
  const image = () => sharp(raw, { raw: { width: FORMAT_WIDTH, height: FORMAT_HEIGHT, channels: 3 } });
  const files = {
    'JPEG.jpg': image().jpeg({ quality: 90 }),
    'PNG.png': image().png(),
    'PNG with alpha.png': image().ensureAlpha(0.5).png(),
    'WebP.webp': image().webp({ quality: 85 }),
    'WebP, lossless.webp': image().webp({ lossless: true, effort: 0 }),
    'AVIF.avif': image().avif({ quality: 60, effort: 1 }),
    'TIFF, LZW.tif': image().tiff({ compression: 'lzw' }),
    'GIF.gif': image().gif({ effort: 1 }),
  };
  for (const [name, file] of Object.entries(files)) await file.toFile(path.join(into, name));
  return Object.keys(files).map((name) => path.join(into, name));
}

/** Milliseconds an image, thumbnail and all. */
async function sondeAlone(file: string): Promise<number> {
  const bytes = await readFile(file);
  const decoder = new ImageDecoder(SIZE);
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const start = performance.now();
    const [answer] = await decoder.decode([bytes], new Uint8Array(SIZE * SIZE * 3));
    if (!answer?.ok) throw new Error(`${file}: ${answer?.detail}`);
    if (run > 0) times.push(performance.now() - start);
  }
  return median(times);
}

async function compareFormats(folder: string): Promise<string> {
  const files = await makeFormats(folder);
  const answer = execFileSync(python, [path.join(here, 'peers/formats.py'), String(SIZE), String(RUNS), ...files], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const theirs = JSON.parse(answer) as Record<string, number>;
  const rows: string[] = [];
  for (const file of files) {
    const [ours, pillow] = [await sondeAlone(file), theirs[file] as number];
    rows.push(`| ${path.parse(file).name} | ${Math.round(ours)} | ${Math.round(pillow)} | ${(pillow / ours).toFixed(2)} |`);
  }
  return ['| format | Sonde, ms | Pillow, ms | ratio |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

async function sonde(folder: string, out: string): Promise<number> {
  await mkdir(out, { recursive: true });
  const start = performance.now();
  const source = await openSource(folder);
  const { pixels } = await decodeSource(source, { size: SIZE, color: 'rgb', folder: out, limit: null });
  return (pixels.count / (performance.now() - start)) * 1000;
}

function torchvision(folder: string, out: string): number {
  const answer = execFileSync(python, [path.join(here, 'peers/ingest.py'), folder, String(SIZE), path.join(out, 'peer.bin')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return (JSON.parse(answer.trim().split('\n').at(-1) as string) as { images_per_second: number }).images_per_second;
}

const median = (all: number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] as number;

async function compare(folder: string, out: string): Promise<{ sonde: number; torchvision: number }> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  await sonde(folder, out); // as the peer: the first pass warms the file cache
  for (let run = 0; run < RUNS; run += 1) {
    ours.push(await sonde(folder, out));
    theirs.push(torchvision(folder, out));
  }
  return { sonde: Math.round(median(ours)), torchvision: Math.round(median(theirs)) };
}

if (!existsSync(python)) {
  console.error(`No Python with torch and torchvision at ${python}: run through npm run bench, or give --python.`);
  process.exit(1);
}
const scratch = await mkdtemp(path.join(os.tmpdir(), 'sonde-ingest-'));
try {
  const folders = { small: given ?? (await repeated(path.join(scratch, 'small'))), large: await makeLarge(path.join(scratch, 'large')) };
  const out = path.join(scratch, 'out');
  const result = { small: await compare(folders.small, out), large: await compare(folders.large, out) };
  const rows = Object.entries(result).map(
    ([name, one]) => `| ${name} | ${one.sonde} | ${one.torchvision} | ${(one.sonde / one.torchvision).toFixed(2)} |`,
  );
  const table = ['| images | Sonde, img/s | torchvision + PIL, 2 workers | ratio |', '| --- | --- | --- | --- |', ...rows].join('\n');
  console.log(table);
  const formats = await compareFormats(path.join(scratch, 'formats'));
  console.log(formats);
  await writeSection(
    'Ingest',
    'npm run bench -- ingest',
    `Decode to ${SIZE} x ${SIZE} RGB (ours with thumbnails on disk, attributes and hashes; theirs its pixels on disk), medians of ${RUNS} runs taken in turn. Small: 2,062 photographs of 100 x 100 (or the fixture’s, repeated); large: ${LARGE_COUNT} of ${LARGE_WIDTH} x ${LARGE_HEIGHT}.\n\n${table}\n\nOne image of ${FORMAT_WIDTH} x ${FORMAT_HEIGHT} to ${SIZE} x ${SIZE}, decoded alone, medians of ${RUNS} runs; ours with its thumbnail, Pillow on one thread.\n\n${formats}`,
  );
  if (values.json) console.log(JSON.stringify(result));
} finally {
  await rm(scratch, { recursive: true, force: true });
}
