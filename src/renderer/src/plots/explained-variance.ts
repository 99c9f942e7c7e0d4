import type { LatentSummary } from '../../../contract/report.ts';

/** Shares of the latents' total variance along the two axes of their PCA; null where the report has no spread. */
export function explainedVariance(positions: Float32Array, latents: LatentSummary[]): [number, number] | null {
  const total = latents.reduce((sum, latent) => sum + latent.standardDeviation ** 2, 0);
  const n = positions.length / 2;
  if (!(total > 0) || n < 2) return null;
  const along = (offset: number): number => {
    let mean = 0;
    for (let i = offset; i < positions.length; i += 2) mean += (positions[i] as number) / n;
    let sum = 0;
    for (let i = offset; i < positions.length; i += 2) sum += ((positions[i] as number) - mean) ** 2;
    return sum / n / total;
  };
  const shares: [number, number] = [along(0), along(1)];
  // Axes that were scaled otherwise are no shares of this total.
  return shares[0] + shares[1] <= 1.01 && shares[0] >= shares[1] * 0.99 ? shares : null;
}
