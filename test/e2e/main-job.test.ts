import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { studyManifest } from '../../src/contract/study.ts';
import { keepEvidence } from './evidence.ts';
import { beginOn, fixtureFolder, newHome, type Program, saveInto, startProgram, untilDone, untilTraining } from './program.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let program: Program;
keepEvidence(() => program);
let usable = 0;

/** The fixture's photographs and two files that are none. */
let photos: string;
const broken = ['cut-short.jpg', 'words.png'];

beforeAll(async () => {
  home = await newHome();
  photos = path.join(home.home, 'photos');
  await cp(fixtureFolder, photos, { recursive: true });
  const first = (await readdir(photos, { recursive: true })).find((name) => /\.jpe?g$/i.test(name));
  if (!first) throw new Error(`${fixtureFolder} holds no JPEG`);
  await writeFile(path.join(photos, 'cut-short.jpg'), (await readFile(path.join(photos, first))).subarray(0, 400));
  await writeFile(path.join(photos, 'words.png'), 'These are words.');
  program = await startProgram(home.home);
});
afterAll(async () => {
  await program?.close();
  await home?.remove();
});

test('a dropped folder trains while points move', async () => {
  const { page } = program;
  await beginOn(page, photos, 300);
  await untilTraining(page);
  await page.evaluate(() => {
    const seen = window as unknown as { maps: number[][]; frames: number[] };
    seen.maps = [];
    seen.frames = [];
    window.sonde.on('progress', (frame) => {
      if (frame.phase !== 'train') return;
      seen.frames.push(performance.now());
      if (frame.map) seen.maps.push([...frame.map.positions]);
    });
  });
  const before = await page.getByTestId('live-map').screenshot();
  const seen = () => page.evaluate(() => (window as unknown as { maps: number[][] }).maps.length);
  await expect.poll(seen, { timeout: 120_000 }).toBeGreaterThan(2);
  const after = await page.getByTestId('live-map').screenshot();
  const { maps, frames } = await page.evaluate(() => {
    const { maps, frames } = window as unknown as { maps: number[][]; frames: number[] };
    return { maps, frames };
  });
  expect(after.equals(before)).toBe(false);
  expect(maps.at(-1)?.every(Number.isFinite)).toBe(true);
  expect(maps.at(-1)).not.toEqual(maps[0]);
  const seconds = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1000;
  expect((frames.length - 1) / seconds).toBeLessThanOrEqual(21);
});

/** The picture that a latent vector decodes to, in the study of the moment. */
async function decoded(value: number) {
  return program.page.evaluate(async (filled) => {
    const recent = await window.sonde.call('recentStudies', {});
    const studyId = recent.ok ? (recent.value[0]?.id ?? '') : '';
    // Before the report the number of latents is known from the default alone: 16 for gray images, 32 for colour.
    for (const latent of [32, 16]) {
      const answer = await window.sonde.call('decode', { studyId, z: new Float32Array(latent).fill(filled) });
      if (answer.ok) return [...answer.value.data];
    }
    return null;
  }, value);
}

test('a slider is answered with a picture of its own while training, and when nothing runs', async () => {
  const { page } = program;
  const [low, high] = [await decoded(-1), await decoded(1)];
  expect(await page.locator('[data-testid=progress][data-phase=train]').count()).toBe(1);
  expect(new Set(low).size).toBeGreaterThan(2);
  expect(high).not.toEqual(low);
  await page.getByTestId('finish-training').click();
  await untilDone(page);
  expect(await decoded(1)).toEqual(await decoded(1));
  expect(await decoded(1)).not.toEqual(await decoded(-1));
});

test('the map holds as many points as there are usable images', async () => {
  const { page } = program;
  await untilDone(page);
  const [study] = await readdir(path.join(home.home, 'studies'));
  const manifest = studyManifest.parse(JSON.parse(await readFile(path.join(home.home, 'studies', study as string, 'study.json'), 'utf8')));
  usable = manifest.counts.usable;
  expect(manifest.state).toBe('done');
  expect(usable).toBeGreaterThanOrEqual(50);
  await page.getByTestId('nav-map').click();
  await page.locator(`[data-testid=map-canvas][data-points="${usable}"]`).waitFor();
});

test('images that could not be used are listed with their reason, the others are shown, and the folder is as it was', async () => {
  const { page } = program;
  await page.getByTestId('nav-data').click();
  const skipped = page.getByTestId('skipped');
  for (const name of broken) await skipped.getByText(name).first().waitFor();
  const shown = () =>
    page.locator('img[src*="/thumb/"]').evaluateAll((all) => all.filter((image) => (image as HTMLImageElement).naturalWidth > 0).length);
  await expect.poll(shown, { timeout: 10_000 }).toBeGreaterThan(5);
  const before = (await readdir(fixtureFolder, { recursive: true })).length + broken.length;
  expect(await readdir(photos, { recursive: true })).toHaveLength(before);
});

test('a moved slider changes the picture', async () => {
  const { page } = program;
  await page.getByTestId('nav-sample').click();
  const canvas = page.getByTestId('sample-canvas');
  await page.locator('[data-testid=sample-canvas][data-frame]:not([data-frame="0"])').waitFor();
  const pixels = () =>
    canvas.evaluate((element) => {
      const one = element as HTMLCanvasElement;
      return [...(one.getContext('2d')?.getImageData(0, 0, one.width, one.height).data ?? [])];
    });
  const before = await pixels();
  const slider = page.getByTestId('latent-slider-0');
  await slider.focus();
  for (let i = 0; i < 20; i += 1) await page.keyboard.press('PageUp');
  await expect.poll(async () => JSON.stringify(await pixels()) !== JSON.stringify(before)).toBe(true);
  expect(new Set(before).size).toBeGreaterThan(2);
});

test('the report can be read, and saved as a page and as a PDF', async () => {
  const { page, app } = program;
  await page.getByTestId('nav-report').click();
  const report = page.getByTestId('report');
  await report.waitFor();
  expect(((await report.textContent()) ?? '').length).toBeGreaterThan(500);
  const studyId = await page.evaluate(async () => {
    const answer = await window.sonde.call('recentStudies', {});
    return answer.ok ? (answer.value[0]?.id ?? '') : '';
  });
  for (const format of ['html', 'json', 'md', 'pdf'] as const) {
    const target = path.join(home.home, `report.${format}`);
    await saveInto(app, target);
    const answer = await page.evaluate(
      async ([id, kind]) => {
        const chosen = await window.sonde.call('chooseTarget', { suggestedName: `report.${kind}`, extension: kind });
        if (!chosen.ok || !chosen.value) return chosen;
        return window.sonde.call('exportReport', { studyId: id, target: chosen.value.grant, format: kind, locale: 'en' });
      },
      [studyId, format] as const,
    );
    expect(answer).toMatchObject({ ok: true });
    const bytes = await readFile(target);
    if (format === 'pdf') expect(bytes.toString('latin1', 0, 5)).toBe('%PDF-');
    if (format === 'json') expect(JSON.parse(bytes.toString('utf8')).provenance.images).toBe(usable);
    if (format === 'md') expect(bytes.toString('utf8')).toMatch(/^# Data sheet: /);
    if (format === 'html') expect(bytes.toString('utf8')).toMatch(/^<!doctype html>/i);
    expect(bytes.byteLength).toBeGreaterThan(2000);
  }
});

test('the study is there after a restart, and opens again', async () => {
  expect(program.faults).toEqual([]);
  await program.close();
  program = await startProgram(home.home);
  const { page } = program;
  await page.getByTestId('recent-study').first().click();
  await page.getByTestId('nav-map').click();
  await page.locator(`[data-testid=map-canvas][data-points="${usable}"]`).waitFor();
  await page.getByTestId('nav-report').click();
  await page.getByTestId('report').waitFor();
  // The learning curves too, though nothing trains now.
  await page.getByTestId('nav-train').click();
  await expect.poll(async () => Number(await page.getByTestId('curve').first().getAttribute('data-steps'))).toBeGreaterThan(10);
  expect(program.faults).toEqual([]);
});
