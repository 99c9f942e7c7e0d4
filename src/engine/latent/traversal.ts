import type { Matrix } from './matrix.ts';

export interface Strip {
  latent: number;
  /** What the latent is set to, ascending. */
  values: Float32Array;
  /** One row a value: every other latent at the data's median. */
  z: Matrix;
}

const STEPS = 9;
const TAIL = 0.01;

/**
 * What to decode to see what a latent does: the latent at evenly spaced quantiles of the data (1 % to 99 %), all others at their medians.
 * Medians, since a mean may lie where no image does.
 */
export function traversalStrips(z: Matrix, latents: number[], steps = STEPS): Strip[] {
  const sorted = Array.from({ length: z.columns }, (_, j) => column(z, j).sort());
  const medians = Float32Array.from(sorted, (values) => quantile(values, 0.5));
  return latents.map((latent) => {
    const values = Float32Array.from({ length: steps }, (_, i) =>
      quantile(sorted[latent] as Float32Array, TAIL + ((1 - 2 * TAIL) * i) / Math.max(1, steps - 1)),
    );
    const data = new Float32Array(steps * z.columns);
    values.forEach((value, i) => {
      data.set(medians, i * z.columns);
      data[i * z.columns + latent] = value;
    });
    return { latent, values, z: { rows: steps, columns: z.columns, data } };
  });
}

/** The straight way from one image's latents to another's, ends included. */
export function interpolationPath(from: Float32Array, to: Float32Array, steps: number): Matrix {
  const data = new Float32Array(steps * from.length);
  for (let i = 0; i < steps; i += 1) {
    const share = steps === 1 ? 0 : i / (steps - 1);
    for (let j = 0; j < from.length; j += 1) data[i * from.length + j] = (1 - share) * (from[j] as number) + share * (to[j] as number);
  }
  return { rows: steps, columns: from.length, data };
}

function column({ rows, columns, data }: Matrix, j: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) => data[i * columns + j] as number);
}

/** Linear between the order statistics (Hyndman and Fan 1996, type 7). */
function quantile(ascending: Float32Array, share: number): number {
  const at = share * (ascending.length - 1);
  const below = Math.floor(at);
  const value = ascending[below] as number;
  return value + (at - below) * ((ascending[Math.min(below + 1, ascending.length - 1)] as number) - value);
}
