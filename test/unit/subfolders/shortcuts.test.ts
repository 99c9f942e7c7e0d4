import { describe, expect, it } from 'vitest';
import type { ImageFacts } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';
import { normalTail } from '../../../src/engine/statistics/distributions.ts';
import { balanced, balancedAccuracy, binned, folds, recognised } from '../../../src/engine/subfolders/one-attribute.ts';
import { findShortcuts } from '../../../src/engine/subfolders/shortcuts.ts';
import { madeFolder } from './made-folder.ts';

/** Cross-validated shares of two normal classes, `apart` standard deviations from each other. */
function ofNormals(n: number, first: number, apart: number, seed = 1) {
  const random = new Random(seed);
  const label = Uint32Array.from({ length: n }, (_, i) => Number(i >= first));
  const { bin, bins } = binned(Array.from(label, (of) => random.normal() + apart * of));
  const sizes = [first, n - first];
  return { shares: recognised(bin, bins, folds(n, random), label, sizes), sizes };
}

describe('what one attribute recognises', () => {
  it('of two normal classes comes near to the best there is, whatever their sizes', () => {
    // Cut in the middle, a share P(Z < d / 2) of either is right; sixteenths of the images are somewhat coarser.
    const best = 1 - normalTail(0.75);
    for (const first of [4000, 7000]) {
      const { shares, sizes } = ofNormals(8000, first, 1.5);
      const { value, low, high } = balancedAccuracy(shares, sizes);
      expect(value).toBeGreaterThan(best - 0.02);
      expect(low).toBeLessThan(best);
      expect(high).toBeGreaterThan(best - 0.015);
    }
  });

  it('of nothing is chance: 1 in as many as there are', () => {
    const draws = Array.from({ length: 20 }, (_, seed) => balanced(ofNormals(300, 60, 0, seed).shares));
    expect(Math.abs(draws.reduce((sum, value) => sum + value, 0) / 20 - 0.5)).toBeLessThan(0.03);
    const alike = recognised(
      new Uint8Array(90),
      1,
      folds(90, new Random(0)),
      Uint32Array.from({ length: 90 }, (_, i) => i % 3),
      [30, 30, 30],
    );
    expect(Array.from(alike, (share) => share > 0.1 && share < 0.6)).toEqual([true, true, true]);
  });

  it('has an interval that holds the accuracy of further images in about 95 of 100 sets', () => {
    // What the cut at the middle gives is the most: bins that were learnt from 400 images lie below it by about .02.
    const truth = 1 - normalTail(0.5) - 0.02;
    let held = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const { shares, sizes } = ofNormals(400, 200, 1, seed);
      const { low, high } = balancedAccuracy(shares, sizes);
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(88);
  });

  it('takes texts, few numbers and missing ones as they are', () => {
    expect([...binned(['png', 'jpg', 'jpg']).bin]).toEqual([1, 0, 0]);
    const { bin, bins } = binned([3, Number.NaN, 3, 5]);
    expect(new Set(bin).size).toBe(3);
    expect(bins).toBe(3);
    const many = binned([...Array.from({ length: 320 }, (_, i) => i), Number.NaN]);
    expect(many.bins).toBe(17);
    expect(many.bin[320]).toBe(16);
    expect(many.bin.filter((of) => of === 5)).toHaveLength(20);
  });
});

describe('shortcuts', () => {
  const labels = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 'cat' : 'dog'));
  const find = (label: string[], change: Partial<ImageFacts>, seed = 0) => {
    const folder = madeFolder(label, change);
    return findShortcuts(folder, { split: label.map(() => null), label }, seed);
  };

  it('are found where the quality of the files goes with the label, with the value on either side and images of both', async () => {
    const random = new Random(2);
    const quality = Float32Array.from(labels, (label) => (label === 'cat' ? 75 : random.uniform() < 0.1 ? 75 : 92));
    const brightness = Float32Array.from(labels, () => random.uniform());
    const { shortcuts, tested } = await find(labels, { jpegQuality: quality, brightness });
    expect(tested).toBe(2);
    expect(shortcuts).toMatchObject([
      { side: 'label', about: 'file', name: 'quality', classes: 2, chance: 0.5, best: 'cat', recognised: 1, value: 75, others: 92 },
    ]);
    expect(shortcuts[0]?.accuracy.value).toBeGreaterThan(0.93);
    expect(shortcuts[0]?.images[0]?.every((image) => labels[image] === 'cat')).toBe(true);
    expect(shortcuts[0]?.images[1]?.every((image) => labels[image] === 'dog' && quality[image] === 92)).toBe(true);
  });

  it('name the label that differs, not one that stands for all that are alike', async () => {
    const label = Array.from({ length: 400 }, (_, i) => ['a', 'b', 'c', 'd'][i % 4] as string);
    const jpegQuality = Float32Array.from(label, (name) => (name === 'c' ? 60 : 92));
    expect((await find(label, { jpegQuality })).shortcuts).toMatchObject([
      { name: 'quality', best: 'c', recognised: 1, value: 60, others: 92 },
    ]);
  });

  it('put what the file says before what the picture shows, and the parts of a split before labels', async () => {
    const random = new Random(4);
    const split = labels.map((_, i) => (i % 2 === 0 ? 'train' : 'test'));
    const brightness = Float32Array.from(
      labels,
      (label, i) => random.normal() / 9 + Number(label === 'cat') + Number(split[i] === 'test') / 2,
    );
    const camera = labels.map((label) => (label === 'cat' ? 'Canon' : 'Nikon'));
    const { shortcuts } = await findShortcuts(madeFolder(labels, { brightness, camera }), { split, label: labels }, 0);
    expect(shortcuts.map(({ side, name }) => `${side} ${name}`)).toEqual(['split brightness', 'label camera', 'label brightness']);
  });

  it('are claimed of labels by chance in at most 1 of 20 folders', async () => {
    let claimed = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const random = new Random(100 + seed);
      const by = () => Float32Array.from(labels, () => random.uniform());
      const label = labels.map(() => (random.uniform() < 0.3 ? 'cat' : 'dog'));
      const { shortcuts, tested } = await find(
        label,
        { brightness: by(), contrast: by(), sharpness: by(), jpegQuality: by().map((x) => Math.round(50 + 40 * x)) },
        seed,
      );
      expect(tested).toBe(4);
      claimed += Number(shortcuts.length > 0);
    }
    expect(claimed).toBeLessThanOrEqual(1);
  });

  it('are sought in one image a cluster: twenty copies of one cat prove nothing', async () => {
    const label = [...new Array<string>(30).fill('cat'), ...new Array<string>(30).fill('dog')];
    const random = new Random(1);
    const brightness = Float32Array.from(label, (_, i) => (i < 20 ? 0.9 : random.uniform()));
    const folder = madeFolder(label, { brightness });
    folder.cluster.fill(0, 0, 20);
    expect((await findShortcuts(folder, { split: label.map(() => null), label }, 0)).shortcuts).toEqual([]);
  });
});
