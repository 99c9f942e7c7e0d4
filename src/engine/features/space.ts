import type { Matrix } from '../linear/matrix.ts';

/** Images as points, and how far apart two of them are said to be. */
export interface Space {
  /** images x columns. */
  points: Matrix;
  metric: 'cosine' | 'euclidean';
  /** One a column. */
  names: string[];
}

/**
 * Every row divided by its length: between such points the squared Euclidean distance is twice the cosine distance, so that whatever
 * works by Euclidean distances (exactNeighbours, k-means) works by cosines. A row of zeros stays one.
 */
export function unitRows({ rows, columns, data }: Matrix): Matrix {
  const unit: Matrix = { rows, columns, data: new Float32Array(rows * columns) };
  for (let i = 0; i < rows; i += 1) {
    let square = 0;
    for (let j = 0; j < columns; j += 1) square += (data[i * columns + j] as number) ** 2;
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let j = 0; j < columns; j += 1) unit.data[i * columns + j] = (data[i * columns + j] as number) * scale;
  }
  return unit;
}
