import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toColumnData } from '../../../src/engine/analysis/images-table.ts';
import { weightsCsv } from '../../../src/engine/weights/resampled-preview.ts';
import { type ImagesTable, readImages, writeImages } from '../../../src/study/images-table.ts';
import { lockStudy } from '../../../src/study/lock.ts';
import { readManifest } from '../../../src/study/manifest.ts';
import { readSkipped, writeSkipped } from '../../../src/study/skipped-list.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-study-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('images.parquet gives back every column to the bit, in the contract order', async () => {
  const table: ImagesTable = new Map<string, Float32Array | Uint32Array | Int32Array | Float64Array | string[]>([
    ['elbo', Float32Array.of(-1.5, Number.NaN, 3e30)],
    ['z_00', Float32Array.of(0.1, -0, 2)],
    ['index', Uint32Array.of(0, 1, 2)],
    ['path', ['a/1.jpg', '한글, "quoted".png', '']],
    ['duplicate_of', Int32Array.of(-1, 0, -1)],
    ['bytes', Float64Array.of(5e9, 1, 2)],
    ['reconstruction_error', Float32Array.of(1, 2, 3)],
  ]);
  await writeImages(folder, table);
  const back = await readImages(folder);
  expect([...back.keys()]).toEqual(['index', 'path', 'bytes', 'duplicate_of', 'z_00', 'reconstruction_error', 'elbo']);
  for (const [name, column] of table) expect(back.get(name)).toEqual(column);
  expect([...(await readImages(folder, ['elbo', 'no_such']))].map(([name]) => name)).toEqual(['elbo']);
});

test('strings cross as a dictionary and codes', () => {
  expect(toColumnData(['b', 'a', 'b'])).toEqual({ dictionary: ['b', 'a'], codes: Uint32Array.of(0, 1, 0) });
});

test('skipped.csv survives commas, quotes, line ends and formulas', async () => {
  const skipped = [
    { path: 'a,b "c"\nd.jpg', reason: 'truncated' as const, detail: '=cmd()' },
    { path: 'x.png', reason: 'empty' as const, detail: '' },
    // What East Asian settings of a spreadsheet read alike.
    ...['\uff1d1+1.png', '\uff0b1.png', '\uff0d1.png', '\uff20a.png', '\n=1.png'].map((path) => ({
      path,
      reason: 'empty' as const,
      detail: '',
    })),
  ];
  await writeSkipped(folder, skipped);
  expect(await readSkipped(folder)).toEqual(skipped);
  expect(await readFile(path.join(folder, 'skipped.csv'), 'utf8')).toContain("'=cmd()");
  const text = await readFile(path.join(folder, 'skipped.csv'), 'utf8');
  await writeFile(path.join(folder, 'skipped.csv'), text.slice(0, 24));
  await expect(readSkipped(folder)).rejects.toMatchObject({ code: 'study-unreadable' });
  for (const begins of ['\uff1d', '\uff0b', '\uff0d', '\uff20']) expect(text).toContain(`\n'${begins}`);
  expect(weightsCsv(['\uff1d1+1.png'], { tempered: [1], product: [1], maximum: [1] })).toContain('./\uff1d1+1.png,1,1,1');
});

test('a study is locked for a living process and taken over from a dead one', async () => {
  const release = await lockStudy(folder);
  await expect(lockStudy(folder)).rejects.toMatchObject({ code: 'study-locked' });
  await release();
  await writeFile(path.join(folder, '.lock'), '999999999');
  await (await lockStudy(folder))();
});

test('a manifest that is missing, broken or newer is refused by name', async () => {
  await expect(readManifest(folder)).rejects.toMatchObject({ code: 'no-such-study' });
  await writeFile(path.join(folder, 'study.json'), '{');
  await expect(readManifest(folder)).rejects.toMatchObject({ code: 'study-unreadable' });
  await writeFile(path.join(folder, 'study.json'), '{"format": 99}');
  await expect(readManifest(folder)).rejects.toMatchObject({ code: 'study-too-new' });
});
