import { breathe } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';

/** Places of the data at which the decoder's slope is taken. */
const PLACES = 24;
/** Half a step of the difference, in the latent's standard deviations: far above the step of a byte. */
const HALF_STEP = 0.5;

/**
 * How much the decoded picture changes with the latents: the mean over places of the data of J'J, J the decoder's slope by central
 * differences (the pullback metric of Arvanitidis, Hansen and Hauberg 2018, equation 4, averaged).
 * @param z posterior means, n x latent
 * @param active the latents wanted, in their order
 * @param deviations theirs
 * @param decode latent vectors to pixels 0..255
 * @returns active x active, row-major: squared bytes a pixel for a squared standard deviation of each latent
 */
export async function pictureMetric(
  z: Matrix,
  active: readonly number[],
  deviations: readonly number[],
  decode: (z: Float32Array) => Uint8Array,
  random: Random,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const width = active.length;
  const metric = new Float64Array(width * width);
  const places = sampleRows(z.rows, PLACES, random);
  for (const place of places) {
    // First all steps up, then all steps down.
    const codes = new Float32Array(2 * width * z.columns);
    for (const [side, sign] of [1, -1].entries())
      active.forEach((latent, a) => {
        const at = (side * width + a) * z.columns;
        codes.set(z.data.subarray(place * z.columns, (place + 1) * z.columns), at);
        codes[at + latent] = (codes[at + latent] as number) + sign * HALF_STEP * (deviations[a] as number);
      });
    const pixels = decode(codes);
    const length = pixels.length / (2 * width);
    const products = tf.tidy(() => {
      const drawn = tf.tensor2d(Float32Array.from(pixels), [2 * width, length]);
      const slopes = tf.sub(drawn.slice(0, width), drawn.slice(width, width)).div(2 * HALF_STEP) as typeof drawn;
      return tf.matMul(slopes, slopes, false, true).dataSync();
    });
    for (let at = 0; at < metric.length; at += 1) metric[at] = (metric[at] as number) + (products[at] as number) / (length * places.length);
    await breathe(signal);
  }
  return metric;
}
