/** A row-major matrix of 32-bit floats: row i is data[i * columns .. (i + 1) * columns). */
export interface Matrix {
  rows: number;
  columns: number;
  data: Float32Array;
}
