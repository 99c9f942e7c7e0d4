import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TrainingProgress } from '../../../src/contract/analysis.ts';
import { readTrainingCurve, TrainingLog } from '../../../src/study/training-log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-log-'));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (step: number, loss = 1000 / step) =>
  ({ step, loss, heldOutLoss: step < 3 ? null : loss + 1, reconstruction: loss - 2, kl: 2, learningRate: 0.001 }) as TrainingProgress;

test('comes back as it was written, and opens as a table', async () => {
  const log = TrainingLog.begin(folder);
  for (let step = 1; step <= 5; step += 1) log.add(at(step), 3600);
  await log.save();
  const { step, loss, heldOut, reconstruction, kl } = await readTrainingCurve(folder);
  expect([...step]).toEqual([1, 2, 3, 4, 5]);
  expect([...loss]).toEqual([1000, 500, Math.fround(1000 / 3), 250, 200]);
  expect([...heldOut]).toEqual([Number.NaN, Number.NaN, Math.fround(1000 / 3 + 1), 251, 201]);
  expect([...reconstruction]).toEqual([...loss].map((_, i) => Math.fround(1000 / (i + 1) - 2)));
  expect([...kl]).toEqual([2, 2, 2, 2, 2]);
  expect((await readFile(path.join(folder, 'training.csv'), 'utf8')).split('\n').slice(0, 2)).toEqual([
    'step,loss,held_out_loss,reconstruction,kl,learning_rate',
    '1,1000,,998,2,0.001',
  ]);
});

test('goes on from a checkpoint: the steps after it are those taken anew', async () => {
  const before = TrainingLog.begin(folder);
  for (let step = 1; step <= 8; step += 1) before.add(at(step), 3600);
  await before.save();
  const after = await TrainingLog.resume(folder);
  for (let step = 6; step <= 7; step += 1) after.add(at(step, 7), 3600);
  await after.save();
  const { step, loss } = await readTrainingCurve(folder);
  expect([...step]).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect([...loss].slice(4)).toEqual([200, 7, 7]);
});

test('of a long run keeps its shape in 2,000 rows', async () => {
  const log = TrainingLog.begin(folder);
  for (let step = 1; step <= 50_000; step += 1) log.add(at(step), 3600);
  await log.save();
  const { step } = await readTrainingCurve(folder);
  expect(step.length).toBeLessThanOrEqual(2001);
  expect(step.length).toBeGreaterThan(900);
  expect(step.at(-1)).toBeGreaterThan(49_900);
  expect(step.every((value, i) => i === 0 || value > (step[i - 1] as number))).toBe(true);
});

test('is empty where there is none, and refused where it is something else', async () => {
  expect((await readTrainingCurve(folder)).step).toHaveLength(0);
  await writeFile(path.join(folder, 'training.csv'), 'a,b\n1,2\n');
  await expect(readTrainingCurve(folder)).rejects.toMatchObject({ code: 'study-unreadable' });
});
