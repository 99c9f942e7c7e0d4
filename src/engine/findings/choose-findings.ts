/** What a reader should know first, by rule: docs/method/findings.md says which and why. */
import type { Finding, Silence } from '../../contract/findings.ts';
import { type AttributeName, type BiasReport, type DamageKind, type FactorSummary, learntNothing } from '../../contract/report.ts';
import { unreadableOf } from '../../contract/study.ts';
import { type AttributePart, enoughForParts } from './attribute-parts.ts';
import type { Copies } from './copies.ts';
import { damageFindings, onlyByFiles } from './damage.ts';

/** A person reads so many. */
const MOST = 8;
const MOST_TWO_KINDS = 2;
const MOST_LEAKS = 2;
const LABELS_LEVEL = 0.01;
/** What a person stated comes after what makes the rest doubtful. */
const BEFORE_EXPECTATIONS: ReadonlySet<Finding['kind']> = new Set(['unreadable', 'nothing-learnt', 'leak']);
/** From this share of the images on, copies come before what the images show. */
const MANY_COPIES = 0.01;
/** A variable is worth a sentence for its attribute when it makes this share of the visible change and follows it at least so closely. */
const LEAST_VISIBLE = 0.05;
const LEAST_CORRELATION = 0.5;
/** Cliff's delta from which a variable parts the kinds of the composition. */
const ALIKE = 0.7;
/** Cliff's delta from which a variable is part of what a kind is (Romano et al. 2006: more than small). */
const SETS_APART = 0.33;
const PICTURES = 3;

export type FoundReport = Pick<
  BiasReport,
  | 'provenance'
  | 'fit'
  | 'factors'
  | 'groups'
  | 'composition'
  | 'missing'
  | 'damage'
  | 'independence'
  | 'subfolders'
  | 'outliers'
  | 'diversity'
  | 'expectations'
  | 'absent'
>;

/** What was found, the most useful first, and what was not, or is none. */
export function chooseFindings(
  report: FoundReport,
  parts: readonly AttributePart[],
  copies: Copies,
): Pick<BiasReport, 'findings' | 'silences'> {
  const learnt = !learntNothing(report.fit);
  const composed = composition(report.composition);
  const kinds = learnt ? twoKinds(report.factors ?? [], report.composition) : [];
  const repeated = copiesFinding(copies);
  const damage = damageFindings(report.damage ?? []);
  const partial = onceEach(damage, parts.map(attributeFinding));
  const leaks = leaked(report.subfolders);
  const shortcuts = shortcutsTold(report.subfolders);
  const labels = mislabelled(report.subfolders?.labelled);
  const inBursts = burstsFinding(report.independence);
  const many = copies.exact + copies.near >= MANY_COPIES * report.provenance.images;
  const findings = [
    ...unreadable(report),
    ...(learnt ? [] : [{ kind: 'nothing-learnt', next: 'ignore', images: [] } satisfies Finding]),
    ...leaks,
    ...contradicted(report.expectations),
    ...composed,
    ...kinds,
    ...labels,
    ...shortcuts,
    ...(many ? repeated : []),
    ...inBursts,
    ...partial,
    ...absentTogether(report),
    ...(learnt ? followed(report.factors ?? []) : []),
    ...(many ? [] : repeated),
  ];
  const enough = enoughForParts(copies.different);
  const silences: Silence[] = [
    ...(composed.length > 0
      ? []
      : [{ about: 'composition', why: report.composition ? 'not-found' : 'too-few-distinct' } satisfies Silence]),
    ...(kinds.length + composed.length > 0 ? [] : [{ about: 'two-kinds', why: whyNoKinds(report, learnt) } satisfies Silence]),
    ...(partial.length > 0 ? [] : [{ about: 'attributes', why: enough ? 'not-found' : 'too-few-distinct' } satisfies Silence]),
    ...(damage.length > 0 || !report.damage ? [] : [{ about: 'damage', why: 'not-found' } satisfies Silence]),
    ...(leaks.length > 0 || !report.subfolders?.splits.length ? [] : [{ about: 'leaks', why: 'not-found' } satisfies Silence]),
    ...(shortcuts.length > 0 || !report.subfolders?.tried ? [] : [{ about: 'shortcuts', why: 'not-found' } satisfies Silence]),
    ...(labels.length > 0 || !report.subfolders?.labelled ? [] : [{ about: 'labels', why: 'not-found' } satisfies Silence]),
    ...(report.missing?.combinations.length === 0 ? [{ about: 'missing', why: 'not-found' } satisfies Silence] : []),
    ...(repeated.length > 0 ? [] : [{ about: 'copies', why: 'not-found' } satisfies Silence]),
    ...(inBursts.length > 0 || !report.independence?.orders.length ? [] : [{ about: 'bursts', why: 'not-found' } satisfies Silence]),
    ...(onlyByFiles(report.damage ?? []) ? [{ about: 'clusters', why: 'not-found' } satisfies Silence] : []),
    ...(report.groups ? [{ about: 'groups', why: 'no-test' } satisfies Silence] : []),
    ...(report.outliers ? [{ about: 'outliers', why: 'no-test' } satisfies Silence] : []),
    ...(report.diversity ? [{ about: 'unseen', why: 'no-test' } satisfies Silence] : []),
  ];
  return { findings: findings.slice(0, MOST), silences };
}

/** The same findings after a person stated other expectations. */
export function withExpectations(report: BiasReport): BiasReport {
  const others = report.findings.filter(({ kind }) => kind !== 'expectation');
  const at = others.findIndex(({ kind }) => !BEFORE_EXPECTATIONS.has(kind));
  const before = at < 0 ? others.length : at;
  const findings = [...others.slice(0, before), ...contradicted(report.expectations), ...others.slice(before)];
  return { ...report, findings: findings.slice(0, Math.max(MOST, others.length)) };
}

function unreadable({ provenance }: FoundReport): Finding[] {
  const found = unreadableOf({ found: provenance.images + provenance.skipped, skippedBy: provenance.skippedBy });
  return found ? [{ kind: 'unreadable', next: 'look', images: [], ...found }] : [];
}

const contradicted = (expectations: BiasReport['expectations']): Finding[] =>
  expectations.flatMap(({ rejected }, expectation) =>
    rejected ? [{ kind: 'expectation', next: 'collect', images: [], expectation }] : [],
  );

/** The kinds that all images fall into, before any of them is parted again. */
function composition(found: BiasReport['composition']): Finding[] {
  const kinds = (found?.kinds ?? []).filter(({ parent }) => parent === 0);
  if (kinds.length < 2) return [];
  const shown = kinds.map(({ id, rest, share }) => ({ id, rest, share }));
  return [{ kind: 'composition', next: 'collect', images: kinds.map(({ typical }) => typical.slice(0, PICTURES)), kinds: shown }];
}

/**
 * The combination that lacks most images, of a kind with a variable that is not what sets the kind apart anyway: that dark hands are never bright
 * is no news.
 */
const absentTogether = ({ missing, composition: found }: FoundReport): Finding[] =>
  (missing?.combinations ?? [])
    .filter(({ parts: [kind, end] }) => {
      if (kind.kind !== 'kind' || end.kind === 'kind') return false;
      const name = end.kind === 'factor' ? String(end.factor) : end.attribute;
      const differences = found?.kinds.find(({ id }) => id === kind.id)?.differences ?? [];
      return !differences.some((one) => one.kind === end.kind && one.name === name && weakest(one.delta) >= SETS_APART);
    })
    .slice(0, 1)
    .map(({ parts, observed, expected, atMost, images }) => ({
      kind: 'missing',
      next: 'collect',
      images: images.map((own) => own.slice(0, PICTURES)),
      parts,
      observed,
      expected,
      atMost,
    }));

/** Variables with two modes, those that change the picture most first; not those by which the first kinds differ, which have been told. */
function twoKinds(factors: readonly FactorSummary[], composed: BiasReport['composition']): Finding[] {
  const told = new Set(
    (composed?.kinds ?? [])
      .filter(({ parent }) => parent === 0)
      .flatMap(({ differences }) => differences)
      .filter(({ kind, delta }) => kind === 'factor' && weakest(delta) >= ALIKE)
      .map(({ name }) => Number(name)),
  );
  return factors
    .filter(({ factor, stable, modes }) => stable && modes && !told.has(factor))
    .sort((a, b) => b.visibleShare - a.visibleShare)
    .slice(0, MOST_TWO_KINDS)
    .flatMap(({ factor, modes, stripValues, images }): Finding[] => {
      if (!modes) return [];
      const near = (centre: number) => images[nearest(stripValues, centre)]?.slice(0, PICTURES) ?? [];
      const { low, high } = modes;
      return [{ kind: 'two-kinds', next: 'tag', images: [near(low.centre), near(high.centre)], factor, low: low.share, high: high.share }];
    });
}

function whyNoKinds({ factors, absent }: FoundReport, learnt: boolean): Silence['why'] {
  if (!learnt) return 'no-active-latents';
  if (factors) return 'not-found';
  return absent.factors === 'no-active-latents' ? 'no-active-latents' : 'too-few-distinct';
}

/** Between the parts of a split: one picture under two labels is told with the copies. */
const leaked = (found: BiasReport['subfolders']): Finding[] =>
  (found?.leaks ?? [])
    .filter(({ side }) => side === 'split')
    .slice(0, MOST_LEAKS)
    .map(({ pairs, ...leak }) => ({ kind: 'leak', next: 'look', images: pairs.slice(0, PICTURES), ...leak }));

/**
 * The best that tells the parts of a split apart, which nothing should, and the best of the file that tells labels apart: light and border
 * may go with what a label means.
 */
function shortcutsTold(found: BiasReport['subfolders']): Finding[] {
  const shortcuts = found?.shortcuts ?? [];
  const told = [shortcuts.find(({ side }) => side === 'split'), shortcuts.find(({ side, about }) => side === 'label' && about === 'file')];
  return told.flatMap((one): Finding[] => {
    if (!one) return [];
    const { pValue: _, images, ...shortcut } = one;
    return [{ kind: 'shortcut', next: 'compare', images, ...shortcut }];
  });
}

/** Where more images lie among another label's than a folder whose labels are right would have: each beside the nearest of that label. */
function mislabelled(found: NonNullable<BiasReport['subfolders']>['labelled'] | undefined): Finding[] {
  if (!found || found.pValue > LABELS_LEVEL) return [];
  const { count, share, expected } = found;
  const images = found.images.slice(0, PICTURES).map(({ index, nearest }) => [index, ...nearest]);
  return [{ kind: 'mislabelled', next: 'look', images, count, share, expected }];
}

/** Told where images beside copies hang together. */
function burstsFinding(found: BiasReport['independence']): Finding[] {
  if (!found?.effective || found.bursts === 0) return [];
  const { bursts, inBursts, images: total, clusters, effective, largest } = found;
  const images = largest.slice(0, PICTURES).map((burst) => burst.images.slice(0, PICTURES));
  return [{ kind: 'bursts', next: 'look', images, bursts, count: inBursts, total, clusters, effective }];
}

const copiesFinding = ({ pairs, ...copies }: Copies): Finding[] =>
  copies.exact + copies.near > 0 ? [{ kind: 'copies', next: 'look', images: pairs.map((pair) => [...pair]), ...copies }] : [];

/** Damage that an attribute shows as well, at its low end. */
const SHOWN_BY: Partial<Record<DamageKind, AttributeName>> = {
  dark: 'brightness',
  'low-contrast': 'contrast',
  gray: 'saturation',
  blurred: 'sharpness',
};

/** Of damage and the part of its attribute the one with more images: they are mostly the same. Most images first. */
function onceEach(damage: readonly Finding[], parts: readonly Finding[]): Finding[] {
  const same = (a: Finding, b: Finding): boolean =>
    a.kind === 'damage' && b.kind === 'attribute' && b.side === 'low' && SHOWN_BY[a.damage] === b.attribute;
  const size = (finding: Finding): number => ('count' in finding ? finding.count : 0);
  return [
    ...damage.filter((one) => !parts.some((part) => same(one, part) && size(part) > size(one))),
    ...parts.filter((part) => !damage.some((one) => same(one, part) && size(one) >= size(part))),
  ].sort((a, b) => size(b) - size(a));
}

/** What is gray or dark may be wanted: a person looks, and then tags or collects. */
const attributeFinding = ({ images, ...part }: AttributePart): Finding => ({ kind: 'attribute', next: 'look', images: [images], ...part });

/** Of the variables that follow an attribute, the one that changes the picture most. */
function followed(factors: readonly FactorSummary[]): Finding[] {
  const found = factors
    .filter(({ stable, visibleShare, modes }) => stable && !modes && visibleShare >= LEAST_VISIBLE)
    .sort((a, b) => b.visibleShare - a.visibleShare)
    .find(({ follows }) => follows[0] && weakest(follows[0].correlation) >= LEAST_CORRELATION);
  const strongest = found?.follows[0];
  if (!found || !strongest) return [];
  const ends = [found.images[0] ?? [], found.images.at(-1) ?? []].map((images) => images.slice(0, PICTURES));
  const { factor, visibleShare } = found;
  return [{ kind: 'follows', next: 'compare', images: ends, factor, visibleShare, ...strongest }];
}

const weakest = ({ low, high }: { low: number; high: number }): number => (low > 0 ? low : high < 0 ? -high : 0);

function nearest(values: readonly number[], wanted: number): number {
  let best = 0;
  values.forEach((value, i) => {
    if (Math.abs(value - wanted) < Math.abs((values[best] as number) - wanted)) best = i;
  });
  return best;
}
