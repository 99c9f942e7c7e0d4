import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Pace } from '../linear/pace.ts';
import { exactNeighbours } from './neighbours.ts';

/**
 * Trustworthiness of a layout (Venna and Kaski 2001): 1 less the penalty for neighbours in the layout that were not neighbours in the
 * data, by how far down the data's own ranking they stand. 1 is best; .5 is what chance gives. O(n^2): take at most about 10,000 rows.
 * @param positions 2 a row
 * @param k below rows / 2
 */
export async function trustworthiness(points: Matrix, positions: Float32Array, k: number, hooks: Hooks = {}): Promise<number> {
  const { rows, columns, data } = points;
  const close = await exactNeighbours({ rows, columns: 2, data: positions }, k, { signal: hooks.signal });
  const pace = new Pace(hooks, rows);
  const distances = new Float64Array(rows);
  let penalty = 0;
  for (let i = 0; i < rows; i += 1) {
    for (let p = 0, at = 0; p < rows; p += 1) {
      let square = 0;
      for (let j = i * columns; j < (i + 1) * columns; j += 1, at += 1) square += ((data[at] as number) - (data[j] as number)) ** 2;
      distances[p] = square;
    }
    for (let n = i * k; n < (i + 1) * k; n += 1) {
      const j = close.indices[n] as number;
      const mine = distances[j] as number;
      let rank = 1;
      for (let p = 0; p < rows; p += 1) if (p !== i && ((distances[p] as number) < mine || (distances[p] === mine && p < j))) rank += 1;
      if (rank > k) penalty += rank - k;
    }
    await pace.at(i + 1);
  }
  return 1 - (2 * penalty) / (rows * k * (2 * rows - 3 * k - 1));
}
