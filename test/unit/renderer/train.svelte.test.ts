import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProgressFrame, TrainingProgress } from '../../../src/contract/analysis.ts';
import type { StudyManifest } from '../../../src/contract/study.ts';
import { Study } from '../../../src/renderer/src/state/study.svelte.ts';
import { TrainState } from '../../../src/renderer/src/state/train.svelte.ts';
import { LateBridge, settle } from './late-bridge.ts';

const training = {
  heldOut: null,
  steps: 400,
  epochs: 4,
  seconds: 31,
  imagesPerSecond: 900,
  loss: -12,
  latent: 16,
  activeLatents: [0, 1, 2],
  meanSquaredError: 0.01,
  meanImageSquaredError: 0.04,
};
const manifest = (more: object) =>
  ({ labels: [], counts: { usable: 4, skipped: 0 }, timings: { scan: 1, decode: 4 }, training: null, ...more }) as unknown as StudyManifest;
const frame = (more: object) =>
  ({ phase: 'train', done: 1, total: 4, rate: 3, training: null, map: null, ...more }) as unknown as ProgressFrame;
const progress = (step: number) =>
  ({
    ...{ step, totalSteps: 800, epoch: 1, loss: 1, reconstruction: 1, kl: 0, klWeight: 1, learningRate: 0.001, heldOutLoss: null },
    ...{ meanSquaredError: 0.03, meanImageSquaredError: 0.04, imagesPerSecond: 700, activeLatents: 5, heldOut: null, paused: false },
  }) as TrainingProgress;

let bridge: LateBridge;
let study: Study;
let train: TrainState;
let leave: () => void;
function open(of: StudyManifest | null) {
  study = new Study('study-1', of);
  train = new TrainState(study);
  leave = $effect.root(() => train.follow());
}
beforeEach(() => {
  bridge = new LateBridge();
});
afterEach(() => leave());

describe('the points', () => {
  test('of a study that is opened again are where its images came to rest', async () => {
    open(manifest({ state: 'done', training }));
    expect(train.map).toBe(null);
    await settle();
    await bridge.column('x', Float32Array.of(1, 2));
    await bridge.column('y', Float32Array.of(3, 4));
    expect(train.map).toEqual({ indices: Uint32Array.of(0, 1), positions: Float32Array.of(1, 3, 2, 4) });
  });

  test('that are streamed are not replaced by a table that comes late', async () => {
    open(manifest({ state: 'done', training }));
    await settle();
    const map = { indices: Uint32Array.of(7), positions: Float32Array.of(0, 0) };
    study.run.id = 'run-1';
    study.run.take(frame({ map }));
    await settle();
    await bridge.column('x', Float32Array.of(1, 2));
    await bridge.column('y', Float32Array.of(3, 4));
    study.run.take(frame({ map: null }));
    expect(train.map).toEqual(map);
  });
});

test('phases before the one that goes on are done, those after it wait; the longest fills its row', () => {
  open(manifest({ state: 'running' }));
  study.run.id = 'run-1';
  expect(study.run.take(frame({ phase: 'decode' }))).toBe(true);
  expect(study.run.take(frame({ phase: 'decode' }))).toBe(false);
  expect(study.run.take(frame({ phase: 'train' }))).toBe(true);
  const rows = Object.fromEntries(train.phases.map(({ phase, ...row }) => [phase, row]));
  expect(rows.scan).toEqual({ state: 'done', seconds: 1, share: 0.25 });
  expect(rows.decode).toEqual({ state: 'done', seconds: 4, share: 1 });
  expect(rows.train).toEqual({ state: 'now', seconds: null, share: 0 });
  expect(rows.report?.state).toBe('waiting');
  study.run.id = null;
  expect(train.phases.find(({ phase }) => phase === 'train')?.state).toBe('waiting');
  study.manifest = manifest({ state: 'done' });
  expect(train.phases.every(({ state }) => state === 'done')).toBe(true);
});

test('figures are those of the training that goes on, else those that the study keeps', () => {
  open(manifest({ state: 'done', training }));
  const value = (name: string) => train.figures.find((figure) => figure.name === name);
  expect(value('Step')).toMatchObject({ value: '400' });
  expect(value('Active latents')).toEqual({ name: 'Active latents', value: '3', of: '16' });
  study.run.take(frame({ training: progress(25) }));
  expect(value('Step')).toEqual({ name: 'Step', value: '25', of: '800' });
  expect([train.hasCurves, train.ended]).toEqual([true, null]);
});
