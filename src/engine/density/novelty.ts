/** What the conformal ranks of new images say of each and of all together. Formulas, sources and limits: docs/method/outliers.md. */
import type { Novelty } from '../../contract/comparison.ts';
import { benjaminiHochberg } from '../statistics/conformal.ts';
import { discoveries } from '../statistics/false-discoveries.ts';

const LEVEL = 0.05;

export interface ImagesNovelty extends Novelty {
  /** Of each image: how likely one of the study's kind is to be as strange. */
  pValue: Float32Array;
  /** The same after Benjamini and Hochberg. */
  qValue: Float32Array;
}

/** @param rank of each image among `calibration` ones, 1 to calibration + 1 */
export function noveltyOf(rank: Uint32Array, calibration: number): ImagesNovelty {
  const pValue = Float32Array.from(rank, (j) => j / (calibration + 1));
  const qValue = Float32Array.from(benjaminiHochberg(pValue));
  const { atLeast, within } = discoveries(rank, calibration, LEVEL);
  const order = Uint32Array.from(rank.keys()).sort((a, b) => (rank[a] as number) - (rank[b] as number));
  const thresholds: Novelty['thresholds'] = [];
  order.forEach((image, at) => {
    const reached = rank[image] as number;
    if (at + 1 < order.length && rank[order[at + 1] as number] === reached) return;
    thresholds.push({
      pValue: pValue[image] as number,
      images: at + 1,
      atLeast: within[reached] as number,
      falseDiscoveryRate: qValue[image] as number,
    });
  });
  return { pValue, qValue, calibration, images: rank.length, confidence: 1 - LEVEL, atLeast, thresholds };
}
