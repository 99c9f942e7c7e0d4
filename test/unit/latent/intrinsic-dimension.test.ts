import { describe, expect, it } from 'vitest';
import { manifolds } from '../../../bench/latent/manifolds.ts';
import { intrinsicDimension, levinaBickel, twoNN } from '../../../src/engine/latent/intrinsic-dimension.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { takeRows } from '../../../src/engine/linear/rows.ts';
import { Random } from '../../../src/engine/random.ts';

async function measured(points: Matrix) {
  const found = await intrinsicDimension(points, { seed: 0 });
  if (!found) throw new Error('too few distinct points');
  return found;
}

describe('intrinsic dimension', () => {
  it.each(manifolds)('of a $name of $dimension dimensions is found within 10 %', async ({ draw, dimension }) => {
    const found = await measured(draw(dimension > 5 ? 10_000 : 3000, 3));
    for (const { value } of [found.twoNN, found.levinaBickel]) expect(Math.abs(value / dimension - 1)).toBeLessThan(0.1);
    expect(Math.abs(found.mackayGhahramani.value / dimension - 1)).toBeLessThan(0.1);
  });

  it('has intervals that hold most repetitions of a case without borders', async () => {
    const circle = manifolds[0];
    if (!circle) throw new Error('the sphere is missing');
    let held = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const { twoNN: estimate } = await measured(circle.draw(800, 100 + seed));
      if (estimate.low <= 2 && estimate.high >= 2) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(17);
  });

  it('counts exact duplicates once', async () => {
    const sphere = manifolds[1]?.draw(1000, 5);
    if (!sphere) throw new Error('the sphere is missing');
    const twice = { ...sphere, rows: 2000, data: new Float32Array(sphere.data.length * 2) };
    twice.data.set(sphere.data);
    twice.data.set(sphere.data, sphere.data.length);
    expect(await intrinsicDimension(twice, { seed: 0 })).toEqual(await intrinsicDimension(sphere, { seed: 0 }));
  });

  it('of images with near copies is too low, and of those that repeat no other what it was', async () => {
    const sphere = manifolds[1]?.draw(3000, 5);
    if (!sphere) throw new Error('the sphere is missing');
    // Every third point once more, moved by a five hundredth: encoded anew, not another picture.
    const random = new Random(7);
    const again = takeRows(
      sphere,
      Array.from({ length: 1000 }, (_, i) => 3 * i),
    );
    const data = new Float32Array(sphere.data.length + again.data.length);
    data.set(sphere.data);
    data.set(
      again.data.map((value) => value + 0.002 * random.normal()),
      sphere.data.length,
    );
    const alone = await measured(sphere);
    const together = await measured({ ...sphere, rows: 4000, data });
    expect(alone.images).toBe(3000);
    expect(Math.abs(alone.twoNN.value / 5 - 1)).toBeLessThan(0.1);
    expect(together.twoNN.value).toBeLessThan(0.7 * alone.twoNN.value);
  });

  it('of given distances is what the equations say', () => {
    const distances = Float32Array.of(1, 2, 4, 1, 2, 4);
    const { levinaBickel: plain, mackayGhahramani } = levinaBickel({ k: 3, indices: new Uint32Array(6), distances });
    const local = 1 / ((Math.log(4) + Math.log(2)) / 2);
    expect(plain.value).toBeCloseTo(local, 6);
    expect(mackayGhahramani.value).toBeCloseTo(local, 6);
    const many = Float32Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 1 : 2));
    const logs = Array.from({ length: 9 }, (_, i) => -Math.log(1 - (i + 1) / 10)).reduce((a, b) => a + b, 0);
    expect(twoNN({ k: 2, indices: new Uint32Array(20), distances: many }).value).toBeCloseTo(
      (logs * Math.log(2)) / (9 * Math.log(2) ** 2),
      6,
    );
  });

  it('is not had of a handful of points, nor of many that are a handful', async () => {
    expect(await intrinsicDimension({ rows: 10, columns: 2, data: new Float32Array(20) }, { seed: 0 })).toBeNull();
    const few = { rows: 300, columns: 2, data: Float32Array.from({ length: 600 }, (_, i) => Math.sin((i >> 1) % 21) + (i % 2)) };
    expect(await intrinsicDimension(few, { seed: 0 })).toBeNull();
  });
});
