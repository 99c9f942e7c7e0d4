/** What the report says of the latents, in the forms that sliders and strips need. */
import type { BiasReport, LatentSummary } from '../../../contract/report.ts';

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
