import type { Finding } from '../../contract/findings.ts';
import type { DamageFinding } from '../../contract/report.ts';
import { binomialTest, holm } from '../statistics/binomial.ts';

const LEVEL = 0.05;
const PICTURES = 3;

/** Whether some damage would be told if every file were an independent image, and is not since copies and bursts are none. */
export const onlyByFiles = (damage: readonly DamageFinding[]): boolean =>
  damageFindings(damage.map((one) => ({ ...one, designEffect: 1 }))).length > damageFindings(damage).length;

/**
 * The kinds of damage of which more images are named than the folder's own kind would give by chance (exact binomial test against the
 * share of false alarms, Holm over the kinds that were looked for; of images in copies and bursts as many as they are worth), and those whose threshold is a definition. Most images first.
 */
export function damageFindings(damage: readonly DamageFinding[]): Finding[] {
  const named = damage.filter(({ count, share }) => count > 0 && share);
  const tested = damage.filter(({ reason, falseAlarms }) => reason === null && falseAlarms !== null);
  const adjusted = holm(tested.map(chance));
  const supported = (one: DamageFinding) => one.falseAlarms === null || (adjusted[tested.indexOf(one)] as number) <= LEVEL;
  return named
    .filter(supported)
    .sort((a, b) => b.count - a.count)
    .flatMap(({ kind, count, share, falseAlarms, images }): Finding[] =>
      share
        ? [
            {
              kind: 'damage',
              next: 'look',
              damage: kind,
              count,
              share,
              expected: falseAlarms === null ? null : falseAlarms * total(count, share.value),
              images: kind === 'mirrored' ? pairs(images) : [images.slice(0, PICTURES).map(({ index }) => index)],
            },
          ]
        : [],
    );
}

const total = (count: number, share: number): number => Math.round(count / share);

/** The chance of so many where the share is that of false alarms, of as many images as they are worth; 1 where there are no more. */
function chance({ count, share, designEffect, falseAlarms }: DamageFinding): number {
  if (!share || falseAlarms === null || share.value <= falseAlarms) return 1;
  return binomialTest(Math.round(count / designEffect), Math.round(total(count, share.value) / designEffect), falseAlarms);
}

const pairs = (images: DamageFinding['images']): number[][] =>
  images.slice(0, PICTURES).map(({ index, partner }) => (partner === null ? [index] : [partner, index]));
