import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fitMixture, type Mixture } from '../../../src/engine/density/mixture.ts';
import {
  type Described,
  fitNewDataScorer,
  likelihoodInversion,
  type NewDataScorer,
  scoreNewData,
} from '../../../src/engine/density/new-data.ts';
import { loadScorer, saveScorer } from '../../../src/engine/density/scorer-file.ts';
import { unitRows } from '../../../src/engine/features/space.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';

const random = new Random(31);
/** Columns of falling spread, as the features of images have. */
const normal = (rows: number, columns: number, centre: number): Matrix => ({
  rows,
  columns,
  data: Float32Array.from({ length: rows * columns }, (_, i) => centre + Math.exp(-0.15 * (i % columns)) * random.normal()),
});
const images = (rows: number, away: number): Described => ({
  reconstructionError: Float32Array.from({ length: rows }, () => Math.exp(0.3 * random.normal() + away) / 100),
  z: normal(rows, 4, away),
  features: unitRows(normal(rows, 40, away)),
  // The last column is a length.
  encoder: ((seen: Matrix) => ({ ...seen, data: seen.data.map((value, i) => (i % 40 === 39 ? Math.abs(value) + 1 : value)) }))(
    normal(rows, 40, -away),
  ),
  attributes: normal(rows, 4, away),
});
const noCopies = (rows: number) => new Int32Array(rows).fill(-1);
const everyRow = (rows: number) => Uint32Array.from({ length: rows }, (_, i) => i);
/** Kolmogorov and Smirnov's distance to the uniform distribution. */
const unevenness = (column: Float32Array): number => {
  const sorted = column.slice().sort();
  return sorted.reduce((most, value, i) => Math.max(most, Math.abs(value - (i + 0.5) / sorted.length)), 0);
};

describe('new images against a study', () => {
  let mixture: Mixture;
  let scorer: NewDataScorer;
  beforeAll(async () => {
    const own = images(4000, 0);
    mixture = await fitMixture(own.z, 2, { seed: 0 });
    scorer = await fitNewDataScorer(own, mixture, everyRow(4000), noCopies(4000));
  });

  test('percentiles of fresh images of the same kind are uniform (Kolmogorov-Smirnov)', async () => {
    const found = await scoreNewData(scorer, images(2000, 0));
    expect(Object.keys(found.shares)).toEqual(['reconstruction', 'latent', 'features', 'encoder', 'attributes']);
    // 1.63 is the 1 % point of the statistic, of two samples of 4,000 and 2,000.
    for (const column of [found.percentile, ...Object.values(found.shares)])
      expect(unevenness(column)).toBeLessThan(1.63 * Math.sqrt(1 / 4000 + 1 / 2000));
  });

  test('images of another kind are stranger than nearly all of the study', async () => {
    const { percentile, score } = await scoreNewData(scorer, images(200, 3));
    expect(Math.min(...percentile)).toBeGreaterThan(0.99);
    expect(Math.min(...score)).toBeGreaterThan(0.9);
  });

  test('what is too smooth and too dark is as strange as what is too sharp and too bright', async () => {
    const like = images(200, 0);
    for (const side of [-6, 6]) {
      const attributes = { ...like.attributes, data: like.attributes.data.map((value) => value + side) };
      expect(Math.min(...((await scoreNewData(scorer, { ...like, attributes })).shares.attributes ?? []))).toBeGreaterThan(0.99);
    }
  });

  test('what the model redraws with next to no error, having nothing to redraw, is strange for it', async () => {
    const like = images(200, 0);
    const flat = { ...like, reconstructionError: like.reconstructionError.map((error) => error / 100) };
    const { shares, percentile } = await scoreNewData(scorer, flat);
    expect(Math.min(...(shares.reconstruction ?? []))).toBeGreaterThan(0.99);
    expect(percentile.filter((share) => share > 0.5).length / 200).toBeGreaterThan(0.8);
  });

  test('what the encoder alone finds strange is not outvoted by what the folder taught', async () => {
    const like = images(200, 0);
    const { percentile } = await scoreNewData(scorer, { ...like, encoder: images(200, 4).encoder });
    expect(percentile.filter((share) => share > 0.95).length / 200).toBeGreaterThan(0.8);
  });

  test('where the model redraws what it learnt from better than anything else, fresh images are no stranger than they are', async () => {
    const own = images(1000, 0);
    const learnt = everyRow(1000).subarray(0, 900);
    own.reconstructionError = own.reconstructionError.map((error, i) => (i < 900 ? error / 2 : error));
    const overfitted = await fitNewDataScorer(own, mixture, learnt, noCopies(1000));
    const beyond = async (fitted: NewDataScorer) =>
      (await scoreNewData(fitted, images(2000, 0))).percentile.filter((share) => share > 0.8).length / 2000;
    expect(await beyond(overfitted)).toBeGreaterThan(0.14);
    expect(await beyond(overfitted)).toBeLessThan(0.27);
    // The control: without images held out there is nothing to tell it by.
    expect(await beyond(await fitNewDataScorer(own, mixture, everyRow(1000), noCopies(1000)))).toBeGreaterThan(0.3);
  });

  test('p-values of fresh images are uniform although the model redraws what it learnt from better, and copies of that calibrate nothing', async () => {
    const own = images(600, 0);
    const learnt = everyRow(600).subarray(0, 400);
    own.reconstructionError = own.reconstructionError.map((error, i) => (i < 400 ? error / 2 : error));
    const duplicateOf = noCopies(600);
    // Of the 200 that were held out: a copy of a learnt one, one of another held out, and one that is the first of its own copy.
    duplicateOf[450] = 3;
    duplicateOf[451] = 452;
    duplicateOf[7] = 460;
    const fitted = await fitNewDataScorer(own, mixture, learnt, duplicateOf);
    expect(fitted.calibration).toHaveLength(197);
    const { rank } = await scoreNewData(fitted, images(2000, 0));
    expect(unevenness(Float32Array.from(rank, (j) => j / 198))).toBeLessThan(1.63 * Math.sqrt(1 / 197 + 1 / 2000));
  });

  test('images beyond all of the study keep the order of how far', async () => {
    const [near, far] = [await scoreNewData(scorer, images(1, 6)), await scoreNewData(scorer, images(1, 12))];
    expect(far.score[0]).toBeGreaterThan(near.score[0] as number);
  });

  describe('on disk', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'sonde-scorer-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    test('a saved scorer scores as the one it was saved from', async () => {
      await saveScorer(scorer, folder);
      const [again, some] = [await loadScorer(folder, mixture), images(50, 1)];
      const [before, after] = [await scoreNewData(scorer, some), await scoreNewData(again, some)];
      after.score.forEach((value, i) => {
        expect(value).toBeCloseTo(before.score[i] as number, 4);
      });
    });

    test('a study without one says which file is missing', async () => {
      await expect(loadScorer(path.join(folder, 'none'), mixture)).rejects.toMatchObject({
        code: 'study-incomplete',
        params: { path: path.join(folder, 'none', 'scorer.safetensors') },
      });
    });
  });
});

describe('likelihood inversion', () => {
  const random = new Random(32);
  const elbo = (rows: number, centre: number) => Float32Array.from({ length: rows }, () => centre + 30 * random.normal());

  test('is told when new images are likelier than the study’s own', () => {
    const found = likelihoodInversion(elbo(2000, 500), elbo(500, 540));
    expect(found?.difference).toBeGreaterThan(35);
    // Of 500 draws a deviation is known to 3 %.
    expect(Math.abs((found?.standardError ?? 0) / (30 * Math.sqrt(1 / 2000 + 1 / 500)) - 1)).toBeLessThan(0.1);
  });

  test('is not told when they are less likely, and of equal ones in about 2 % of runs', () => {
    expect(likelihoodInversion(elbo(2000, 500), elbo(500, 460))).toBeNull();
    const told = Array.from({ length: 200 }, () => likelihoodInversion(elbo(400, 500), elbo(200, 500))).filter(
      (one) => one !== null,
    ).length;
    expect(told).toBeLessThanOrEqual(12);
  });
});
