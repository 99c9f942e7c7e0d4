import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { claimFolder } from '../../../src/engine/analysis/prepare.ts';
import { ProgressReporter } from '../../../src/engine/analysis/progress.ts';
import { runAnalysis } from '../../../src/engine/analysis/run-analysis.ts';
import { errorText } from '../../../src/engine/commands/error-text.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';
import { isLocked } from '../../../src/study/lock.ts';
import { presentManifest } from '../../../src/study/manifest.ts';
import { sweepStudy } from '../../../src/study/unfinished.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'sonde-study-folder-'));
const mounts: string[] = [];
afterAll(() => {
  for (const mount of mounts) execFileSync('umount', [mount]);
  rmSync(root, { recursive: true, force: true });
});
const source = path.join(root, 'images');
const few = path.join(root, 'few');
const place = (name: string) => path.join(root, name);
const options = analysisOptions.parse({ model: 'pca', latent: 4, size: 28, encoder: 'none' });
const hooks = (onPhase: (phase: string) => void = () => undefined) => ({
  signal: new AbortController().signal,
  control: new TrainingControl(),
  reporter: new ProgressReporter('run', 'study-folder', ({ phase }) => onPhase(phase)),
});
/** Resumes it as far as the trained model is saved: from there on a run is like any other. */
async function goesOn(folder: string): Promise<void> {
  const calledOff = new AbortController();
  const further = { ...hooks((phase) => phase === 'features' && calledOff.abort()), signal: calledOff.signal };
  await expect(runAnalysis({ resume: folder }, further)).rejects.toMatchObject({ code: 'cancelled' });
  expect(existsSync(path.join(folder, 'model', 'weights.safetensors'))).toBe(true);
}
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

const LINUX = process.platform === 'linux';
/** A disk in memory; null where this user may not mount one. */
function smallDisk(name: string, ...options: string[]): string | null {
  if (!LINUX || process.getuid?.() !== 0) return null;
  const disk = place(name);
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', ['size=8m', ...options].join(','), 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return null;
  }
  mounts.push(disk);
  return disk;
}

test('a folder that cannot be made or written is told at once', async () => {
  const readOnly = smallDisk('read only', 'ro') ?? place('read only');
  if (!existsSync(readOnly)) mkdirSync(readOnly, { mode: 0o555 });
  // Who may write anywhere and mount nothing cannot be refused.
  if (mounts.includes(readOnly) || process.getuid?.() !== 0)
    for (const folder of [readOnly, path.join(readOnly, 'a', 'b')])
      await expect(claimFolder(folder)).rejects.toMatchObject({ code: 'not-writable' });
  // Node's own recursive mkdir never comes back from here.
  if (LINUX)
    await expect(claimFolder('/proc/sonde/study')).rejects.toMatchObject({ code: 'not-writable', params: { path: '/proc/sonde' } });
});

test.runIf(LINUX)('a disk that is full while images are read keeps nothing, and does not say that it does', async () => {
  const folder = place('full at once');
  // Whatever is written to it finds the disk full.
  let made = false;
  const full = (phase: string) => {
    if (phase === 'decode' && !made) symlinkSync('/dev/full', path.join(folder, 'thumbnails.bin.part'));
    made ||= phase === 'decode';
  };
  const error = await runAnalysis(begin(folder), hooks(full)).catch((reason: unknown) => reason);
  expect(errorText(error).split('\n')[0]).toBe('The disk is full. Free some space, then try again.');
  expect(existsSync(folder)).toBe(false);
});

test('a disk that is full later keeps what was done, says so, and the study goes on once there is space', async ({ skip }) => {
  const disk = smallDisk('disk');
  if (disk === null) return skip('only root may mount a small disk');
  const folder = path.join(disk, 'study');
  const fill = path.join(disk, 'fill');
  const full = hooks((phase) => phase === 'train' && fillUp(fill));
  const error = await runAnalysis(begin(folder), full).catch((reason: unknown) => reason);
  expect(errorText(error).split('\n')[0]).toBe('The disk is full. Free some space and resume the study: what was done so far is kept.');
  expect(await presentManifest(folder, isLocked)).toMatchObject({ state: 'interrupted', counts: { usable: 60 } });
  rmSync(fill);
  await goesOn(folder);
});

function fillUp(file: string): void {
  if (existsSync(file)) return;
  const handle = openSync(file, 'w');
  const page = Buffer.alloc(4096);
  try {
    for (;;) writeSync(handle, page);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(handle);
  }
}

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
  cpSync(resumed, again, { recursive: true });
  expect(JSON.parse(readFileSync(path.join(resumed, 'study.json'), 'utf8'))).toMatchObject({
    state: 'running',
    source: { listingSha256: null },
  });
  writeFileSync(path.join(resumed, 'thumbnails.bin.part'), 'half');
  writeFileSync(path.join(resumed, '.images.parquet.0123abcd'), 'half');
  await goesOn(resumed);
  expect((await presentManifest(resumed, isLocked)).counts.usable).toBe(60);
  expect(readdirSync(resumed).filter((name) => name.startsWith('.') || name.endsWith('.part'))).toEqual([]);
  await expect(claimFolder(resumed)).rejects.toMatchObject({ code: 'study-exists' });
  expect(await claimFolder(again)).toBeNull();
});

test("half-written files go at the next opening, a person's never", async () => {
  const folder = place('swept');
  mkdirSync(path.join(folder, 'checkpoint'), { recursive: true });
  const half = [
    ...['.report.json.0123abcd', '.features.npy.0123abcd', 'thumbnails.bin.part', 'pixels.bin.part'],
    'checkpoint/.checkpoint.safetensors.89ab4567',
  ];
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
