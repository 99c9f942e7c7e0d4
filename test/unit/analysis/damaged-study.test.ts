import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import type { Estimate } from '../../../src/contract/report.ts';
import { compareAndScore } from '../../../src/engine/analysis/compare-and-score.ts';
import { exportReport } from '../../../src/engine/analysis/export-report.ts';
import { nameFactor } from '../../../src/engine/analysis/name-factor.ts';
import { OpenedStudy } from '../../../src/engine/analysis/opened-study.ts';
import { ProgressReporter } from '../../../src/engine/analysis/progress.ts';
import { runAnalysis } from '../../../src/engine/analysis/run-analysis.ts';
import { scoreSource } from '../../../src/engine/analysis/score-source.ts';
import { stateExpectations } from '../../../src/engine/analysis/state-expectations.ts';
import { errorText } from '../../../src/engine/commands/error-text.ts';
import { report as reportCommand } from '../../../src/engine/commands/report.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';
import { SondeError } from '../../../src/errors/sonde-error.ts';
import { readImages, writeImages } from '../../../src/study/images-table.ts';
import { readManifest, writeManifest } from '../../../src/study/manifest.ts';
import { encodeSafetensors } from '../../../src/study/safetensors.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'sonde-damaged-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const source = fileURLToPath(new URL('../../fixtures/hands', import.meta.url));
const whole = path.join(root, 'whole');
const options = analysisOptions.parse({ model: 'pca', latent: 4, size: 28, limit: 60, encoder: 'none' });
const hooks = (signal = new AbortController().signal, onPhase: (phase: string) => void = () => undefined) => ({
  signal,
  control: new TrainingControl(),
  reporter: new ProgressReporter('run', 'damaged', ({ phase }) => onPhase(phase)),
});

let study: OpenedStudy;
const place = (name: string) => path.join(study.folder, name);
beforeAll(async () => {
  await runAnalysis({ begin: { source, folder: whole, studyId: 'damaged-study', options } }, hooks());
}, 120_000);
let copies = 0;
beforeEach(() => {
  copies += 1;
  study = new OpenedStudy(path.join(root, `copy ${copies}`));
  cpSync(whole, study.folder, { recursive: true });
  return () => study.close();
});

const READ: Record<string, () => Promise<unknown>> = {
  'images.parquet': () => study.table(),
  'model/weights.safetensors': () => study.model(),
  'model/config.json': () => study.model(),
  'mixture.json': () => study.mixture(),
  'features.npy': () => study.space(),
  'report.json': () => study.report(),
  'scorer.safetensors': () => study.scorer(),
  'skipped.csv': () => study.skipped(),
};

test.each(Object.entries(READ))('of %s a bit that changed, or the whole file, is missed by name', async (name, read) => {
  const bytes = readFileSync(place(name));
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] as number) ^ 1;
  writeFileSync(place(name), bytes);
  await expect(read()).rejects.toMatchObject({ code: 'study-file-changed', params: { path: place(name) } });
  rmSync(place(name));
  await expect(read()).rejects.toMatchObject({ code: 'study-file-missing', params: { path: place(name) } });
});

test.each(['{}', 'null', '[]', '{"columns": 4}'])(
  'a report, a mixture or a description of the model that holds %s is told as damaged, also by a study that knows no hashes',
  async (text) => {
    await writeManifest(study.folder, { ...(await readManifest(study.folder)), files: {} });
    for (const [name, read] of [
      ['report.json', () => study.report()],
      ['mixture.json', () => study.mixture()],
      ['model/config.json', () => study.model()],
    ] as const) {
      writeFileSync(place(name), text);
      await expect(read()).rejects.toMatchObject({ code: 'study-unreadable', params: { path: place(name) } });
    }
  },
);

test('what the model draws is judged beside images that were set aside and beside shapeless pictures', async () => {
  const { diversity, density } = await study.report();
  for (const beside of [diversity?.scale?.images, diversity?.scale?.shapeless])
    for (const { value, low, high } of [beside?.precision, beside?.recall, beside?.coverage] as Estimate[]) {
      expect(value).toBeGreaterThanOrEqual(Math.max(0, low));
      expect(value).toBeLessThanOrEqual(Math.min(1, high));
    }
  expect(diversity?.unseen.map(({ radius }) => radius)).toEqual([0.4, 0.5, 0.6]);
  expect(density?.components === 1).toBe(density?.overOne === null);
});

test('a real study has a data sheet, from the terminal and in both languages', async () => {
  const sheets = await Promise.all(
    (['en', 'ko'] as const).map(async (locale) => {
      const out = path.join(root, `sheet-${locale}.md`);
      expect(await reportCommand({ values: { study: study.folder, out, locale }, flags: {}, positionals: [] })).toBe(0);
      return readFileSync(out, 'utf8');
    }),
  );
  const { provenance } = await study.report();
  expect(sheets[0]).toContain(`${provenance.images} images`);
  expect(sheets[0]).toContain(provenance.listingSha256);
  expect(sheets[1]).toContain('데이터시트');
  expect(sheets[0]?.split('\n').length).toBe(sheets[1]?.split('\n').length);
});

test('a report of a later Sonde is told as such, not as damaged', async () => {
  const report = await study.report();
  await writeManifest(study.folder, { ...(await readManifest(study.folder)), files: {} });
  writeFileSync(place('report.json'), JSON.stringify({ ...report, format: report.format + 1, diversity: 'in other words' }));
  await expect(study.report()).rejects.toMatchObject({ code: 'study-too-new', params: { format: report.format + 1 } });
});

test('a statement that is tested changes the report, and the study knows it', async () => {
  await stateExpectations(study, [{ kind: 'label', name: '0', low: null, high: null, share: 0.1 }]);
  expect((await new OpenedStudy(study.folder).report()).expectations).toHaveLength(1);
  writeFileSync(place('report.json'), readFileSync(path.join(whole, 'report.json')));
  await expect(new OpenedStudy(study.folder).report()).rejects.toMatchObject({ code: 'study-file-changed' });
});

test('a factor that is named changes the report, and the study knows it', async () => {
  const factor = (await study.report()).factors?.[0]?.factor as number;
  await nameFactor(study, factor, 'masked');
  const named = (await new OpenedStudy(study.folder).report()).factors?.map(({ name }) => name);
  expect(named?.filter((name) => name !== null)).toEqual(['masked']);
  expect(Object.values(JSON.parse(readFileSync(place('names.json'), 'utf8')))).toEqual(['masked']);
  await nameFactor(study, factor, null);
  expect(JSON.parse(readFileSync(place('names.json'), 'utf8'))).toEqual({});
});

test('without thumbnails, or with some of them, there is a report that says how many pictures are missing', async () => {
  const page = path.join(root, 'page.html');
  const missing = async () => {
    await exportReport(study, page, 'html', 'en');
    return Number(/(\d+) pictures are not shown/.exec(readFileSync(page, 'utf8'))?.[1] ?? 0);
  };
  expect(await missing()).toBe(0);
  truncateSync(place('thumbnails.bin'), readFileSync(place('thumbnails.bin')).length >> 1);
  const some = await missing();
  expect(some).toBeGreaterThan(0);
  rmSync(place('thumbnails.bin'));
  const all = await missing();
  expect(all).toBeGreaterThan(some);
  writeFileSync(place('thumbnails.bin'), 'no thumbnails');
  expect(await missing()).toBe(all);
});

test('a study that lies inside its source can be resumed: it is no part of the images', async () => {
  const around = path.join(root, 'around');
  cpSync(source, around, { recursive: true });
  const folder = path.join(around, 'study');
  mkdirSync(folder);
  const [first, second] = [new AbortController(), new AbortController()];
  const begin = { begin: { source: around, folder, studyId: 'inside-study', options } };
  await expect(
    runAnalysis(
      begin,
      hooks(first.signal, (phase) => phase === 'features' && first.abort()),
    ),
  ).rejects.toMatchObject({
    code: 'cancelled',
  });
  const resumed = runAnalysis(
    { resume: folder },
    hooks(second.signal, (phase) => phase === 'features' && second.abort()),
  );
  await expect(resumed).rejects.toMatchObject({ code: 'cancelled' });
});

test('a study of an earlier Sonde opens, is reported and compared; that its scores of new images were other ones is told', async () => {
  const manifest = await readManifest(study.folder);
  expect(manifest.format).toBe(2);
  await writeManifest(study.folder, { ...manifest, format: 1, features: null, standsOn: null, files: {} });
  const table = await readImages(study.folder);
  const score = table.get('outlier_score') as Float32Array;
  for (const name of [...table.keys()].filter((column) => /^outlier_(shape|features|bulk|encoder|attributes)$/.test(column)))
    table.delete(name);
  await writeImages(study.folder, new Map([...table, ...['j', 'h', 'g'].map((part) => [`outlier_${part}`, score] as const)]));
  for (const name of ['features.npy', 'extractor.safetensors']) rmSync(place(name));
  const figures = { shape: [2], values: Float32Array.of(0, 1) };
  const names = ['pca_mean', 'references', 'reconstruction', 'latent', 'shape_distance', 'score'];
  const tensors = Object.fromEntries(names.map((name) => [name, figures]));
  writeFileSync(place('scorer.safetensors'), encodeSafetensors({ tensors, metadata: {} }));
  // What came into the report since.
  const { factors, outliers, ...earlier } = await study.report();
  expect([factors, outliers]).not.toContain(undefined);
  const groups = earlier.groups?.map(({ rarityAttributes: _, first: _first, stability: _stability, ...group }) => group) ?? null;
  writeFileSync(place('report.json'), JSON.stringify({ ...earlier, groups, outliers: { ...outliers, method: 'jhg' } }));

  expect((await study.report()).factors).toBeNull();
  expect((await study.columns(['outlier_j', 'outlier_shape'])).get('outlier_j')).toEqual(score);
  // What is stated of it does not make it a study of today.
  await stateExpectations(study, [{ kind: 'label', name: '0', low: null, high: null, share: 0.1 }]);
  expect((await readManifest(study.folder)).format).toBe(1);
  expect((await study.space()).metric).toBe('euclidean');
  await exportReport(study, place('again.html'), 'html', 'en');
  await expect(scoreSource(study, source, {})).rejects.toMatchObject({ code: 'study-too-old' });
  const { comparison, strangeness } = await compareAndScore(study, source, 0, {});
  expect(comparison.overall.separation.value).toBeGreaterThan(0.4);
  expect(strangeness).toBeNull();
  expect(errorText(new SondeError('study-too-old'))).toContain('analyse its own again');
});
