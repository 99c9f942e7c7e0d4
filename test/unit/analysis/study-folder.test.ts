import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { claimFolder } from '../../../src/engine/analysis/prepare.ts';
import { ProgressReporter } from '../../../src/engine/analysis/progress.ts';
import { runAnalysis } from '../../../src/engine/analysis/run-analysis.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';
import { sweepStudy } from '../../../src/engine/study/unfinished.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'sonde-study-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const source = path.join(root, 'images');
const few = path.join(root, 'few');
const place = (name: string) => path.join(root, name);
const options = analysisOptions.parse({ model: 'pca', latent: 4 });
const hooks = (onPhase: (phase: string) => void = () => undefined) => ({
  signal: new AbortController().signal,
  control: new TrainingControl(),
  reporter: new ProgressReporter('run', 'study-folder', ({ phase }) => onPhase(phase)),
});
const begin = (folder: string, from = source) => ({ begin: { source: from, folder, studyId: 'study-folder', options } });

beforeAll(async () => {
  mkdirSync(source);
  mkdirSync(few);
  for (let i = 0; i < 60; i += 1) {
    const raw = Uint8Array.from({ length: 28 * 28 }, (_, at) => 127 + 120 * Math.sin((at % 28) / (2 + (i % 9)) + i));
    writeFileSync(
      path.join(source, `${i}.png`),
      await sharp(raw, { raw: { width: 28, height: 28, channels: 1 } })
        .png()
        .toBuffer(),
    );
  }
  writeFileSync(path.join(few, 'a.png'), readFileSync(path.join(source, '0.png')));
});

test('a run that finds too few images takes back what it made and nothing else', async () => {
  const mine = place('mine');
  mkdirSync(mine);
  const failed = (folder: string, onPhase?: (phase: string) => void) =>
    expect(runAnalysis(begin(folder, few), hooks(onPhase))).rejects.toMatchObject({ code: 'too-few-images' });
  await failed(mine);
  expect(readdirSync(mine)).toEqual([]);
  const made = place('new/deep');
  await failed(made);
  expect(existsSync(place('new'))).toBe(false);
  // A person puts a file in while the images are read.
  const shared = place('shared');
  await failed(shared, (phase) => phase === 'decode' && writeFileSync(path.join(shared, 'notes.txt'), 'mine'));
  expect(readdirSync(shared)).toEqual(['notes.txt']);
});

test('a study, other files, a file and a place that is not writable each have their sentence', async () => {
  const study = place('a study');
  mkdirSync(study);
  writeFileSync(path.join(study, 'study.json'), '{}');
  await expect(claimFolder(study)).rejects.toThrow();
  const files = place('files');
  mkdirSync(files);
  writeFileSync(path.join(files, 'a.txt'), '');
  await expect(claimFolder(files)).rejects.toMatchObject({ code: 'study-not-empty', params: { path: files } });
  await expect(claimFolder(path.join(files, 'a.txt'))).rejects.toMatchObject({ code: 'not-a-folder' });
  await expect(claimFolder(path.join(files, 'a.txt', 'b'))).rejects.toMatchObject({ code: 'not-a-folder' });
});

async function killedWhileReading(folder: string): Promise<void> {
  const script = `
    import { runAnalysis } from ${JSON.stringify(fileURLToPath(new URL('../../../src/engine/analysis/run-analysis.ts', import.meta.url)))};
    import { ProgressReporter } from ${JSON.stringify(fileURLToPath(new URL('../../../src/engine/analysis/progress.ts', import.meta.url)))};
    import { TrainingControl } from ${JSON.stringify(fileURLToPath(new URL('../../../src/engine/model/training-control.ts', import.meta.url)))};
    const reporter = new ProgressReporter('run', 'killed', ({ phase }) => { if (phase === 'decode') process.kill(process.pid, 'SIGKILL'); });
    await runAnalysis(${JSON.stringify(begin(folder))}, { signal: new AbortController().signal, control: new TrainingControl(), reporter });
  `;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], { stdio: 'ignore' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}

test('a run that is killed while it reads images is begun anew, by resuming it or by asking again', async () => {
  const [resumed, again] = [place('resumed'), place('again')];
  await killedWhileReading(resumed);
  expect(JSON.parse(readFileSync(path.join(resumed, 'study.json'), 'utf8'))).toMatchObject({
    state: 'running',
    source: { listingSha256: null },
  });
  writeFileSync(path.join(resumed, 'thumbnails.bin.part'), 'half');
  writeFileSync(path.join(resumed, '.images.parquet.0123abcd'), 'half');
  const manifest = await runAnalysis({ resume: resumed }, hooks());
  expect([manifest.state, manifest.counts.usable]).toEqual(['done', 60]);
  expect(readdirSync(resumed).filter((name) => name.startsWith('.') || name.endsWith('.part'))).toEqual([]);
  await expect(claimFolder(resumed)).rejects.toMatchObject({ code: 'study-exists' });

  await killedWhileReading(again);
  expect(await claimFolder(again)).toBeNull();
});

test("half-written files go at the next opening, a person's never", async () => {
  const folder = place('swept');
  mkdirSync(path.join(folder, 'checkpoint'), { recursive: true });
  const half = ['.report.json.0123abcd', 'pixels.bin.part', 'checkpoint/.checkpoint.safetensors.89ab4567'];
  const kept = ['.hidden', 'report.json', 'notes.part', 'checkpoint/checkpoint.safetensors'];
  for (const name of [...half, ...kept]) writeFileSync(path.join(folder, name), '');
  // Another process may be writing them this minute.
  await sweepStudy(folder);
  expect(half.every((name) => existsSync(path.join(folder, name)))).toBe(true);
  await sweepStudy(folder, 0);
  expect([half.filter((name) => existsSync(path.join(folder, name))), kept.filter((name) => existsSync(path.join(folder, name)))]).toEqual([
    [],
    kept,
  ]);
});
