import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { netOf } from '../../../src/engine/model/architecture.ts';
import { NeuralModel } from '../../../src/engine/model/neural-model.ts';
import { neuralProgram } from '../../../src/engine/model/neural-program.ts';
import { trainModel } from '../../../src/engine/model/train.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';

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
    const program = neuralProgram(config, netOf(config).weights(new Random(7)), { batch, clipNorm: null });
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
    return { error: told[4] as number, mean: own.reduce((sum, value) => sum + value, 0) / real, weights };
  };
  const [black, white] = [step(0), step(255)];
  expect(Math.abs(black.error / black.mean - 1)).toBeLessThan(1e-5);
  // What fills the batch up reaches neither the loss nor a weight.
  expect(white.error).toBe(black.error);
  expect(white.weights.equals(black.weights)).toBe(true);
});

test('a training that is called off answers within 200 ms and keeps a checkpoint', async () => {
  const pixels: PixelSet = { count: 256, size: 28, channels: 1, data: noisy(256, 784) };
  const calledOff = new AbortController();
  let at = 0;
  const running = trainModel(pixels, analysisOptions.parse({ batchSize: 64, epochs: 1000 }), {
    signal: calledOff.signal,
    checkpoint: { folder, everySeconds: 3600 },
    onProgress: ({ step }) => {
      if (step !== 10) return;
      setTimeout(() => {
        at = performance.now();
        calledOff.abort();
      }, 20);
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(performance.now() - at).toBeLessThan(200);
  expect(await readdir(folder)).not.toEqual([]);
});
