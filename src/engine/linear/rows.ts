import type { Random } from '../random.ts';
import type { Matrix } from './matrix.ts';

/** `count` different row numbers out of `rows`, ascending; all of them where there are no more. */
export function sampleRows(rows: number, count: number, random: Random): Uint32Array {
  return random
    .shuffle(Uint32Array.from({ length: rows }, (_, i) => i))
    .slice(0, count)
    .sort();
}

/** Ascending rows that repeat no other. @param duplicateOf of each row -1, or the first row of the set that it repeats */
export const unrepeatedRows = (duplicateOf: Int32Array): Uint32Array =>
  Uint32Array.from(duplicateOf.keys()).filter((row) => (duplicateOf[row] as number) < 0);

/** The rows of these numbers, in their order, as a matrix of their own. */
export function takeRows(points: Matrix, rows: ArrayLike<number>): Matrix {
  const { columns } = points;
  const data = new Float32Array(rows.length * columns);
  for (let i = 0; i < rows.length; i += 1)
    data.set(points.data.subarray((rows[i] as number) * columns, ((rows[i] as number) + 1) * columns), i * columns);
  return { rows: rows.length, columns, data };
}
