/** P(Z > z) of the standard normal, z >= 0: erfc by its Chebyshev fit (Numerical Recipes, section 6.2), relative error below 1.2e-7. */
export function normalTail(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const fit = COEFFICIENTS.reduceRight((sum, c) => sum * t + c, 0);
  return (t * Math.exp(-x * x + fit)) / 2;
}
const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
];
