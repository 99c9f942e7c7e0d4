import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { fitPca, fitPixelPca, projectPca, projectPixelPca } from '../../../src/engine/linear/pca.ts';
import { Random } from '../../../src/engine/random.ts';

/** Independent columns with these standard deviations, turned by nothing: the axes are the unit vectors. */
function scaled(rows: number, deviations: number[], seed: number): Matrix {
  const random = new Random(seed);
  const columns = deviations.length;
  const data = Float32Array.from({ length: rows * columns }, (_, i) => 10 + (deviations[i % columns] as number) * random.normal());
  return { rows, columns, data };
}

describe('principal components', () => {
  it('of a known 2 x 2 covariance are its eigenvectors', async () => {
    // Points (±3, ±3) and (±1, ∓1): covariance [[20, 16], [16, 20]] / 3, eigenvalues 12 and 4/3.
    const points: Matrix = { rows: 4, columns: 2, data: Float32Array.of(3, 3, -3, -3, 1, -1, -1, 1) };
    const pca = await fitPca(points, 2);
    expect(pca.variance[0]).toBeCloseTo(12, 5);
    expect(pca.variance[1]).toBeCloseTo(4 / 3, 5);
    expect(pca.totalVariance).toBeCloseTo(40 / 3, 5);
    expect(pca.axes.data[0]).toBeCloseTo(Math.SQRT1_2, 5);
    expect(pca.axes.data[1]).toBeCloseTo(Math.SQRT1_2, 5);
    expect(Math.abs(projectPca(pca, points).data[0] as number)).toBeCloseTo(3 * Math.SQRT2, 5);
  });

  it.each([20, 100])('of %i columns have the projections’ variances and are orthonormal', async (columns) => {
    const points = scaled(
      3000,
      Array.from({ length: columns }, (_, j) => 1 + columns - j),
      4,
    );
    const pca = await fitPca(points, 5);
    const z = projectPca(pca, points);
    for (let a = 0; a < 5; a += 1) {
      let square = 0;
      for (let i = 0; i < z.rows; i += 1) square += (z.data[i * 5 + a] as number) ** 2;
      expect(square / (z.rows - 1) / (pca.variance[a] as number)).toBeCloseTo(1, 3);
      for (let b = 0; b <= a; b += 1) {
        let dot = 0;
        for (let j = 0; j < columns; j += 1) dot += (pca.axes.data[a * columns + j] as number) * (pca.axes.data[b * columns + j] as number);
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 4);
      }
    }
  });

  it('above 1,024 columns agree with those of the covariance', async () => {
    const wide = scaled(
      400,
      Array.from({ length: 1100 }, (_, j) => (j < 4 ? 40 - 8 * j : 0.5)),
      5,
    );
    const narrow: Matrix = { rows: 400, columns: 1000, data: new Float32Array(400_000) };
    for (let i = 0; i < 400; i += 1) narrow.data.set(wide.data.subarray(i * 1100, i * 1100 + 1000), i * 1000);
    const [a, b] = [await fitPca(wide, 4), await fitPca(narrow, 4)];
    for (let i = 0; i < 4; i += 1) expect((a.variance[i] as number) / (b.variance[i] as number)).toBeCloseTo(1, 2);
    expect(a.totalVariance / b.totalVariance).toBeCloseTo(1 + 25 / b.totalVariance, 2);
  });

  it('of pixels are those of the same numbers as floats', async () => {
    const random = new Random(6);
    const data = Uint8Array.from({ length: 200 * 64 }, (_, i) => (random.uniform() * (i % 64) * 4) | 0);
    const pixels = { count: 200, size: 8, channels: 1 as const, data };
    const points: Matrix = { rows: 200, columns: 64, data: Float32Array.from(data, (value) => value / 255) };
    const [a, b] = [await fitPixelPca(pixels, 3), await fitPca(points, 3)];
    expect(a).toEqual(b);
    expect(await projectPixelPca(a, pixels)).toEqual(projectPca(b, points));
  });
});
