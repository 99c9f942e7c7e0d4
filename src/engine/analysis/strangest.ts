import type { Strangeness } from '../../contract/comparison.ts';
import { clopperPearson } from '../statistics/binomial.ts';
import type { ScoredSource } from './score-source.ts';

const SHOWN = 48;
/** The percentile that one in a hundred of the study's own images reaches. */
const BEYOND = 0.99;

/** The strangest of scored images, and whether there are more of them than among the study's own. */
export function strangest({ paths, scores, novelty, inversion }: ScoredSource): Strangeness {
  const order = Uint32Array.from({ length: paths.length }, (_, i) => i).sort(
    (a, b) => (scores.score[b] as number) - (scores.score[a] as number),
  );
  const beyond = scores.percentile.reduce((sum, share) => sum + (share >= BEYOND ? 1 : 0), 0);
  const { pValue, qValue: _, ...together } = novelty;
  return {
    images: [...order.subarray(0, SHOWN)].map((index) => ({
      index,
      percentile: scores.percentile[index] as number,
      pValue: pValue[index] as number,
      shares: Object.fromEntries(Object.entries(scores.shares).map(([name, shares]) => [name, shares[index] as number])),
    })),
    beyond: clopperPearson(beyond, paths.length),
    expected: 1 - BEYOND,
    novelty: together,
    inversion,
  };
}
