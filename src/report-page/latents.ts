/** What the report says of the latents, in the forms that sliders and strips need. */
import type { BiasReport, FactorSummary, LatentSummary } from '../contract/report.ts';

/** Most important first: active ones by their KL to the prior. */
export const byImportance = (latents: LatentSummary[]): LatentSummary[] =>
  [...latents].sort((a, b) => Number(b.active) - Number(a.active) || b.kl - a.kl);

/** Every latent at the data's median. */
export function medianLatents(report: BiasReport): Float32Array<ArrayBuffer> {
  const z = new Float32Array(report.latents.length);
  for (const latent of report.latents) z[latent.latent] = latent.median;
  return z;
}

/** One row a value: the others stay as they are. n x latent, row-major. */
export function along(z: Float32Array, latent: number, values: number[]): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(values.length * z.length);
  values.forEach((value, i) => {
    rows.set(z, i * z.length);
    rows[i * z.length + latent] = value;
  });
  return rows;
}

/** Every latent at the data's mean: where factors are drawn from. */
export function meanLatents(report: BiasReport): Float32Array<ArrayBuffer> {
  const z = new Float32Array(report.latents.length);
  for (const latent of report.latents) z[latent.latent] = latent.mean;
  return z;
}

type Direction = Pick<FactorSummary, 'read' | 'offset' | 'move'>;

/** What a factor is at a latent vector. */
export const factorAt = (z: Float32Array, { read, offset }: Direction): number =>
  read.reduce((sum, weight, j) => sum + weight * (z[j] ?? 0), offset);

/** One row a value: the other factors stay as they are. n x latent, row-major. */
export function alongFactor(z: Float32Array, factor: Direction, values: number[]): Float32Array<ArrayBuffer> {
  const here = factorAt(z, factor);
  const rows = new Float32Array(values.length * z.length);
  values.forEach((value, i) => {
    z.forEach((base, j) => {
      rows[i * z.length + j] = base + (value - here) * (factor.move[j] ?? 0);
    });
  });
  return rows;
}
