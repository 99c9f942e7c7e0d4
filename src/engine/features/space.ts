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

/** The columns of the blocks that are wanted; a column is named by its block and the number of its component. */
export function columnsOfBlocks({ points, names }: Pick<Space, 'points' | 'names'>, wanted: (block: string) => boolean): Matrix {
  const columns = names.flatMap((name, i) => (wanted(name.replace(/_\d+$/, '')) ? [i] : []));
  const data = new Float32Array(points.rows * columns.length);
  for (let row = 0; row < points.rows; row += 1)
    columns.forEach((column, j) => {
      data[row * columns.length + j] = points.data[row * points.columns + column] as number;
    });
  return { rows: points.rows, columns: columns.length, data };
}
