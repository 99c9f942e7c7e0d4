import { symmetricEigen } from '../linear/eigen.ts';
import type { Matrix } from '../linear/matrix.ts';

/**
 * The live map: each frame the latents' two principal axes, turned and mirrored onto the frame before (orthogonal Procrustes,
 * Schönemann 1966), since eigenvectors may change sign or swap from one training step to the next while the data hardly moved.
 */
export class LiveProjection {
  #previous: Float32Array | null = null;

  /**
   * @param z latents as they are shown: in the metric of the pictures (visible-latents.ts)
   * @returns x0, y0, x1, y1 ... around 0, in the units of `z`
   */
  next(z: Matrix): Float32Array {
    const positions = project(z);
    const previous = this.#previous;
    if (previous?.length === positions.length) align(positions, previous);
    this.#previous = positions;
    return positions.slice();
  }
}

function project({ rows, columns, data }: Matrix): Float32Array {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < columns; j += 1) mean[j] = (mean[j] as number) + (data[i * columns + j] as number) / rows;
  const covariance = new Float64Array(columns * columns);
  const row = new Float64Array(columns);
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) row[j] = (data[i * columns + j] as number) - (mean[j] as number);
    for (let j = 0; j < columns; j += 1)
      for (let l = 0; l <= j; l += 1)
        covariance[j * columns + l] = (covariance[j * columns + l] as number) + (row[j] as number) * (row[l] as number);
  }
  for (let j = 0; j < columns; j += 1) for (let l = 0; l < j; l += 1) covariance[l * columns + j] = covariance[j * columns + l] as number;
  const { vectors } = symmetricEigen(covariance, columns);
  const positions = new Float32Array(rows * 2);
  for (let i = 0; i < rows; i += 1) {
    for (let axis = 0; axis < Math.min(2, columns); axis += 1) {
      let sum = 0;
      for (let j = 0; j < columns; j += 1)
        sum += ((data[i * columns + j] as number) - (mean[j] as number)) * (vectors[axis * columns + j] as number);
      positions[2 * i + axis] = sum;
    }
  }
  return positions;
}

/** Turns (and mirrors, where that is nearer) `positions` in place so that the squared distance to `target` is least. */
function align(positions: Float32Array, target: Float32Array): void {
  let xx = 0;
  let xy = 0;
  let yx = 0;
  let yy = 0;
  for (let i = 0; i < positions.length; i += 2) {
    const x = positions[i] as number;
    const y = positions[i + 1] as number;
    xx += x * (target[i] as number);
    xy += x * (target[i + 1] as number);
    yx += y * (target[i] as number);
    yy += y * (target[i + 1] as number);
  }
  // In two dimensions the best rotation and the best reflection have closed forms; the larger trace is the nearer.
  const rotation = Math.hypot(xx + yy, xy - yx);
  const reflection = Math.hypot(xx - yy, xy + yx);
  const mirrored = reflection > rotation;
  const length = mirrored ? reflection : rotation;
  if (!(length > 0)) return;
  const cos = (mirrored ? xx - yy : xx + yy) / length;
  const sin = (mirrored ? xy + yx : xy - yx) / length;
  for (let i = 0; i < positions.length; i += 2) {
    const x = positions[i] as number;
    const y = (positions[i + 1] as number) * (mirrored ? -1 : 1);
    positions[i] = cos * x - sin * y;
    positions[i + 1] = sin * x + cos * y;
  }
}
