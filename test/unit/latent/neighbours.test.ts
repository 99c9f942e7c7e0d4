import { describe, expect, it } from 'vitest';
import { exactNeighbours, nearestTo } from '../../../src/engine/latent/neighbours.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';

function normal(rows: number, columns: number, seed: number): Matrix {
  const random = new Random(seed);
  return { rows, columns, data: Float32Array.from({ length: rows * columns }, () => random.normal() + 5) };
}

function byHand(points: Matrix, query: ArrayLike<number>, k: number, self: number): { index: number; distance: number }[] {
  const all = Array.from({ length: points.rows }, (_, index) => {
    let square = 0;
    for (let j = 0; j < points.columns; j += 1) square += ((points.data[index * points.columns + j] as number) - (query[j] as number)) ** 2;
    return { index, distance: Math.sqrt(square) };
  });
  return all
    .filter(({ index }) => index !== self)
    .sort((a, b) => a.distance - b.distance || a.index - b.index)
    .slice(0, k);
}

describe('exact neighbours', () => {
  it.each([
    [300, 4, 5],
    [9000, 16, 15],
    [3000, 100, 50],
  ])('of %i points in %i dimensions are those of a full sort', async (rows, columns, k) => {
    const points = normal(rows, columns, 1);
    const { indices, distances } = await exactNeighbours(points, k);
    for (let i = 0; i < rows; i += Math.floor(rows / 50)) {
      const wanted = byHand(points, points.data.subarray(i * columns, (i + 1) * columns), k, i);
      expect([...indices.slice(i * k, (i + 1) * k)]).toEqual(wanted.map(({ index }) => index));
      wanted.forEach(({ distance }, j) => void expect(distances[i * k + j]).toBeCloseTo(distance, 5));
    }
  });

  it('leave a point out of its own list but keep its duplicates', async () => {
    const points = normal(9000, 16, 2);
    for (const copy of [17, 4000, 8999]) points.data.copyWithin(copy * 16, 3 * 16, 4 * 16);
    const { indices, distances } = await exactNeighbours(points, 5);
    expect([...indices.slice(15, 18)]).toEqual([17, 4000, 8999]);
    expect([...indices.slice(17 * 5, 17 * 5 + 3)]).toEqual([3, 4000, 8999]);
    expect([...distances.slice(15, 18)]).toEqual([0, 0, 0]);
    for (let i = 0; i < 9000; i += 1) expect(indices.subarray(i * 5, i * 5 + 5).includes(i)).toBe(false);
  });

  it('find their way when all points are one', async () => {
    const points: Matrix = { rows: 5000, columns: 8, data: new Float32Array(40_000).fill(3) };
    const { indices, distances } = await exactNeighbours(points, 15);
    expect(distances.every((distance) => distance === 0)).toBe(true);
    for (let i = 0; i < 5000; i += 1) expect(new Set([i, ...indices.subarray(i * 15, i * 15 + 15)]).size).toBe(16);
  });

  it('of other points may be the same point', async () => {
    const points = normal(500, 3, 3);
    const { indices, distances } = await nearestTo(points, { rows: 1, columns: 3, data: points.data.slice(30, 33) }, 2);
    expect(indices[0]).toBe(10);
    expect(distances[0]).toBe(0);
  });

  it('are refused where there are too few points', () => {
    expect(() => exactNeighbours(normal(5, 2, 1), 5)).toThrow('1..rows-1');
  });

  it('stop when called off', async () => {
    const stop = new AbortController();
    const running = exactNeighbours(normal(9000, 16, 1), 15, { signal: stop.signal });
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  });
});
