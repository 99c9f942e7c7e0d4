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

/** The columns whose names are wanted. */
export function columnsOf({ rows, columns, data }: Matrix, names: readonly string[], wanted: (name: string) => boolean): Matrix {
  const kept = names.flatMap((name, column) => (wanted(name) ? [column] : []));
  const values = new Float32Array(rows * kept.length);
  for (let i = 0; i < rows; i += 1)
    for (let j = 0; j < kept.length; j += 1) values[i * kept.length + j] = data[i * columns + (kept[j] as number)] as number;
  return { rows, columns: kept.length, data: values };
}

export const isEncoderColumn = (name: string): boolean => name.startsWith('encoder_');
