import type { Finding } from '../../contract/findings.ts';
import type { DamageFinding } from '../../contract/report.ts';
import { binomialTest, holm } from '../statistics/binomial.ts';

const LEVEL = 0.05;
const PICTURES = 3;

/**
 * The kinds of damage of which more images are named than the folder's own kind would give by chance (exact binomial test against the
 * share of false alarms, Holm over the kinds that were looked for), and those whose threshold is a definition. Most images first.
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

/** The chance of so many where the share is that of false alarms; 1 where there are no more than it says. */
function chance({ count, share, falseAlarms }: DamageFinding): number {
  if (!share || falseAlarms === null || share.value <= falseAlarms) return 1;
  return binomialTest(count, total(count, share.value), falseAlarms);
}

const pairs = (images: DamageFinding['images']): number[][] =>
  images.slice(0, PICTURES).map(({ index, partner }) => (partner === null ? [index] : [partner, index]));
