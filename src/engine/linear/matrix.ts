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

/** Columns of the same length, side by side. */
export function joinColumns(columns: readonly Float32Array[]): Matrix {
  const rows = columns[0]?.length ?? 0;
  const data = new Float32Array(rows * columns.length);
  columns.forEach((values, c) => {
    for (let i = 0; i < rows; i += 1) data[i * columns.length + c] = values[i] as number;
  });
  return { rows, columns: columns.length, data };
}

/** Of two points of so many columns, which begin at these places of their arrays. */
export function squaredDistance(a: ArrayLike<number>, fromA: number, b: ArrayLike<number>, fromB: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c += 1) {
    const difference = (a[fromA + c] as number) - (b[fromB + c] as number);
    sum += difference * difference;
  }
  return sum;
}
