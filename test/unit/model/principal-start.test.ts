import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { fitPixelPca } from '../../../src/engine/linear/pca.ts';
import { firstComponents } from '../../../src/engine/model/first-components.ts';
import type { HeldOutFigures } from '../../../src/engine/model/held-out.ts';
import { HeldOut } from '../../../src/engine/model/held-out.ts';
import { Learning } from '../../../src/engine/model/learning.ts';
import type { Model } from '../../../src/engine/model/model.ts';
import type { NeuralModel } from '../../../src/engine/model/neural-model.ts';
import { PcaModel } from '../../../src/engine/model/pca-model.ts';
import { splitImages } from '../../../src/engine/model/split.ts';
import { trainModel } from '../../../src/engine/model/train.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';

let clothes: PixelSet;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-start-'));
  const { array } = await openSource('sample');
  if (!array) throw new Error('the sample is an array');
  const data = new Uint8Array(400 * 784);
  for (let i = 0; i < 400; i += 1) data.set(array.read(i), i * 784);
  clothes = { count: 400, size: 28, channels: 1, data };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (more: object) => analysisOptions.parse({ batchSize: 32, ...more });

/** PCA of the images that a training of this seed does not hold out, and its squared error on those that it does. */
async function plainPca(pixels: PixelSet, latent: number, seed: number) {
  const split = splitImages(pixels.count, seed);
  const { held } = split;
  const pca = await firstComponents(pixels, split, latent);
  const model = new PcaModel({ size: pixels.size, channels: pixels.channels, latent }, pca.mean, pca.axes.data, pca.variance);
  return { model, error: (await new HeldOut(pixels, held, seed).take(model)).error, held };
}

test('the components that a training begins at do as well as exact ones on images that were held out', async () => {
  const split = splitImages(clothes.count, 2);
  const held = new HeldOut(clothes, split.held, 2);
  const errors: number[] = [];
  for (const pca of [await firstComponents(clothes, split, 16), await fitPixelPca(clothes, 16, {}, split.trained)]) {
    const model = new PcaModel({ size: 28, channels: 1, latent: 16 }, pca.mean, pca.axes.data, pca.variance);
    errors.push((await held.take(model)).error);
    model.dispose();
  }
  expect(Math.abs((errors[0] as number) / (errors[1] as number) - 1)).toBeLessThan(0.003);
});

test.each([
  ['vae', 'convolutional', 'gaussian', 1e-4],
  ['ae', 'dense', 'gaussian', 1e-4],
  // Half a grey level is kept between a share and the ends of a cross entropy.
  ['vae', 'convolutional', 'bernoulli', 1e-3],
] as const)(
  '%s, %s, %s: the first picture is that of PCA fitted without the held-out images',
  async (kind, architecture, likelihood, within) => {
    const control = new TrainingControl();
    let apart = Number.POSITIVE_INFINITY;
    const pca = await plainPca(clothes, 8, 3);
    const { model } = await trainModel(clothes, options({ model: kind, architecture, likelihood, latent: 8, seed: 3, epochs: 1 }), {
      control,
      onModel: (first: Model) => {
        const n = 20;
        const [own, plain] = [
          first.perImage(clothes.data, n, 0).reconstructionError,
          pca.model.perImage(clothes.data, n).reconstructionError,
        ];
        apart = own.reduce((most, error, i) => Math.max(most, Math.abs(error - (plain[i] as number))), 0);
        const [drawn, expected] = [first, pca.model].map((one) => one.decode(one.encode(clothes.data, n).mean)) as [Uint8Array, Uint8Array];
        expect(drawn.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))), 0)).toBeLessThanOrEqual(1);
        control.finish();
      },
    });
    expect(apart).toBeLessThan(within);
    model.dispose();
    pca.model.dispose();
  },
);

test('on a folder of 50 and on one of noise the model is no worse than PCA on the images held out, and the figures are those of the model', {
  timeout: 120_000,
}, async () => {
  const random = new Random(6);
  const noise: PixelSet = { count: 60, size: 28, channels: 1, data: Uint8Array.from({ length: 60 * 784 }, () => random.integer(256)) };
  const few: PixelSet = { ...clothes, count: 50, data: clothes.data.subarray(0, 50 * 784) };
  for (const [pixels, architecture] of [
    [few, 'convolutional'],
    [noise, 'dense'],
  ] as const) {
    const { model, summary } = await trainModel(pixels, options({ architecture, latent: 16, seed: 1, epochs: 20 }));
    const { heldOut } = summary;
    const pca = await plainPca(pixels, 16, 1);
    expect(heldOut?.images).toBe(10);
    expect(heldOut?.pcaMeanSquaredError).toBeCloseTo(pca.error, 6);
    expect(heldOut?.meanSquaredError).toBeLessThanOrEqual(pca.error * (1 + 1e-5));
    const again = await new HeldOut(pixels, pca.held, 1).take(model);
    expect(again.error).toBeCloseTo(heldOut?.meanSquaredError as number, 7);
    model.dispose();
    pca.model.dispose();
  }
});

/** A round's figures with this loss for each of ten images. */
const figures = (loss: number): HeldOutFigures => ({
  losses: Float32Array.from({ length: 10 }, (_, i) => loss + 0.01 * (i % 2)),
  loss: loss + 0.005,
  error: 0.01 * loss,
});

/** A program whose only weight is the number of the round, and a model with nothing but a variance. */
function stub() {
  let weight = 0;
  const program = {
    read: () => ({ w: { shape: [1], values: Float32Array.of(weight) } }),
    write: (values: Record<string, Float32Array>) => {
      weight = values.w?.[0] as number;
    },
  };
  const learning = new Learning(program as never, { variance: 1 } as NeuralModel);
  return {
    learning,
    hear(step: number, loss: number) {
      weight = step;
      learning.heard(step, figures(loss));
      return weight;
    },
    weight: () => weight,
  };
}

test('a training that no longer gains goes back to its best weights, tries what may help, keeps what did, and ends with the best', () => {
  const { learning, hear, weight } = stub();
  hear(0, 10);
  hear(1, 8);
  // Four rounds without a gain: back to the weights of step 1, and mirrored images are tried.
  expect([2, 3, 4].map((step) => hear(step, 9))).toEqual([2, 3, 4]);
  expect(hear(5, 9)).toBe(1);
  expect(learning.augmentations).toEqual(['mirror']);
  hear(6, 7);
  expect(learning.kept).toEqual(['mirror']);
  const tried = new Set<string>();
  let step = 7;
  for (; !learning.over && step < 100; step += 1) {
    hear(step, 7.5);
    for (const one of learning.augmentations) tried.add(one);
  }
  expect(learning.over).toBe(true);
  expect([...tried]).toEqual(['mirror', 'shift', 'brightness']);
  expect(learning.kept).toEqual(['mirror']);
  expect(learning.rate).toBeLessThan(1);
  learning.settle();
  expect(weight()).toBe(6);
  expect(learning.best?.step).toBe(6);
});

test('weights that gain less than the luck of the draw, or that lose in squared error, give way to those of PCA', () => {
  const lucky = stub();
  lucky.hear(0, 10);
  lucky.learning.heard(1, { losses: Float32Array.from({ length: 10 }, (_, i) => 10 + (i % 2 ? 1 : -1.1)), loss: 9.95, error: 0.09 });
  lucky.learning.settle();
  expect(lucky.learning.best?.step).toBe(0);
  const blurred = stub();
  blurred.hear(0, 10);
  blurred.learning.heard(1, { ...figures(5), error: 0.2 });
  expect(blurred.learning.best?.step).toBe(0);
});

test('what the held-out images said survives a checkpoint', () => {
  const first = stub();
  for (const [step, loss] of [10, 8, 9, 9, 9, 9, 7.9, 8, 8].entries()) first.hear(step, loss);
  const saved = first.learning.state();
  if (!saved) throw new Error('there is a state');
  const second = stub();
  second.learning.restoreState(JSON.parse(JSON.stringify(saved.state)), saved.tensors);
  for (const [i, loss] of [8, 8, 7.8, 8, 8, 8, 8, 8].entries()) {
    expect(second.hear(9 + i, loss)).toBe(first.hear(9 + i, loss));
    expect(second.learning.augmentations).toEqual(first.learning.augmentations);
    expect(second.learning.best?.step).toBe(first.learning.best?.step);
  }
});

test('the first map is there before the net is, and is what the net then shows', async () => {
  const indices = Uint32Array.of(3, 1, 399);
  const bytes = new Uint8Array(3 * 784);
  indices.forEach((image, i) => {
    bytes.set(clothes.data.subarray(image * 784, (image + 1) * 784), i * 784);
  });
  const maps: Float32Array[] = [];
  const pictures: Uint8Array[] = [];
  const control = new TrainingControl();
  let [before, codes, drawn] = [0, new Float32Array(0), new Uint8Array(0)];
  const { model } = await trainModel(clothes, options({ epochs: 1 }), {
    control,
    liveMap: { indices, onMap: (z, decode) => void [maps.push(z.data), pictures.push(decode(z.data))] },
    onModel: (first) => {
      before = maps.length;
      codes = Float32Array.from(first.encode(bytes, 3).mean);
      drawn = Uint8Array.from(first.decode(codes));
      control.finish();
    },
  });
  model.dispose();
  expect(before).toBe(1);
  expect(codes.length).toBe((maps[0] as Float32Array).length);
  codes.forEach((code, i) => {
    expect(code).toBeCloseTo(maps[0]?.[i] as number, 3);
  });
  expect(drawn.length).toBe((pictures[0] as Uint8Array).length);
  expect(Math.max(...drawn.map((level, i) => Math.abs(level - (pictures[0]?.[i] as number))))).toBeLessThanOrEqual(1);
});
