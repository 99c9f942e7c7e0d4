/** What is promised of new images, for window and terminal. */
import type { Novelty } from '../contract/comparison.ts';
import { m } from '../messages/messages.js';
import { count, number, percent, smallNumber } from './format.ts';

/** How many of all of them are not of the study's kind. */
export function noveltyWords({ atLeast, images, confidence, calibration }: Novelty, name: string): string {
  const said = {
    name,
    atLeast: count(atLeast),
    images: count(images),
    confidence: percent(confidence, 0),
    calibration: count(calibration),
  };
  return atLeast > 0 ? m.novelty_at_least(said) : m.novelty_none(said);
}

/** The same of those up to one threshold. */
export function thresholdWords({ pValue, images, atLeast, falseDiscoveryRate }: Novelty['thresholds'][number], confidence: number): string {
  return m.novelty_threshold({
    images: count(images),
    p: smallNumber(pValue),
    atLeast: count(atLeast),
    confidence: percent(confidence, 0),
    rate: number(falseDiscoveryRate, 2),
  });
}
