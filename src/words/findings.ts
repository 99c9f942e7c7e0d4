/** Findings as sentences, for window, report and terminal. */
import type { Finding, Silence } from '../contract/findings.ts';
import type { BiasReport } from '../contract/report.ts';
import { m } from '../messages/messages.js';
import { count, intervalWords, number, percent, shareDigits, smallNumber } from './format.ts';
import { missingWords, partWords } from './missing.ts';
import { leakWords, shortcutWords, subfolderWords } from './subfolders.ts';
import { damageWords, factorNumberWords, featureWords, statementWords } from './words.ts';

type Of<Kind extends Finding['kind']> = Extract<Finding, { kind: Kind }>;
type Reported = Pick<BiasReport, 'factors' | 'expectations'>;

const between = [0.4, 0.6] as const;
/** Median saturation under which images have no colour that shows. */
const GRAY = 0.02;

/** What was found, in one sentence. */
export function findingWords(finding: Finding, report: Reported): string {
  switch (finding.kind) {
    case 'unreadable':
      return m.report_finding_unreadable({ count: count(finding.count), total: count(finding.total) });
    case 'nothing-learnt':
      return m.report_finding_fit_nothing();
    case 'expectation':
      return expectationText(finding, report);
    case 'composition':
      return compositionText(finding);
    case 'two-kinds':
      return twoKindsText(finding, report);
    case 'attribute':
      return attributeText(finding);
    case 'damage':
      return damageText(finding);
    case 'copies':
      return copiesText(finding);
    case 'bursts':
      return m.finding_bursts({
        images: m.images_count({ count: finding.count, number: count(finding.count) }),
        total: count(finding.total),
        bursts: count(finding.bursts),
        effective: count(finding.effective.value),
        range: intervalWords(finding.effective, count),
      });
    case 'leak':
      return leakWords(finding);
    case 'mislabelled':
      return mislabelledText(finding);
    case 'shortcut':
      return shortcutWords(finding, report);
    case 'missing':
      return missingWords(finding, report);
    case 'follows': {
      const { correlation, attribute, visibleShare } = finding;
      const written = (value: number) => number(value, 2);
      return m.finding_follows({
        attribute: featureWords(attribute).toLocaleLowerCase(),
        name: factorNumberWords(report, finding.factor),
        share: percent(visibleShare, 0),
        value: written(correlation.value),
        range: intervalWords(correlation, written),
      });
    }
  }
}

function compositionText({ kinds }: Of<'composition'>): string {
  const shares = kinds.map(({ share, rest }) => {
    const written = (value: number) => percent(value, 0);
    const text = m.finding_share({ share: written(share.value), range: intervalWords(share, written) });
    return rest ? m.finding_share_rest({ share: text }) : text;
  });
  const [first, second] = kinds;
  if (kinds.length === 2 && first && second && !second.rest)
    return m.finding_composition_two({ first: shares[0] ?? '', second: shares[1] ?? '' });
  return m.finding_composition({ number: count(kinds.filter(({ rest }) => !rest).length), shares: shares.join(', ') });
}

function twoKindsText({ factor, low, high }: Of<'two-kinds'>, report: Reported): string {
  const written = (value: number) => percent(value, 0);
  const half = low.value >= between[0] && low.value <= between[1];
  return (half ? m.finding_two_kinds_half : m.finding_two_kinds)({
    name: factorNumberWords(report, factor),
    low: written(low.value),
    lowRange: intervalWords(low, written),
    high: written(high.value),
    highRange: intervalWords(high, written),
  });
}

function expectationText({ expectation }: Of<'expectation'>, { expectations }: Reported): string {
  const result = expectations[expectation];
  if (!result) return '';
  const written = (value: number) => percent(value, shareDigits(result.observed));
  return m.finding_expectation({
    subject: statementWords(result.statement),
    observed: written(result.observed.value),
    range: intervalWords(result.observed, written),
    stated: percent(result.statement.share),
    p: smallNumber(result.adjustedPValue),
  });
}

const parts = {
  brightness: { low: m.finding_part_brightness_low, high: m.finding_part_brightness_high },
  contrast: { low: m.finding_part_contrast_low, high: m.finding_part_contrast_high },
  saturation: { low: m.finding_part_saturation_low, high: m.finding_part_saturation_high },
  sharpness: { low: m.finding_part_sharpness_low, high: m.finding_part_sharpness_high },
};

function attributeText({ attribute, side, count: images, share, median, othersMedian }: Of<'attribute'>): string {
  const written = (value: number) => percent(value, shareDigits(share));
  const gray = attribute === 'saturation' && side === 'low' && median < GRAY;
  return m.finding_attribute({
    count: count(images),
    share: written(share.value),
    range: intervalWords(share, written),
    what: gray ? m.finding_part_gray() : (parts[attribute as keyof typeof parts]?.[side]() ?? ''),
    attribute: featureWords(attribute).toLocaleLowerCase(),
    median: number(median, 2),
    others: number(othersMedian, 2),
  });
}

function damageText({ damage, count: named, share, expected }: Of<'damage'>): string {
  const written = (value: number) => percent(value, shareDigits(share));
  const figures = {
    images: m.images_count({ count: named, number: count(named) }),
    share: written(share.value),
    range: intervalWords(share, written),
    what: damageWords[damage]().toLocaleLowerCase(),
  };
  return expected === null ? m.finding_damage(figures) : m.finding_damage_expected({ ...figures, expected: number(expected, 2) });
}

function copiesText({ exact, near, different, across }: Of<'copies'>): string {
  const copies = exact + near;
  const figures = { count: copies, number: count(copies), exact: count(exact), near: count(near), different: count(different) };
  return across > 0 ? m.finding_copies_across({ ...figures, across: count(across) }) : m.finding_copies(figures);
}

function mislabelledText({ count: images, share, expected }: Of<'mislabelled'>): string {
  const written = (value: number) => percent(value, shareDigits(share));
  return m.finding_mislabelled({
    images: m.images_count({ count: images, number: count(images) }),
    share: written(share.value),
    range: intervalWords(share, written),
    expected: number(expected, 2),
  });
}

export const nextWords: Record<Finding['next'], () => string> = {
  look: () => m.finding_look(),
  tag: () => m.finding_tag(),
  compare: () => m.finding_compare(),
  collect: () => m.finding_collect(),
  ignore: () => m.finding_ignore(),
};

/** What to do about it, after the word for it. */
export const adviceWords: Record<Finding['kind'], () => string> = {
  unreadable: () => m.finding_next_unreadable(),
  'nothing-learnt': () => m.finding_next_nothing_learnt(),
  expectation: () => m.finding_next_expectation(),
  composition: () => m.finding_next_composition(),
  'two-kinds': () => m.finding_next_two_kinds(),
  attribute: () => m.finding_next_attribute(),
  damage: () => m.finding_next_attribute(),
  copies: () => m.finding_next_copies(),
  leak: () => m.finding_next_leak(),
  bursts: () => m.finding_next_bursts(),
  mislabelled: () => m.finding_next_mislabelled(),
  shortcut: () => m.finding_next_shortcut(),
  missing: () => m.finding_next_missing(),
  follows: () => m.finding_next_follows(),
};

/** What its lists of pictures are. */
export function sideWords(finding: Finding, report: Reported): string[] {
  const { kind } = finding;
  if (kind === 'composition')
    return finding.kinds.map(({ share, rest }) => `${percent(share.value, 0)}${rest ? ` · ${m.kind_rest()}` : ''}`);
  if (kind === 'two-kinds') return [m.finding_first_side(), m.finding_second_side()];
  if (kind === 'missing') return finding.parts.map((part) => partWords(part, report));
  if (kind === 'shortcut') return [subfolderWords(finding.best), m.finding_elsewhere()];
  return kind === 'follows' ? [m.finding_low_side(), m.finding_high_side()] : [];
}

const silenceSentences: Partial<Record<`${Silence['about']} ${Silence['why']}`, () => string>> = {
  'composition not-found': () => m.silence_composition_not_found(),
  'composition too-few-distinct': () => m.silence_composition_too_few_distinct(),
  'two-kinds not-found': () => m.silence_two_kinds_not_found(),
  'two-kinds no-active-latents': () => m.silence_two_kinds_no_active_latents(),
  'two-kinds too-few-distinct': () => m.silence_two_kinds_too_few_distinct(),
  'attributes not-found': () => m.silence_attributes_not_found(),
  'attributes too-few-distinct': () => m.silence_attributes_too_few_distinct(),
  'damage not-found': () => m.silence_damage_not_found(),
  'missing not-found': () => m.silence_missing_not_found(),
  'leaks not-found': () => m.silence_leaks_not_found(),
  'shortcuts not-found': () => m.silence_shortcuts_not_found(),
  'labels not-found': () => m.silence_labels_not_found(),
  'bursts not-found': () => m.silence_bursts_not_found(),
  'clusters not-found': () => m.silence_clusters_not_found(),
  'copies not-found': () => m.silence_copies_not_found(),
  'groups no-test': () => m.silence_groups_no_test(),
  'outliers no-test': () => m.silence_outliers_no_test(),
  'unseen no-test': () => m.silence_unseen_no_test(),
};
/** Why nothing is said of something. */
export const silenceWords = ({ about, why }: Silence): string => silenceSentences[`${about} ${why}`]?.() ?? '';
