import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { Random } from '../../src/engine/random.ts';

export interface Manifold {
  name: string;
  dimension: number;
  draw(rows: number, seed: number): Matrix;
}

const AMBIENT = 20;

function drawn(rows: number, columns: number, fill: (row: Float32Array) => void): Matrix {
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i += 1) fill(data.subarray(i * columns, (i + 1) * columns));
  return { rows, columns, data };
}

/** The unit sphere of this dimension, in one dimension more. */
const sphere = (dimension: number): Manifold => ({
  name: 'sphere',
  dimension,
  draw(rows, seed) {
    const random = new Random(seed);
    return drawn(rows, dimension + 1, (row) => {
      for (let j = 0; j < row.length; j += 1) row[j] = random.normal();
      const length = Math.hypot(...row);
      for (let j = 0; j < row.length; j += 1) row[j] = (row[j] as number) / length;
    });
  },
});

/** Normal coordinates carried into 20 dimensions by a random linear map. */
const affine = (dimension: number): Manifold => ({
  name: 'affine',
  dimension,
  draw(rows, seed) {
    const random = new Random(seed);
    const map = Float64Array.from({ length: dimension * AMBIENT }, () => random.normal());
    return drawn(rows, AMBIENT, (row) => {
      for (let i = 0; i < dimension; i += 1) {
        const value = random.normal();
        for (let j = 0; j < AMBIENT; j += 1) row[j] = (row[j] as number) + value * (map[i * AMBIENT + j] as number);
      }
    });
  },
});

/** t cos t, t sin t, and a height: a rolled sheet. */
const swissRoll: Manifold = {
  name: 'swiss roll',
  dimension: 2,
  draw(rows, seed) {
    const random = new Random(seed);
    return drawn(rows, 3, (row) => {
      const t = 1.5 * Math.PI * (1 + 2 * random.uniform());
      row.set([t * Math.cos(t), 21 * random.uniform(), t * Math.sin(t)]);
    });
  },
};

export const manifolds: Manifold[] = [...[2, 5, 10].map(sphere), ...[2, 5, 10].map(affine), swissRoll];
