import { describe, expect, it } from 'vitest';
import { fuzzyGraph, memberships } from '../../../src/engine/latent/fuzzy-graph.ts';
import { exactNeighbours } from '../../../src/engine/latent/neighbours.ts';
import { trustworthiness } from '../../../src/engine/latent/trustworthiness.ts';
import { layoutUmap, transformUmap } from '../../../src/engine/latent/umap.ts';
import { fitCurve } from '../../../src/engine/latent/umap-curve.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';

/** Clusters of unit variance whose centres lie about 14 apart. */
function clusters(rows: number, columns: number, count: number, seed: number): Matrix {
  const centres = new Random(99);
  const where = Float32Array.from({ length: count * columns }, () => 2.5 * centres.normal());
  const random = new Random(seed);
  const data = Float32Array.from(
    { length: rows * columns },
    (_, i) => (where[(Math.floor(i / columns) % count) * columns + (i % columns)] as number) + random.normal(),
  );
  return { rows, columns, data };
}

describe('UMAP', () => {
  it('fits the curve that the reference fits for a minimum distance of .1', () => {
    const { a, b } = fitCurve(0.1, 1);
    expect(a).toBeCloseTo(1.577, 2);
    expect(b).toBeCloseTo(0.8951, 3);
  });

  it('gives each point memberships that sum to log2(k + 1), the nearest one whole', async () => {
    const neighbours = await exactNeighbours(clusters(400, 8, 3, 1), 10);
    const strength = await memberships(neighbours);
    for (let i = 0; i < 400; i += 1) {
      const row = strength.subarray(i * 10, i * 10 + 10);
      expect(row[0]).toBe(1);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(Math.log2(11), 3);
    }
  });

  it('joins the two directions of an edge as a + b - ab', async () => {
    const neighbours = await exactNeighbours(clusters(300, 8, 3, 2), 6);
    const strength = await memberships(neighbours);
    const { offsets, tails, weights } = await fuzzyGraph(neighbours);
    const direct = (i: number, j: number) => {
      const at = neighbours.indices.subarray(i * 6, i * 6 + 6).indexOf(j);
      return at < 0 ? 0 : (strength[i * 6 + at] as number);
    };
    for (let i = 0; i < 300; i += 1) {
      for (let at = offsets[i] as number; at < (offsets[i + 1] as number); at += 1) {
        const j = tails[at] as number;
        const [a, b] = [direct(i, j), direct(j, i)];
        expect(weights[at]).toBeCloseTo(a + b - a * b, 6);
      }
    }
  });

  it('is the same for the same seed and another for another', async () => {
    const points = clusters(400, 8, 4, 3);
    const neighbours = await exactNeighbours(points, 15);
    const [a, b, c] = [
      await layoutUmap(points, neighbours, { seed: 1 }),
      await layoutUmap(points, neighbours, { seed: 1 }),
      await layoutUmap(points, neighbours, { seed: 2 }),
    ];
    expect(a.positions).toEqual(b.positions);
    expect(a.positions).not.toEqual(c.positions);
  });

  it('keeps clusters together, streams the map while it forms, and puts new points where their kind lies', async () => {
    const points = clusters(1500, 8, 5, 4);
    const neighbours = await exactNeighbours(points, 15);
    let frames = 0;
    const layout = await layoutUmap(points, neighbours, { seed: 0, onLayout: () => (frames += 1) });
    expect(frames).toBeGreaterThan(1);
    expect(layout.positions.every(Number.isFinite)).toBe(true);
    expect(await trustworthiness(points, layout.positions, 15)).toBeGreaterThan(0.93);

    const kind = (position: number[]) => {
      const distances = Array.from({ length: 1500 }, (_, i) =>
        Math.hypot(
          (layout.positions[2 * i] as number) - (position[0] as number),
          (layout.positions[2 * i + 1] as number) - (position[1] as number),
        ),
      );
      return distances.indexOf(Math.min(...distances)) % 5;
    };
    const fresh = clusters(100, 8, 5, 77);
    const before = layout.positions.slice();
    const places = await transformUmap(layout, points, fresh, { seed: 0 });
    const right = Array.from({ length: 100 }, (_, i) => kind([...places.slice(2 * i, 2 * i + 2)]) === i % 5).filter(Boolean).length;
    expect(right).toBeGreaterThanOrEqual(97);
    expect(layout.positions).toEqual(before);
  });

  it('lays out duplicates without falling over', async () => {
    const points: Matrix = { rows: 100, columns: 3, data: new Float32Array(300) };
    const { positions } = await layoutUmap(points, await exactNeighbours(points, 15), { seed: 0 });
    expect(positions.every(Number.isFinite)).toBe(true);
  });
});

describe('trustworthiness', () => {
  it('is 1 for the data themselves and near a half for chance', async () => {
    const points = clusters(600, 2, 1, 5);
    expect(await trustworthiness(points, points.data, 10)).toBe(1);
    const random = new Random(6);
    expect(
      await trustworthiness(
        points,
        points.data.map(() => random.normal()),
        10,
      ),
    ).toBeCloseTo(0.5, 1);
  });

  it('is what its formula says of five points worked by hand', async () => {
    const points: Matrix = { rows: 5, columns: 1, data: Float32Array.of(0, 1, 2.5, 4.6, 9) };
    const positions = Float32Array.of(0, 0, 2.2, 0, 1, 0, 4, 0, 3, 0);
    // Nearest in the layout, by its rank in the data: 0 -> 2 is second, 1 -> 4 fourth, 2 -> 0 third, 3 -> 4 third, 4 -> 1 third.
    expect(await trustworthiness(points, positions, 1)).toBeCloseTo(1 - (2 / (5 * (10 - 3 - 1))) * (1 + 3 + 2 + 2 + 2), 10);
  });
});
