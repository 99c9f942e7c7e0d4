import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { fitMixture, type Mixture } from './mixture.ts';

/** Points that the number of components is chosen on; the chosen mixture is fitted on all. */
const SELECTION_POINTS = 6000;
const SELECTION_ITERATIONS = 15;
const LADDER = [1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50];
/** Rungs beyond the best so far after which the search ends: BIC is convex enough in practice, and every value tried is returned. */
const PATIENCE = 1;

export interface Selection {
  mixture: Mixture;
  /** Every number of components tried, with its BIC over the points of the selection. */
  bic: { components: number; bic: number }[];
}

/**
 * The mixture whose number of components has the lowest BIC (Schwarz 1978) on a ladder up to `maximum`, climbed until it has risen
 * twice; with more than 6,000 points the ladder is climbed on 6,000 of them.
 */
export async function selectMixture(
  points: Matrix,
  { maximum, seed, signal, onProgress }: Hooks & { maximum: number; seed: number },
): Promise<Selection> {
  const some = points.rows <= SELECTION_POINTS ? points : takeRows(points, sampleRows(points.rows, SELECTION_POINTS, new Random(seed)));
  const rungs = LADDER.filter((components) => components <= maximum && components * (points.columns + 1) <= some.rows);
  const bic: Selection['bic'] = [];
  let best = Number.POSITIVE_INFINITY;
  let components = 1;
  let worse = 0;
  for (const [i, tried] of rungs.entries()) {
    const mixture = await fitMixture(some, tried, { seed, signal, maximumIterations: SELECTION_ITERATIONS });
    bic.push({ components: tried, bic: mixture.bic });
    worse = mixture.bic < best ? 0 : worse + 1;
    if (mixture.bic < best) {
      best = mixture.bic;
      components = tried;
    }
    onProgress?.(i + 1, rungs.length + 1);
    if (worse > PATIENCE) break;
  }
  const mixture = await fitMixture(points, components, { seed, signal });
  onProgress?.(rungs.length + 1, rungs.length + 1);
  return { mixture, bic };
}
