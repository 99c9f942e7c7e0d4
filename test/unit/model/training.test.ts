import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysisOptions, type TrainingProgress } from '../../../src/contract/analysis.ts';
import { HeldOut } from '../../../src/engine/model/held-out.ts';
import { loadModel } from '../../../src/engine/model/load.ts';
import type { NeuralModel } from '../../../src/engine/model/neural-model.ts';
import { splitImages } from '../../../src/engine/model/split.ts';
import { trainModel } from '../../../src/engine/model/train.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';
import { tf } from '../../../src/engine/tensorflow.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;

let folder: string;
let pixels: PixelSet;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-model-'));
  const { array } = await openSource('sample');
  if (!array) throw new Error('the sample is an array');
  const count = 600;
  const data = new Uint8Array(count * 784);
  for (let i = 0; i < count; i += 1) data.set(array.read(i), i * 784);
  pixels = { count, size: 28, channels: 1, data };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (more: object) => analysisOptions.parse({ batchSize: 64, epochs: 2, ...more });
/** A digest by name: where arrays of many thousand values differ, telling how takes minutes. */
const weightsOf = (model: unknown) =>
  Object.fromEntries(
    Object.entries((model as NeuralModel).weights()).map(([name, { values }]) => [
      name,
      createHash('sha256')
        .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
        .digest('hex'),
    ]),
  );

test.each([
  ['vae', 'convolutional', 'gaussian'],
  ['ae', 'convolutional', 'gaussian'],
  ['ae', 'dense', 'gaussian'],
] as const)('%s %s %s learns more than PCA, seen on images that it was not trained on', async (kind, architecture, likelihood) => {
  const { model, summary } = await trainModel(pixels, options({ model: kind, architecture, likelihood, epochs: 8, batchSize: 32 }));
  const { meanSquaredError, pcaMeanSquaredError } = summary.heldOut as NonNullable<typeof summary.heldOut>;
  expect(meanSquaredError / pcaMeanSquaredError).toBeLessThan(0.95);
  expect(summary.plannedSteps).toBe(8 * Math.ceil(540 / 32));
  expect(summary.steps).toBeLessThanOrEqual(summary.plannedSteps as number);
  expect(summary.heldOut?.images).toBe(60);
  // The figure is that of the kept weights, on images that were trained on.
  const kept = await new HeldOut(pixels, splitImages(600, 0).trained.slice(0, 512), 0).take(model);
  expect(summary.meanSquaredError).toBeCloseTo(kept.error, 7);
  model.dispose();
});

test('the same seed gives the same weights to the bit, another seed others', async () => {
  const [a, b, other] = [
    await trainModel(pixels, options({ seed: 5, epochs: 1 })),
    await trainModel(pixels, options({ seed: 5, epochs: 1 })),
    await trainModel(pixels, options({ seed: 6, epochs: 1 })),
  ];
  expect(weightsOf(a.model)).toEqual(weightsOf(b.model));
  expect(weightsOf(a.model)).not.toEqual(weightsOf(other.model));
  for (const { model } of [a, b, other]) model.dispose();
});

test('a run that was called off goes on from its checkpoint to the same weights as one that was not', async () => {
  const asked = options({ seed: 2, epochs: 4, architecture: 'dense' });
  const whole = await trainModel(pixels, asked);
  const checkpoint = { folder: path.join(folder, 'resumed'), everySeconds: 1000 };
  const calledOff = new AbortController();
  const onProgress = ({ step }: TrainingProgress) => {
    if (step === 23) calledOff.abort();
  };
  await expect(trainModel(pixels, asked, { signal: calledOff.signal, checkpoint, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  });
  let first = 0;
  const resumed = await trainModel(pixels, asked, {
    checkpoint,
    resume: true,
    onProgress: ({ step }) => {
      first ||= step;
    },
  });
  expect(first).toBe(24);
  expect(weightsOf(resumed.model)).toEqual(weightsOf(whole.model));
  whole.model.dispose();
  resumed.model.dispose();
});

test('so does one in which changed images are on trial, loss by loss', async () => {
  const random = new Random(3);
  // Of noise there is nothing to learn: the held-out images lose at once, and one thing after the other is tried.
  const noise: PixelSet = { count: 80, size: 28, channels: 1, data: Uint8Array.from({ length: 80 * 784 }, () => random.integer(256)) };
  const asked = options({ seed: 2, epochs: 100, architecture: 'dense', latent: 4, batchSize: 16 });
  const losses = (into: number[], after?: () => void) => (progress: TrainingProgress) => {
    into[progress.step] = progress.heldOutLoss as number;
    if (progress.step === 57) after?.();
  };
  const whole: number[] = [];
  const one = await trainModel(noise, asked, { onProgress: losses(whole) });
  expect(one.summary.ended).toBe('held-out');
  expect(one.summary.steps).toBeLessThan(one.summary.plannedSteps as number);
  expect(one.summary.bestStep).toBe(0);
  const checkpoint = { folder: path.join(folder, 'trial'), everySeconds: 1000 };
  const calledOff = new AbortController();
  const apart: number[] = [];
  await expect(
    trainModel(noise, asked, { checkpoint, signal: calledOff.signal, onProgress: losses(apart, () => calledOff.abort()) }),
  ).rejects.toMatchObject({ code: 'cancelled' });
  const resumed = await trainModel(noise, asked, { checkpoint, resume: true, onProgress: losses(apart) });
  expect(apart.slice(1)).toEqual(whole.slice(1));
  expect({ ...resumed.summary, seconds: 0, imagesPerSecond: 0, loss: 0 }).toEqual({
    ...one.summary,
    seconds: 0,
    imagesPerSecond: 0,
    loss: 0,
  });
  one.model.dispose();
  resumed.model.dispose();
});

test('so does one whose draws adapt to the latents, called off within an epoch', async () => {
  const adapted = options({ seed: 2, epochs: 4, architecture: 'dense', adaptiveResampling: true });
  let asked = 0;
  const drawWeights = ({ rows, columns, data }: { rows: number; columns: number; data: Float32Array }) => {
    asked += 1;
    return Float32Array.from({ length: rows }, (_, i) => 0.1 + Math.abs(data[i * columns] as number));
  };
  const whole = await trainModel(pixels, adapted, { drawWeights });
  expect(asked).toBeGreaterThan(1);
  const evenly = await trainModel(pixels, { ...adapted, adaptiveResampling: false });
  expect(weightsOf(evenly.model)).not.toEqual(weightsOf(whole.model));
  const checkpoint = { folder: path.join(folder, 'adapted'), everySeconds: 1000 };
  const calledOff = new AbortController();
  const onProgress = ({ step }: TrainingProgress) => {
    if (step === 23) calledOff.abort();
  };
  const hooks = { drawWeights, checkpoint };
  await expect(trainModel(pixels, adapted, { ...hooks, signal: calledOff.signal, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  });
  const resumed = await trainModel(pixels, adapted, { ...hooks, resume: true });
  expect(weightsOf(resumed.model)).toEqual(weightsOf(whole.model));
  for (const { model } of [whole, evenly, resumed]) model.dispose();
});

test('a pause holds the training until it is ended, and a training can be finished early', async () => {
  const control = new TrainingControl();
  const steps: number[] = [];
  let held = () => {};
  const begun = new Promise<void>((resolve) => {
    held = resolve;
  });
  const running = trainModel(pixels, options({ epochs: 100, architecture: 'dense' }), {
    control,
    onProgress: ({ step, paused }) => {
      if (paused) held();
      else steps.push(step);
      if (step === 5 && !paused && !control.paused) control.pause();
    },
  });
  await begun;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(steps.at(-1)).toBe(5);
  control.unpause();
  while ((steps.at(-1) as number) < 8) await new Promise((resolve) => setTimeout(resolve, 20));
  control.finish();
  const { model, summary } = await running;
  expect(summary.steps).toBeGreaterThan(5);
  expect(summary.steps).toBeLessThan(100 * 10);
  expect(summary.ended).toBe('person');
  model.dispose();
});

test('a saved model decodes and encodes as it did; its SavedModel says the same through its signatures', async () => {
  const { model } = await trainModel(pixels, options({ epochs: 1 }));
  const place = path.join(folder, 'saved');
  await model.save(place);
  const again = await loadModel(place);
  const { mean, logVariance } = model.encode(pixels.data, 5);
  expect(again.encode(pixels.data, 5)).toEqual({ mean, logVariance });
  expect(again.decode(mean)).toEqual(model.decode(mean));
  expect(again.perImage(pixels.data, 5, 1)).toEqual(model.perImage(pixels.data, 5, 1));
  const exported = await tf.node.loadSavedModel(path.join(place, 'saved_model'), ['serve'], 'encode');
  const image = tf.tensor(
    Float32Array.from(pixels.data.subarray(0, 784), (value) => value / 255),
    [1, 28, 28, 1],
  );
  const answer = exported.predict({ image }) as Record<string, import('@tensorflow/tfjs-node').Tensor>;
  ((answer.mean as Tensor).dataSync() as Float32Array).forEach((value, i) => {
    expect(value).toBeCloseTo(mean[i] as number, 4);
  });
  const decoder = await tf.node.loadSavedModel(path.join(place, 'saved_model'), ['serve'], 'decode');
  const decoded = (
    decoder.predict({ z: tf.tensor(mean.slice(0, model.latent), [1, model.latent]) }) as Record<
      string,
      import('@tensorflow/tfjs-node').Tensor
    >
  ).image;
  const pictures = model.decode(mean.slice(0, model.latent));
  ((decoded as Tensor).dataSync() as Float32Array).forEach((value, i) => {
    expect(Math.abs(255 * value - (pictures[i] as number))).toBeLessThan(1);
  });
  exported.dispose();
  decoder.dispose();
  model.dispose();
  again.dispose();
});

test('the bound is the likelihood minus the divergence, and more draws never loosen it', async () => {
  const { model } = await trainModel(pixels, options({ epochs: 2 }));
  const n = 8;
  const { elbo, kl, bitsPerDimension } = model.perImage(pixels.data, n, 3);
  const { mean, logVariance } = model.encode(pixels.data, n);
  const latent = model.latent;
  for (let i = 0; i < n * latent; i += 1) {
    const [m, v] = [mean[i] as number, (logVariance as Float32Array)[i] as number];
    expect((kl as Float32Array)[i]).toBeCloseTo(0.5 * (Math.exp(v) + m * m - 1 - v), 3);
  }
  expect((bitsPerDimension as Float32Array)[0]).toBeCloseTo(8 - ((elbo as Float32Array)[0] as number) / (784 * Math.LN2), 4);
  const draws = 400;
  const weights = model.importanceLogWeights(pixels.data, n, draws, 9);
  for (let i = 0; i < n; i += 1) {
    const own = [...weights.subarray(i * draws, (i + 1) * draws)];
    const average = own.reduce((sum, weight) => sum + weight, 0) / draws;
    const most = Math.max(...own);
    const bound = most + Math.log(own.reduce((sum, weight) => sum + Math.exp(weight - most), 0) / draws);
    expect(bound).toBeGreaterThan(average);
    // One draw's bound and the mean of many are estimates of the same number.
    expect(Math.abs(average - ((elbo as Float32Array)[i] as number))).toBeLessThan(40);
  }
  model.dispose();
});

test('colour, and the largest size, run; PCA too', async () => {
  const random = new Random(1);
  const colour: PixelSet = {
    count: 80,
    size: 64,
    channels: 3,
    data: Uint8Array.from({ length: 80 * 64 * 64 * 3 }, (_, i) => (i % 256) * random.uniform()),
  };
  const { model } = await trainModel(colour, options({ epochs: 1, batchSize: 32 }));
  expect(model.latent).toBe(32);
  expect(model.decode(new Float32Array(32)).length).toBe(64 * 64 * 3);
  model.dispose();
  const pca = await trainModel(pixels, options({ model: 'pca', latent: 8 }));
  const { mean } = pca.model.encode(pixels.data, 600);
  expect(pca.summary.activeLatents.length).toBe(8);
  // Components are uncorrelated over the images that they were fitted on.
  const { trained } = splitImages(600, options({}).seed);
  const at = (image: number, component: number) => mean[image * 8 + component] as number;
  const [one, other] = [0, 1].map((component) => trained.reduce((sum, i) => sum + at(i, component), 0) / trained.length) as [
    number,
    number,
  ];
  const product = trained.reduce((sum, i) => sum + (at(i, 0) - one) * (at(i, 1) - other), 0);
  expect(Math.abs(product / trained.length)).toBeLessThan(1e-3);
});
