import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { Random } from '../../src/engine/random.ts';

/** Round clouds of so many points each in a row, 4 apart, `spread` their standard deviation. */
export function blobs(counts: number[], spread = 0.1): Matrix {
  const random = new Random(2);
  const rows = counts.reduce((a, b) => a + b, 0);
  const data = new Float32Array(rows * 2);
  let at = 0;
  counts.forEach((count, blob) => {
    for (let i = 0; i < count; i += 1, at += 1) data.set([4 * blob + spread * random.normal(), spread * random.normal()], 2 * at);
  });
  return { rows, columns: 2, data };
}
