import { beforeAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { fitPixelPca, projectPixelPca } from '../../../src/engine/linear/pca.ts';
import type { Model } from '../../../src/engine/model/model.ts';
import { splitImages } from '../../../src/engine/model/split.ts';
import { trainModel } from '../../../src/engine/model/train.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';

const COUNT = 200;
const LATENT = 8;
let pixels: PixelSet;
let model: Model;
beforeAll(async () => {
  const { array } = await openSource('sample');
  if (!array) throw new Error('the sample is an array');
  const data = new Uint8Array(COUNT * 784);
  for (let i = 0; i < COUNT; i += 1) data.set(array.read(i), i * 784);
  pixels = { count: COUNT, size: 28, channels: 1, data };
  model = (await trainModel(pixels, analysisOptions.parse({ model: 'pca', latent: LATENT }))).model;
});

test('its code of an image is the projection on the principal components of the pixels of those images that were not held out', async () => {
  const projected = await projectPixelPca(await fitPixelPca(pixels, LATENT, {}, splitImages(COUNT, 0).trained), pixels);
  const { mean, logVariance } = model.encode(pixels.data, COUNT);
  expect(logVariance).toBeNull();
  mean.forEach((z, i) => {
    expect(Math.abs(z - (projected.data[i] as number))).toBeLessThan(1e-3);
  });
});

test('held-out images enter neither the components nor the mean: whatever they show, the model is the same', async () => {
  const { held } = splitImages(COUNT, 0);
  const data = pixels.data.slice();
  for (const image of held) data.fill(255, image * 784, (image + 1) * 784);
  const other = await trainModel({ ...pixels, data }, analysisOptions.parse({ model: 'pca', latent: LATENT }));
  expect([...other.model.encode(pixels.data, COUNT).mean]).toEqual([...model.encode(pixels.data, COUNT).mean]);
  expect(other.summary.heldOut?.images).toBe(held.length);
  expect(other.summary.heldOut?.meanSquaredError).toBeGreaterThan(2 * other.summary.meanSquaredError);
});

test('what the decoder draws is as far from the image as the reconstruction error says, up to the rounding of grey levels', () => {
  const { reconstructionError, elbo } = model.perImage(pixels.data, COUNT, 0);
  expect(elbo).toBeNull();
  const drawn = model.decode(model.encode(pixels.data, COUNT).mean);
  for (let i = 0; i < COUNT; i += 1) {
    let sum = 0;
    for (let j = i * 784; j < (i + 1) * 784; j += 1) sum += (((pixels.data[j] as number) - (drawn[j] as number)) / 255) ** 2;
    expect(Math.abs(sum / 784 - (reconstructionError[i] as number))).toBeLessThan(1e-4);
  }
});

test('refuses to draw from a posterior that it does not have', () => {
  expect(() => model.importanceLogWeights(pixels.data, 1, 10, 0)).toThrow();
});
