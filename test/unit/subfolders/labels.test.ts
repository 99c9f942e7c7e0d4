import { describe, expect, it } from 'vitest';
import { exactNeighbours } from '../../../src/engine/latent/neighbours.ts';
import { Random } from '../../../src/engine/random.ts';
import { crossValidatedDiscriminant } from '../../../src/engine/subfolders/discriminant.ts';
import { checkLabels } from '../../../src/engine/subfolders/labels.ts';

const COLUMNS = 6;

/** Points of four kinds, `apart` standard deviations from each other along a column each; a share of the labels is another kind's. */
async function folder(n: number, { apart = 5, flipped = 0, seed = 0 } = {}) {
  const random = new Random(seed);
  const truth = Array.from({ length: n }, (_, i) => i % 4);
  const data = Float32Array.from({ length: n * COLUMNS }, (_, at) => {
    const [i, j] = [Math.floor(at / COLUMNS), at % COLUMNS];
    return random.normal() + (j === truth[i] ? apart : 0);
  });
  const points = { rows: n, columns: COLUMNS, data };
  const wrong = truth.map(() => random.uniform() < flipped);
  const label = truth.map((kind, i) => `kind-${wrong[i] ? (kind + 1 + random.integer(3)) % 4 : kind}`);
  const rows = Uint32Array.from({ length: n }, (_, i) => i);
  const neighbours = { ...(await exactNeighbours(points, 15)), rows, points };
  return { label, truth, wrong, cluster: Int32Array.from(rows), neighbours };
}

describe('images among those of another label', () => {
  it("are those whose label was changed, each with the label that it lies among and that label's nearest images", async () => {
    const { wrong, truth, ...input } = await folder(800, { flipped: 0.03 });
    const found = await checkLabels(input, 0);
    const changed = wrong.filter(Boolean).length;
    expect(found?.judged).toBe(800);
    expect(found?.count).toBeGreaterThan(0.8 * changed);
    expect(found?.pValue).toBeLessThan(0.001);
    const named = found?.images.filter((image) => image.named) ?? [];
    expect(named.filter(({ index }) => !wrong[index])).toHaveLength(0);
    for (const { index, other, nearest } of named) {
      expect(other).toBe(`kind-${truth[index]}`);
      expect(nearest.every((image) => input.label[image] === other)).toBe(true);
    }
  });

  it('are no finding where all labels are right, in at least 19 of 20 folders', async () => {
    let told = 0;
    for (let seed = 0; seed < 20; seed += 1)
      told += Number(((await checkLabels(await folder(400, { apart: 3, seed }), seed))?.pValue ?? 1) <= 0.01);
    expect(told).toBeLessThanOrEqual(1);
  });

  it('are not named where the features know nothing of the labels', async () => {
    const found = await checkLabels(await folder(400, { apart: 0 }), 0);
    expect(found?.count).toBe(0);
    expect(found?.accuracy.value).toBeCloseTo(0.25, 0);
    expect(found?.accuracy.low).toBeLessThan(0.25);
  });

  it('are judged without images of their own cluster, which would vouch for each other', async () => {
    const { label, neighbours } = await folder(400);
    // Ten frames of one burst, of kind 0 to 3 by turns, all lie where kind 0 lies.
    const cluster = Int32Array.from(label.keys());
    for (let i = 0; i < 10; i += 1) {
      cluster[i] = 0;
      label[i] = 'kind-1';
      for (let j = 0; j < COLUMNS; j += 1) neighbours.points.data[i * COLUMNS + j] = (j === 0 ? 5 : 0) + i / 1000;
    }
    const again = { ...neighbours, ...(await exactNeighbours(neighbours.points, 15)) };
    const found = await checkLabels({ label, cluster, neighbours: again }, 0);
    expect(found?.images.filter(({ named, index }) => named && index < 10)).toHaveLength(10);
  });

  it('are not sought in one label, nor in labels of fewer than ten images', async () => {
    const { label, ...input } = await folder(60);
    expect(await checkLabels({ ...input, label: label.map(() => 'one') }, 0)).toBeNull();
    expect(await checkLabels({ ...input, label: label.map((_, i) => String(i % 12)) }, 0)).toBeNull();
  });
});

describe('the discriminant', () => {
  it('is as sure as it is right: of its probabilities near p a share p is true', async () => {
    const { label, neighbours } = await folder(4000, { apart: 2, seed: 3 });
    const own = Uint32Array.from(label, (name) => Number(name.slice(-1)));
    const fold = Uint8Array.from(label, (_, i) => (i * 7) % 5);
    const { probability } = await crossValidatedDiscriminant(neighbours.points, own, 4, fold, 5);
    for (const [low, high] of [
      [0.02, 0.1],
      [0.2, 0.4],
      [0.6, 0.8],
      [0.9, 0.98],
    ] as const) {
      let [sum, right, all] = [0, 0, 0];
      probability.forEach((value, at) => {
        if (value < low || value > high) return;
        sum += value;
        all += 1;
        right += Number(own[Math.floor(at / 4)] === at % 4);
      });
      expect(all).toBeGreaterThan(100);
      expect(Math.abs(right / all - sum / all)).toBeLessThan(0.05);
    }
  });
});
