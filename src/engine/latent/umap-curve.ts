/** The low-dimensional similarity 1 / (1 + a d^(2b)) of UMAP (McInnes, Healy and Melville 2018, definition 11) and its gradients. */

export interface UmapCurve {
  a: number;
  b: number;
}

const SAMPLES = 300;

/** a and b by least squares (Levenberg-Marquardt) to exp(-(d - minimum) / spread) beyond the minimum distance, 1 below. */
export function fitCurve(minimumDistance: number, spread: number): UmapCurve {
  const x = Float64Array.from({ length: SAMPLES }, (_, i) => (3 * spread * (i + 1)) / SAMPLES);
  const y = x.map((d) => (d < minimumDistance ? 1 : Math.exp(-(d - minimumDistance) / spread)));
  const error = (a: number, b: number) => x.reduce((sum, d, i) => sum + (1 / (1 + a * d ** (2 * b)) - (y[i] as number)) ** 2, 0);
  let [a, b, damping] = [1, 1, 1e-3];
  for (let step = 0; step < 200; step += 1) {
    let [aa, ab, bb, ga, gb] = [0, 0, 0, 0, 0];
    for (let i = 0; i < SAMPLES; i += 1) {
      const d = x[i] as number;
      const power = d ** (2 * b);
      const q = 1 / (1 + a * power);
      const da = -power * q * q;
      const db = -a * power * 2 * Math.log(d) * q * q;
      const residual = (y[i] as number) - q;
      aa += da * da;
      ab += da * db;
      bb += db * db;
      ga += da * residual;
      gb += db * residual;
    }
    const [p, r] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = p * r - ab * ab;
    const nextA = a + (r * ga - ab * gb) / determinant;
    const nextB = b + (p * gb - ab * ga) / determinant;
    if (nextA > 0 && nextB > 0 && error(nextA, nextB) <= error(a, b)) {
      if (Math.abs(nextA - a) + Math.abs(nextB - b) < 1e-10) return { a: nextA, b: nextB };
      [a, b, damping] = [nextA, nextB, damping / 3];
    } else damping *= 3;
  }
  return { a, b };
}

/** Table entries an octave of d^2: steps of .5 %, far below the noise of the sampling. */
export const STEP_BITS = 7;
const SMALLEST_EXPONENT = -40;
const LARGEST_EXPONENT = 24;
/** Where the table starts in the bits of a 32-bit float shifted right by 23 - STEP_BITS. */
export const TABLE_START = (SMALLEST_EXPONENT + 127) << STEP_BITS;
export const TABLE_LENGTH = (LARGEST_EXPONENT - SMALLEST_EXPONENT) << STEP_BITS;

/** Both gradients' factors of the difference vector over d^2, by the leading bits of d^2 as a float: a power costs ten times as much. */
export function gradientTables({ a, b }: UmapCurve): { attraction: Float32Array; repulsion: Float32Array } {
  const attraction = new Float32Array(TABLE_LENGTH);
  const repulsion = new Float32Array(TABLE_LENGTH);
  const steps = 1 << STEP_BITS;
  for (let i = 0; i < TABLE_LENGTH; i += 1) {
    const square = 2 ** (SMALLEST_EXPONENT + Math.floor(i / steps)) * (1 + ((i % steps) + 0.5) / steps);
    const power = square ** b;
    attraction[i] = (-2 * a * b * power) / square / (1 + a * power);
    repulsion[i] = (2 * b) / ((0.001 + square) * (1 + a * power));
  }
  return { attraction, repulsion };
}
