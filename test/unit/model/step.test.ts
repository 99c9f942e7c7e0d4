import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { Program, type Weights } from '../../../src/engine/graph/program.ts';
import { netOf } from '../../../src/engine/model/architecture.ts';
import { divergence } from '../../../src/engine/model/likelihood.ts';
import { NeuralModel } from '../../../src/engine/model/neural-model.ts';
import { neuralProgram } from '../../../src/engine/model/neural-program.ts';
import { principalWeights } from '../../../src/engine/model/principal-net.ts';
import { trainModel } from '../../../src/engine/model/train.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';
import { tf } from '../../../src/engine/tensorflow.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Variable = import('@tensorflow/tfjs-node').Variable;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-step-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const noisy = (count: number, length: number): Uint8Array => {
  const random = new Random(4);
  return Uint8Array.from({ length: count * length }, () => random.integer(256));
};

test.each(['dense', 'convolutional'] as const)('%s: a shorter last batch counts its own images only', (architecture) => {
  const [batch, real, length] = [8, 5, 784];
  const config = { architecture, size: 28, channels: 1, latent: 4, variational: false, likelihood: 'gaussian' } as const;
  const images = noisy(real, length);
  const step = (filler: number) => {
    const program = neuralProgram(config, netOf(config).weights(new Random(7)), { batch, clipNorm: 0 });
    const model = new NeuralModel(config, program, 0.1);
    const own = model.perImage(images, real, 0).reconstructionError;
    const bytes = new Uint8Array(batch * length).fill(filler);
    bytes.set(images);
    const present = new Float32Array(batch).fill(1, 0, real);
    const told = program.step(1, 1e-3, bytes, present, Int32Array.of(0, 1), Float32Array.of(0.1), Float32Array.of(1));
    const weights = Buffer.concat(
      Object.values(program.read()).map(({ values }) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
    );
    model.dispose();
    return { error: told[3] as number, mean: own.reduce((sum, value) => sum + value, 0) / real, weights };
  };
  const [black, white] = [step(0), step(255)];
  expect(Math.abs(black.error / black.mean - 1)).toBeLessThan(1e-5);
  // What fills the batch up reaches neither the loss nor a weight.
  expect(white.error).toBe(black.error);
  expect(white.weights.equals(black.weights)).toBe(true);
});

/** The draws that the compiled step makes from a seed. */
function drawsOf(seed: Int32Array, shape: number[]): Float32Array {
  const program = new Program({
    weights: { w: { shape: [1], values: new Float32Array(1) } },
    functions: { draw: { inputs: { noise: { kind: 'normal', shape } }, build: ({ noise }) => ({ y: tf.mul(noise as Tensor, 1) }) } },
  });
  const [draws] = program.call('draw', seed);
  program.dispose();
  return draws as Float32Array;
}

/** The same likelihoods with the gradients that tfjs derives by itself. */
const plainly = {
  bernoulli: (x: Tensor, logits: Tensor, _variance: number) => tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)), 1),
  gaussian: (x: Tensor, logits: Tensor, variance: number) =>
    tf.sum(tf.add(tf.div(tf.square(tf.sub(x, tf.sigmoid(logits))), 2 * variance), Math.log(2 * Math.PI * variance) / 2), 1),
  /** (x - y)^2 with y clipped to 0..1; its slope goes on beyond as a straight line, of which the value holds nothing. */
  clipped: (x: Tensor, y: Tensor, variance: number) => {
    const within = tf.clipByValue(y, 0, 1);
    const beyond = tf.mul(tf.mul(tf.sub(within, x), 2), tf.sub(y, within));
    const line = tf.sub(beyond, tf.tensor(beyond.dataSync(), beyond.shape));
    return tf.sum(tf.add(tf.div(tf.add(tf.square(tf.sub(x, within)), line), 2 * variance), Math.log(2 * Math.PI * variance) / 2), 1);
  },
};

/** Components as they might be of noise, so that the picture leaves 0..1 here and there. */
function somePrincipalComponents(latent: number, pixels: number) {
  const random = new Random(8);
  const drawn = (rows: number, scale: number) => Float32Array.from({ length: rows * pixels }, () => random.normal() * scale);
  const axes = { rows: latent, columns: pixels, data: drawn(latent, 1 / Math.sqrt(pixels)) };
  const variance = Float32Array.from({ length: latent }, (_, i) => 40 / (i + 1));
  return { mean: drawn(1, 0.1).map((value) => value + 0.5), axes, variance, totalVariance: 100 };
}

/** Nudged off the zeros that the last layers begin with, so that every weight has a gradient. */
function nudged(weights: Weights): Weights {
  const random = new Random(9);
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [
      name,
      { shape, values: name.startsWith('pca_') ? values : values.map((value) => value + 0.02 * random.normal()) },
    ]),
  );
}

test.each([
  ['dense', 'gaussian', true],
  ['dense', 'bernoulli', true],
  ['convolutional', 'gaussian', true],
  ['convolutional', 'bernoulli', true],
  ['dense', 'gaussian', false],
  ['convolutional', 'bernoulli', false],
] as const)(
  '%s, %s, from PCA %s: the loss and every gradient of the VAE agree with eager tfjs within 1e-4',
  (architecture, likelihood, principal) => {
    const [batch, latent, variance, klWeight] = [6, 5, 0.07, 0.4];
    const config = { architecture, size: 28, channels: 1, latent, variational: true, likelihood, principal } as const;
    const net = netOf(config);
    const own = net.weights(new Random(3));
    const weights = principal ? nudged({ ...own, ...principalWeights(somePrincipalComponents(latent, 784), latent) }) : own;
    const bytes = noisy(batch, 784);
    const seed = Int32Array.of(5, 6);
    const program = neuralProgram(config, weights, { batch, clipNorm: 1 });
    const present = new Float32Array(batch).fill(1);
    const found = program.gradients(bytes, present, seed, Float32Array.of(variance), Float32Array.of(klWeight));
    program.dispose();
    tf.tidy(() => {
      const variables = Object.fromEntries(
        Object.entries(weights).map(([name, { shape, values }]) => [name, tf.variable(tf.tensor(values, shape))]),
      );
      const trained = Object.entries(variables).filter(([name]) => !name.startsWith('pca_')) as [string, Variable][];
      const x = tf.div(tf.tensor(bytes, [batch, 784], 'float32'), 255) as Tensor;
      const noise = tf.tensor(drawsOf(seed, [batch, latent]), [batch, latent]);
      const { value, grads } = tf.variableGrads(
        () => {
          const { mean, logVariance } = net.encode(x.reshape([batch, 28, 28, 1]), variables);
          const z = tf.add(mean, tf.mul(tf.exp(tf.div(logVariance as Tensor, 2)), noise));
          const nll = plainly[principal && likelihood === 'gaussian' ? 'clipped' : likelihood](
            x,
            net.decode(z as Tensor, variables),
            variance,
          );
          const kl = tf.sum(divergence(mean, logVariance as Tensor), 1);
          return tf.mean(tf.add(nll, tf.mul(kl, klWeight))) as never;
        },
        trained.map(([, variable]) => variable),
      );
      const loss = value.dataSync()[0] as number;
      expect(Math.abs((found.loss?.[0] as number) - loss)).toBeLessThan(1e-4 * Math.abs(loss));
      expect(Object.keys(found).length).toBe(trained.length + 1);
      for (const [name, variable] of trained) {
        const expected = (grads[variable.name] as Tensor).dataSync() as Float32Array;
        const scale = expected.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
        expect(scale, name).toBeGreaterThan(0);
        const apart = expected.reduce((most, one, at) => Math.max(most, Math.abs(one - (found[name]?.[at] as number))), 0);
        expect(apart, name).toBeLessThan(1e-4 * scale);
      }
      for (const variable of Object.values(variables)) variable.dispose();
    });
  },
);

test('600 steps take no memory', () => {
  const [batch, pixels] = [128, 784];
  // As little work as a step can be: what is fed, drawn, fetched and updated is what could be kept.
  const program = new Program({
    weights: { w: { shape: [pixels, 1], values: new Float32Array(pixels).fill(0.01) } },
    functions: {},
    step: {
      clipNorm: 1,
      inputs: { bytes: { kind: 'bytes', shape: [batch, pixels] }, noise: { kind: 'normal', shape: [batch, 1] } },
      build: ({ bytes, noise }, { w }) => {
        const apart = tf.sub(tf.matMul(tf.mul(bytes as Tensor, 1 / 255) as never, w as never), noise as Tensor);
        const loss = tf.mean(tf.square(apart));
        return { loss, metrics: tf.stack([loss, loss]) };
      },
    },
  });
  const bytes = noisy(batch, pixels);
  const train = (from: number, to: number) => {
    for (let step = from; step <= to; step += 1) program.step(step, 1e-3, bytes, Int32Array.of(3, step));
    return process.memoryUsage.rss();
  };
  const before = train(1, 100);
  const tensors = tf.memory().numTensors;
  const after = train(101, 700);
  program.dispose();
  expect(tf.memory().numTensors).toBe(tensors);
  // One batch of bytes kept a step would be 57 MB, as floats 230; the heap breathes by some.
  expect((after - before) / 2 ** 20).toBeLessThan(35);
});

test('a training that is called off while it learns takes no further step and keeps a checkpoint', async () => {
  const pixels: PixelSet = { count: 256, size: 28, channels: 1, data: noisy(256, 784) };
  const calledOff = new AbortController();
  let last = 0;
  const running = trainModel(pixels, analysisOptions.parse({ batchSize: 64, epochs: 1000 }), {
    signal: calledOff.signal,
    checkpoint: { folder, everySeconds: 3600 },
    onProgress: ({ step }) => {
      last = step;
      // As a call from outside would come: after this turn of the event loop.
      if (step === 5) setImmediate(() => calledOff.abort());
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(last).toBeLessThanOrEqual(6);
  expect(await readdir(folder)).not.toEqual([]);
});
