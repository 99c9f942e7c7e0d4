import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { fitPca, type Pca, projectPca } from '../linear/pca.ts';

/** Principal components, each divided by the square root of its deviation, so that the block has mean square `weight` squared. */
export interface HalfWhitening {
  pca: Pca;
  /** What each score is multiplied with. */
  scale: Float32Array;
}

/** A component below this share of the first one's deviation is rounding, not data. */
const LEAST_DEVIATION = 1e-5;

/**
 * Half whitening: scores over the square root of their standard deviation lie between scores as they are, of which the first few decide
 * every distance, and whitened ones, in which the last one's noise counts as much as the first.
 * @param weight the block's root mean square, by which it counts in a joined space; 0 stays 0 where the block does not vary
 */
export async function fitHalfWhitening(points: Matrix, components: number, weight: number, hooks: Hooks = {}): Promise<HalfWhitening> {
  const pca = await fitPca(points, Math.min(components, points.columns, Math.max(1, points.rows - 1)), hooks);
  const deviations = Float64Array.from(pca.variance, (variance) => Math.sqrt(Math.max(0, variance)));
  const least = LEAST_DEVIATION * (deviations[0] as number);
  const kept = (deviation: number): boolean => deviation > least && deviation > 1e-7;
  // A score over sqrt(s) has variance s.
  const meanSquare = deviations.reduce((sum, s) => sum + (kept(s) ? s : 0), 0) / deviations.length;
  const scale = Float32Array.from(deviations, (s) => (kept(s) ? weight / Math.sqrt(s * meanSquare) : 0));
  return { pca, scale };
}

/** rows x components. */
export function halfWhitened({ pca, scale }: HalfWhitening, points: Matrix): Matrix {
  const scores = projectPca(pca, points);
  for (let i = 0; i < scores.data.length; i += 1) scores.data[i] = (scores.data[i] as number) * (scale[i % scores.columns] as number);
  return scores;
}
