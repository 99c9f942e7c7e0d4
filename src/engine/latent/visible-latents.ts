import { symmetricEigen } from '../linear/eigen.ts';
import { columnOf, type Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { moments } from '../statistics/histogram.ts';
import { pictureMetric, pictureMetricAt } from './picture-metric.ts';

/** More places tell the mean slope no better than so many for two axes. */
const PLACES = 8;

type Decode = (z: Float32Array) => Uint8Array;

/**
 * Latents in the metric of the pictures: between two rows the distance is, to first order, the root mean squared difference of what the
 * decoder draws of them, in bytes. A model gives each latent about the same variance, however little it shows, so that principal
 * components of the latents as they are would be any two directions; of these they are those that change the picture most.
 * @param z posterior means, n x latent
 * @param active the latents that count, in their order
 * @param decode latent vectors to pixels 0..255
 * @param random draws the images at which the decoder's slope is taken
 * @returns n x active
 */
export async function visibleLatents(
  z: Matrix,
  active: readonly number[],
  decode: Decode,
  random: Random,
  signal?: AbortSignal,
): Promise<Matrix> {
  const scaled = scalesOf(z, active);
  const metric = await pictureMetric(takeRows(z, sampleRows(z.rows, PLACES, random)), active, scaled.deviations, decode, signal);
  return inMetric(scaled, metric);
}

/** The same of all latents, with the slope at the mean latent vector alone, for each frame while a model learns: an eighth of the cost. */
export function visibleAtMean(z: Matrix, decode: Decode): Matrix {
  const all = Array.from({ length: z.columns }, (_, latent) => latent);
  const scaled = scalesOf(z, all);
  return inMetric(scaled, pictureMetricAt(Float32Array.from(scaled.means), all, scaled.deviations, decode));
}

interface Scaled {
  rows: number;
  /** One a latent that counts. */
  columns: Float32Array[];
  means: number[];
  deviations: number[];
}

function scalesOf(z: Matrix, active: readonly number[]): Scaled {
  const columns = active.map((latent) => columnOf(z, latent));
  const scales = columns.map((column) => moments(column));
  return {
    rows: z.rows,
    columns,
    means: scales.map(({ mean }) => mean),
    deviations: scales.map(({ standardDeviation }) => standardDeviation || 1),
  };
}

/** (z - mean) / deviation times the metric's root. */
function inMetric({ rows, columns, means, deviations }: Scaled, metric: Float64Array): Matrix {
  const width = columns.length;
  const { values, vectors } = symmetricEigen(metric, width);
  const points: Matrix = { rows, columns: width, data: new Float32Array(rows * width) };
  for (let k = 0; k < width; k += 1) {
    const root = Math.sqrt(Math.max(0, values[k] as number));
    const weights = deviations.map((deviation, a) => (root * (vectors[k * width + a] as number)) / deviation);
    for (let i = 0; i < rows; i += 1) {
      let sum = 0;
      for (let a = 0; a < width; a += 1) sum += (weights[a] as number) * ((columns[a]?.[i] as number) - (means[a] as number));
      points.data[i * width + k] = sum;
    }
  }
  return points;
}
