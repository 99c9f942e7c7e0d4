import { breathe } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { tf } from '../tensorflow.ts';

/** Half a step of the difference, in the latent's standard deviations: far above the step of a byte. */
const HALF_STEP = 0.5;

/**
 * How much the decoded picture changes with the latents: the mean over places of the data of J'J, J the decoder's slope by central
 * differences (the pullback metric of Arvanitidis, Hansen and Hauberg 2018, equation 4, averaged).
 * @param places latent vectors at which the slope is taken, places x latent
 * @param active the latents wanted, in their order
 * @param deviations theirs
 * @param decode latent vectors to pixels 0..255
 * @returns active x active, row-major: squared bytes a pixel for a squared standard deviation of each latent
 */
export async function pictureMetric(
  places: Matrix,
  active: readonly number[],
  deviations: readonly number[],
  decode: (z: Float32Array) => Uint8Array,
  signal?: AbortSignal,
): Promise<Float64Array> {
  const mean = new Float64Array(active.length * active.length);
  for (let place = 0; place < places.rows; place += 1) {
    const code = places.data.subarray(place * places.columns, (place + 1) * places.columns);
    const metric = pictureMetricAt(code, active, deviations, decode);
    for (let at = 0; at < mean.length; at += 1) mean[at] = (mean[at] as number) + (metric[at] as number) / places.rows;
    await breathe(signal);
  }
  return mean;
}

/** The same at one place alone, a latent vector. */
export function pictureMetricAt(
  code: Float32Array,
  active: readonly number[],
  deviations: readonly number[],
  decode: (z: Float32Array) => Uint8Array,
): Float64Array {
  const width = active.length;
  // First all steps up, then all steps down.
  const codes = new Float32Array(2 * width * code.length);
  for (const [side, sign] of [1, -1].entries())
    active.forEach((latent, a) => {
      const at = (side * width + a) * code.length;
      codes.set(code, at);
      codes[at + latent] = (codes[at + latent] as number) + sign * HALF_STEP * (deviations[a] as number);
    });
  const pixels = decode(codes);
  const length = pixels.length / (2 * width);
  const products = tf.tidy(() => {
    const drawn = tf.tensor2d(Float32Array.from(pixels), [2 * width, length]);
    const slopes = tf.sub(drawn.slice(0, width), drawn.slice(width, width)).div(2 * HALF_STEP) as typeof drawn;
    return tf.matMul(slopes, slopes, false, true).dataSync();
  });
  return Float64Array.from(products, (product) => product / length);
}
