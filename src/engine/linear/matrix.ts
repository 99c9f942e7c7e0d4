/** A row-major matrix of 32-bit floats: row i is data[i * columns .. (i + 1) * columns). */
export interface Matrix {
  rows: number;
  columns: number;
  data: Float32Array;
}

/** One column of a matrix, rows. */
export function columnOf(points: Matrix, column: number): Float32Array {
  const values = new Float32Array(points.rows);
  for (let i = 0; i < points.rows; i += 1) values[i] = points.data[i * points.columns + column] as number;
  return values;
}
