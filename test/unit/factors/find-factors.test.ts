import { expect, test } from 'vitest';
import { findFactors } from '../../../src/engine/factors/find-factors.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';
import { imagesAlong } from '../../../src/engine/report/images-along.ts';

const WIDTH = 6;
const PIXELS = 64;

/** Latents that correlate; where `parted`, half of the rows lie 4 deviations off along one direction. The last latent is dead. */
function drawnLatents(n: number, seed: number, parted: boolean) {
  const random = new Random(seed);
  const z: Matrix = { rows: n, columns: WIDTH + 1, data: new Float32Array(n * (WIDTH + 1)) };
  const kind = Uint8Array.from({ length: n }, () => Number(random.uniform() < 0.4));
  for (let i = 0; i < n; i += 1) {
    const u = Array.from({ length: WIDTH }, () => random.normal());
    if (parted) u[2] = (u[2] as number) + 5 * (kind[i] as number);
    for (let j = 0; j < WIDTH; j += 1) z.data[i * z.columns + j] = (u[j] as number) + 0.6 * (u[(j + 1) % WIDTH] as number) - j;
  }
  const slopes = Float32Array.from({ length: WIDTH * PIXELS }, () => random.normal());
  const decode = (codes: Float32Array): Uint8Array => {
    const count = codes.length / z.columns;
    return Uint8Array.from({ length: count * PIXELS }, (_, at) => {
      let value = 128;
      for (let j = 0; j < WIDTH; j += 1)
        value += 3 * (codes[Math.floor(at / PIXELS) * z.columns + j] as number) * (slopes[j * PIXELS + (at % PIXELS)] as number);
      return Math.max(0, Math.min(255, Math.round(value)));
    });
  };
  const input = { z, active: [0, 1, 2, 3, 4, 5], distinct: Uint32Array.from({ length: n }, (_, i) => i), features: null, decode };
  return { input, kind };
}

test('a factor reads what it moves, leaves the others where they are, and all together give the latents back', async () => {
  const { input } = drawnLatents(400, 1, true);
  const factors = (await findFactors(input, 0)) ?? [];
  expect(factors).toHaveLength(WIDTH);
  for (const [k, { move }] of factors.entries())
    for (const [j, { read }] of factors.entries())
      expect(read.reduce((sum, weight, at) => sum + weight * (move[at] as number), 0)).toBeCloseTo(j === k ? 1 : 0, 4);
  const { z } = input;
  for (const i of [0, 17, 399])
    for (let j = 0; j < WIDTH; j += 1) {
      const mean = z.data.reduce((sum, value, at) => sum + (at % z.columns === j ? value / z.rows : 0), 0);
      const back = factors.reduce((sum, { values, move }) => sum + (values[i] as number) * (move[j] as number), mean);
      expect(back).toBeCloseTo(z.data[i * z.columns + j] as number, 3);
    }
  expect(factors.reduce((sum, { visibleShare }) => sum + visibleShare, 0)).toBeCloseTo(1, 4);
});

test('two planted kinds are the first factor, said to have two modes with their shares', async () => {
  const { input, kind } = drawnLatents(400, 2, true);
  const [first, ...others] = (await findFactors(input, 0)) ?? [];
  const share = kind.reduce((sum, value) => sum + value, 0) / kind.length;
  const shares = [first?.modes?.low.share, first?.modes?.high.share].sort((a, b) => (a?.value ?? 0) - (b?.value ?? 0));
  expect(first?.returned).toBe(5);
  expect(shares[0]?.low).toBeLessThanOrEqual(share);
  expect(shares[0]?.high).toBeGreaterThanOrEqual(share);
  expect(shares[0]?.value).toBeCloseTo(share, 1);
  expect(others.every(({ modes }) => modes === null)).toBe(true);
});

test('one cloud has no factor of two modes in any of 20 sets', async () => {
  let accused = 0;
  for (let seed = 0; seed < 20; seed += 1) {
    const { input } = drawnLatents(100 + 20 * seed, seed, false);
    if ((await findFactors(input, seed))?.some(({ modes }) => modes)) accused += 1;
  }
  expect(accused).toBeLessThanOrEqual(1);
});

test('the images along a variable lie nearest to its values, and none stands twice', () => {
  const values = Float32Array.from({ length: 30 }, (_, i) => i);
  const along = imagesAlong(values, [0, 1, 29], Uint32Array.from(values.keys()));
  expect(along).toEqual([
    [0, 1, 2],
    [3, 4, 5],
    [29, 28, 27],
  ]);
});
