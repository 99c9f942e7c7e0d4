import { symmetricEigen } from '../linear/eigen.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { moments } from '../statistics/histogram.ts';
import { pictureMetric } from './picture-metric.ts';

/** More places tell the mean slope no better than so many for two axes. */
const PLACES = 8;

/**
 * Latents in the metric of the pictures: between two rows the distance is, to first order, the root mean squared difference of what the
 * decoder draws of them, in bytes. A model gives each latent about the same variance, however little it shows, so that principal
 * components of the latents as they are would be any two directions; of these they are those that change the picture most.
 * @param z posterior means, n x latent
 * @param active the latents that count, in their order
 * @param decode latent vectors to pixels 0..255
 * @param random draws the images at which the decoder's slope is taken; null: at the mean latent vector alone, which costs an eighth
 * @returns n x active
 */
export function visibleLatents(
  z: Matrix,
  active: readonly number[],
  decode: (z: Float32Array) => Uint8Array,
  random: Random | null,
): Matrix {
  const width = active.length;
  const columns = active.map((latent) => Float32Array.from({ length: z.rows }, (_, i) => z.data[i * z.columns + latent] as number));
  const scales = columns.map((column) => moments(column));
  const deviations = scales.map(({ standardDeviation }) => standardDeviation || 1);
  const places = random ? takeRows(z, sampleRows(z.rows, PLACES, random)) : meanRow(z);
  const metric = pictureMetric(places, active, deviations, decode);
  const { values, vectors } = symmetricEigen(metric, width);
  const points: Matrix = { rows: z.rows, columns: width, data: new Float32Array(z.rows * width) };
  for (let k = 0; k < width; k += 1) {
    const root = Math.sqrt(Math.max(0, values[k] as number));
    const weights = deviations.map((deviation, a) => (root * (vectors[k * width + a] as number)) / deviation);
    for (let i = 0; i < z.rows; i += 1) {
      let sum = 0;
      for (let a = 0; a < width; a += 1) sum += (weights[a] as number) * ((columns[a]?.[i] as number) - (scales[a]?.mean as number));
      points.data[i * width + k] = sum;
    }
  }
  return points;
}

function meanRow(z: Matrix): Matrix {
  const mean = new Float64Array(z.columns);
  for (let i = 0; i < z.rows; i += 1)
    for (let j = 0; j < z.columns; j += 1) mean[j] = (mean[j] as number) + (z.data[i * z.columns + j] as number) / z.rows;
  return { rows: 1, columns: z.columns, data: Float32Array.from(mean) };
}
