import { describe, expect, it } from 'vitest';
import { manifolds } from '../../../bench/latent/manifolds.ts';
import { intrinsicDimension, levinaBickel, twoNN } from '../../../src/engine/latent/intrinsic-dimension.ts';

describe('intrinsic dimension', () => {
  it.each(manifolds)('of a $name of $dimension dimensions is found within 10 %', async ({ draw, dimension }) => {
    const found = await intrinsicDimension(draw(dimension > 5 ? 10_000 : 3000, 3), { seed: 0 });
    for (const { value } of [found.twoNN, found.levinaBickel]) expect(Math.abs(value / dimension - 1)).toBeLessThan(0.1);
    expect(Math.abs(found.mackayGhahramani.value / dimension - 1)).toBeLessThan(0.1);
  });

  it('has intervals that hold most repetitions of a case without borders', async () => {
    const circle = manifolds[0];
    if (!circle) throw new Error('the sphere is missing');
    let held = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const { twoNN: estimate } = await intrinsicDimension(circle.draw(800, 100 + seed), { seed: 0 });
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

  it('is refused for a handful of points', async () => {
    await expect(intrinsicDimension({ rows: 10, columns: 2, data: new Float32Array(20) }, { seed: 0 })).rejects.toMatchObject({
      code: 'too-few-images',
    });
  });
});
