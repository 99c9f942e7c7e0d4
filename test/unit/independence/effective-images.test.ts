import { describe, expect, it } from 'vitest';
import { effectiveImages } from '../../../src/engine/independence/effective-images.ts';
import { orderTest } from '../../../src/engine/independence/order-test.ts';
import { Random } from '../../../src/engine/random.ts';
import { designEffect, shareOverClusters } from '../../../src/engine/statistics/clustered-share.ts';
import { wilson } from '../../../src/engine/statistics/intervals.ts';

/** Points in clusters of `size` whose intraclass correlation is `rho`. */
function clustered(groups: number, size: number, rho: number, seed: number) {
  const random = new Random(seed);
  const n = groups * size;
  const columns = 4;
  const data = new Float32Array(n * columns);
  const cluster = Int32Array.from({ length: n }, (_, i) => i - (i % size));
  for (let group = 0; group < groups; group += 1)
    for (let j = 0; j < columns; j += 1) {
      const shared = Math.sqrt(rho) * random.normal();
      for (let i = group * size; i < (group + 1) * size; i += 1) data[i * columns + j] = shared + Math.sqrt(1 - rho) * random.normal();
    }
  return { points: { rows: n, columns, data }, cluster };
}

describe('the effective number of images', () => {
  it('is that of the design effect: clusters of m with correlation rho are worth n / (1 + (m - 1) rho)', () => {
    for (const [size, rho] of [
      [5, 0.6],
      [2, 0.3],
      [10, 0.9],
    ] as const) {
      const { points, cluster } = clustered(400, size, rho, 1);
      const found = effectiveImages(points, cluster, 0);
      expect(found?.correlation.value).toBeCloseTo(rho, 1);
      const truth = cluster.length / (1 + (size - 1) * rho);
      expect(Math.abs((found?.effective.value ?? 0) / truth - 1)).toBeLessThan(0.06);
    }
  });

  it('lies in its interval in about 95 of 100 folders, and is the number of images where clusters are by chance', () => {
    let held = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const { points, cluster } = clustered(80, 4, 0.5, seed);
      const { low, high } = effectiveImages(points, cluster, seed)?.effective ?? { low: 0, high: 0 };
      held += Number(low <= 320 / 2.5 && 320 / 2.5 <= high);
    }
    expect(held).toBeGreaterThanOrEqual(52);
    const { points, cluster } = clustered(300, 3, 0, 2);
    expect(effectiveImages(points, cluster, 0)?.effective.high).toBeGreaterThan(880);
    expect(effectiveImages(points, Int32Array.from(cluster.keys()), 0)).toBeNull();
  });
});

describe('a share over clusters', () => {
  it("is Wilson's where every image stands alone", () => {
    const alone = Int32Array.from({ length: 80 }, (_, i) => i);
    expect(shareOverClusters((i) => i < 12, alone)).toEqual({ ...wilson(12, 80), effect: 1 });
  });

  it('is worth its clusters where all images of one are alike', () => {
    const cluster = Int32Array.from({ length: 500 }, (_, i) => i - (i % 5));
    expect(designEffect((i) => i < 100, cluster)).toBeCloseTo(5 * (100 / 99), 6);
    const { low, high } = shareOverClusters((i) => i < 100, cluster);
    const single = wilson(20, 100);
    expect(low).toBeCloseTo(single.low, 2);
    expect(high).toBeCloseTo(single.high, 2);
    expect(shareOverClusters(() => false, cluster).high).toBeCloseTo(wilson(0, 100).high, 6);
  });

  it("holds the true share in about 95 of 100 folders, where Wilson's alone does in far fewer", () => {
    const random = new Random(5);
    let [held, alone] = [0, 0];
    for (let draw = 0; draw < 300; draw += 1) {
      const cluster = new Int32Array(400);
      const inside = new Uint8Array(400);
      for (let i = 0; i < 400; ) {
        const [first, end, own] = [i, Math.min(400, i + 1 + random.integer(9)), random.uniform() < 0.3];
        for (; i < end; i += 1) {
          cluster[i] = first;
          // Nine tenths of a cluster are alike.
          inside[i] = Number(random.uniform() < 0.9 ? own : random.uniform() < 0.3);
        }
      }
      const { low, high } = shareOverClusters((i) => inside[i] === 1, cluster);
      held += Number(low <= 0.3 && 0.3 <= high);
      const files = wilson(
        inside.reduce((sum, one) => sum + one, 0),
        400,
      );
      alone += Number(files.low <= 0.3 && 0.3 <= files.high);
    }
    expect(held).toBeGreaterThanOrEqual(276);
    expect(alone).toBeLessThan(230);
  });
});

describe('the test of order', () => {
  /** One column: each image's nearest are those of the nearest values. */
  const nearestOf = (values: number[]) =>
    Uint32Array.from(
      values.flatMap((value, i) =>
        values
          .map((other, j) => [Math.abs(other - value), j] as const)
          .filter(([, j]) => j !== i)
          .sort((a, b) => a[0] - b[0])
          .slice(0, 3)
          .map(([, j]) => j),
      ),
    );
  const test = (values: number[], seed: number) => {
    const images = Uint32Array.from(values.keys());
    return orderTest({ indices: nearestOf(values), k: 3, rows: images }, [{ images, seconds: null }], values.length, new Random(seed));
  };

  it('sees a folder that was sorted, with what chance would give beside it', async () => {
    const found = await test(
      Array.from({ length: 120 }, (_, i) => i),
      0,
    );
    expect(found).toMatchObject({ pairs: 360, near: 360, pValue: 0.001 });
    // Of 119 others 8 lie within four places, fewer at the ends.
    expect(found?.expected).toBeCloseTo(360 * ((2 * (119 + 118 + 117 + 116)) / (120 * 119)), -1);
  });

  it('has a p-value under .05 in about 1 of 20 folders whose order is by chance', async () => {
    let below = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const random = new Random(seed);
      below += Number(
        ((
          await test(
            Array.from({ length: 60 }, () => random.uniform()),
            seed,
          )
        )?.pValue ?? 1) <= 0.05,
      );
    }
    expect(below).toBeLessThanOrEqual(8);
  });
});
