import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ComparisonFile, comparison } from '../../src/contract/comparison.ts';
import { biasReport } from '../../src/contract/report.ts';
import { keepEvidence } from './evidence.ts';
import { beginOn, fixtureFolder, newHome, type Program, saveInto, startProgram, untilDone } from './program.ts';

const FIELD_IMAGES = 60;
let home: Awaited<ReturnType<typeof newHome>>;
let program: Program;
let field: string;
let study: string;
keepEvidence(() => program);

beforeAll(async () => {
  home = await newHome();
  field = path.join(home.home, 'field');
  await mkdir(field);
  const photos = (await readdir(fixtureFolder, { recursive: true })).filter((name) => /\.jpe?g$/i.test(name)).slice(0, FIELD_IMAGES);
  for (const [i, name] of photos.entries())
    await writeFile(path.join(field, `${i}.jpg`), await sharp(path.join(fixtureFolder, name)).linear(0.35, 0).jpeg().toBuffer());
  program = await startProgram(home.home);
  await beginOn(program.page, fixtureFolder, 5);
  await untilDone(program.page);
  const studies = path.join(home.home, 'studies');
  study = path.join(studies, (await readdir(studies))[0] as string);
});
afterAll(async () => {
  await program?.close();
  await home?.remove();
});

test('a stated share is tested, shown, and kept in the study and its report', async () => {
  const { page } = program;
  await page.getByTestId('nav-report').click();
  await page.getByTestId('expectation-add').click();
  const row = page.getByTestId('expectation-row').last();
  await row.getByRole('combobox').selectOption('attribute:brightness');
  const [, high, share] = await row.getByRole('spinbutton').all();
  await high?.fill('1');
  await share?.fill('10');
  await page.getByTestId('expectation-test').click();
  await page.locator('#report-expectations td').getByText('differs').waitFor();
  const { expectations } = biasReport.parse(JSON.parse(await readFile(path.join(study, 'report.json'), 'utf8')));
  expect(expectations).toMatchObject([
    { statement: { name: 'brightness', low: null, high: 1, share: 0.1 }, observed: { value: 1 }, rejected: true },
  ]);
  expect(JSON.parse(await readFile(path.join(study, 'expectations.json'), 'utf8'))).toHaveLength(1);
});

test('the weights are saved as CSV, one line an image', async () => {
  const { page, app } = program;
  const target = path.join(home.home, 'weights.csv');
  await saveInto(app, target);
  await page.getByTestId('export-weights').click();
  // The name alone stands in the lines that draw by the weights too.
  await page.getByText('The weights were saved as weights.csv').waitFor();
  const lines = (await readFile(target, 'utf8')).trim().split('\n');
  const { provenance } = biasReport.parse(JSON.parse(await readFile(path.join(study, 'report.json'), 'utf8')));
  expect(lines).toHaveLength(provenance.images + 1);
});

test('a darker folder is told apart by its brightness, with its images shown, and is left as it was', async () => {
  const { page, app } = program;
  const before = await readdir(field);
  await app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] });
  }, field);
  await page.getByTestId('nav-compare').click();
  await page.getByTestId('compare-folder').click();
  await page.getByTestId('compare-verdict').getByText('The two sets are unlike').waitFor({ timeout: 60_000 });
  await page.getByTestId('compare-shift').filter({ hasText: 'Brightness' }).first().waitFor();
  expect(await page.locator('[data-testid=comparison] canvas').count()).toBeGreaterThan(0);
  expect(await page.locator('[data-testid=compare-strangest] figure').count()).toBeGreaterThan(10);
  expect(await readdir(field)).toEqual(before);
});

test('the comparison is saved as JSON, with the path of every image that it names', async () => {
  const { page, app } = program;
  const target = path.join(home.home, 'field.json');
  await saveInto(app, target);
  await page.getByTestId('compare-export').click();
  await page.getByText('field.json').waitFor();
  const file = JSON.parse(await readFile(target, 'utf8')) as ComparisonFile;
  expect(comparison.parse(file).b).toEqual({ name: 'field', images: FIELD_IMAGES });
  const namedOfField = [...file.carriers.b, ...(file.strangeness?.images ?? [])].map(({ index }) => file.paths.b[index] as string);
  expect(namedOfField.length).toBeGreaterThan(10);
  const held = await readdir(field);
  expect(namedOfField.every((name) => held.includes(name))).toBe(true);
  for (const { index } of file.carriers.a) expect(await stat(path.join(fixtureFolder, file.paths.a[index] as string))).toBeTruthy();
});

test('a comparison that is called off says so, and the next one runs', async () => {
  const { page } = program;
  const answers = await page.evaluate(async () => {
    const recent = await window.sonde.call('recentStudies', {});
    const studyId = recent.ok ? (recent.value[0]?.id ?? '') : '';
    const compared = window.sonde.call('compare', { studyId, source: 'sample' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const progress = await window.sonde.call('comparisonProgress', { studyId });
    const second = await window.sonde.call('compare', { studyId, source: 'sample' });
    await window.sonde.call('cancelComparison', { studyId });
    return { progress, second, compared: await compared, after: await window.sonde.call('comparisonProgress', { studyId }) };
  });
  expect(answers.progress).toMatchObject({ ok: true, value: { stage: 'read' } });
  expect(answers.second).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  expect(answers.compared).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  expect(answers.after).toEqual({ ok: true, value: null });
  expect(program.faults).toEqual([]);
});
