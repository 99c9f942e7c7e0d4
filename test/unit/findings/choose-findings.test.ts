import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/contract/findings.ts';
import type { BiasReport, DamageFinding, Estimate, FactorSummary, Kind } from '../../../src/contract/report.ts';
import { chooseFindings, withExpectations } from '../../../src/engine/findings/choose-findings.ts';
import { type Copies, summariseCopies } from '../../../src/engine/findings/copies.ts';
import { damageFindings } from '../../../src/engine/findings/damage.ts';
import { findingWords, silenceWords } from '../../../src/words/findings.ts';

const about = (value: number): Estimate => ({ value, low: value - 0.02, high: value + 0.02 });
const noCopies: Copies = { exact: 0, near: 0, different: 1000, across: 0, pairs: [] };

const factor = (number: number, change: Partial<FactorSummary> = {}): FactorSummary => ({
  factor: number,
  name: null,
  seen: 'latents',
  carried: 1,
  visibleShare: 0.2 - number / 100,
  stability: { returned: 5, refits: 5 },
  stable: true,
  dip: { statistic: 0.01, pValue: 1, adjustedPValue: 1 },
  modes: null,
  follows: [],
  mean: 0,
  standardDeviation: 1,
  histogram: { edges: [-1, 1], counts: [1] },
  stripValues: [-2, -1, 0, 1, 2],
  images: [[1], [2], [3], [4], [5]],
  read: [],
  offset: 0,
  move: [],
  ...change,
});
const modes = { cut: 0, low: { centre: -1, share: about(0.53) }, high: { centre: 1.1, share: about(0.47) } };

const kind = (id: number, parent: number | null, share: number, change: Partial<Kind> = {}): Kind => ({
  id,
  parent,
  depth: 1,
  rest: false,
  count: share * 1000,
  share: about(share),
  stability: null,
  pValue: null,
  typical: [10 * id, 10 * id + 1, 10 * id + 2, 10 * id + 3],
  edge: [],
  differences: [],
  ...change,
});

function report(change: Partial<BiasReport> = {}): BiasReport {
  return {
    provenance: { images: 1000, skipped: 0 },
    fit: { meanSquaredError: 0.01, meanImageSquaredError: 0.05 },
    factors: [factor(0)],
    groups: [],
    composition: { spaces: ['features'], images: 1000, tested: 0, kinds: [kind(0, null, 1)] },
    outliers: null,
    diversity: null,
    expectations: [],
    absent: {},
    ...change,
  } as BiasReport;
}
/** Shares are written with a space that does not break. */
const said = (finding: unknown, { factors, expectations }: BiasReport) =>
  findingWords(finding as Finding, { factors, expectations }).replaceAll('\u00a0', ' ');
const kinds = (found: { findings: { kind: string }[] }) => found.findings.map((finding) => finding.kind);

describe('the findings', () => {
  it('tell of a missing combination only where the variable does not set the kind apart anyway', () => {
    const combination = (id: number) => ({
      parts: [
        { kind: 'kind' as const, id },
        { kind: 'attribute' as const, attribute: 'brightness' as const, side: 'low' as const, cut: 0.2 },
      ] as [{ kind: 'kind'; id: number }, { kind: 'attribute'; attribute: 'brightness'; side: 'low'; cut: number }],
      observed: 0,
      expected: 40,
      atMost: 3,
      adjustedPValue: 1e-9,
      images: [[1], [2]] as [number[], number[]],
      drawn: null,
    });
    const bright = { kind: 'attribute' as const, name: 'brightness', delta: about(0.6), median: 0.6, others: 0.3 };
    const composition = {
      spaces: ['features' as const],
      images: 1000,
      tested: 1,
      kinds: [kind(0, null, 1), kind(1, 0, 0.5, { differences: [bright] }), kind(2, 0, 0.5)],
    };
    const missing = { images: 1000, tested: 9, combinations: [combination(1), combination(2)] };
    const told = report({ composition, missing });
    const found = chooseFindings(told, [], noCopies).findings.filter((one) => one.kind === 'missing');
    expect(found).toMatchObject([{ parts: [{ id: 2 }, { attribute: 'brightness' }], next: 'collect' }]);
    expect(said(found[0], told)).toContain('about 40 images would be expected, and there is none (of as many images at most 3, 95 %)');
    const known = report({ composition, missing: { ...missing, combinations: [combination(1)] } });
    expect(kinds(chooseFindings(known, [], noCopies))).not.toContain('missing');
    // Looked for and not found.
    const none = chooseFindings(report({ missing: { ...missing, combinations: [] } }), [], noCopies);
    expect(none.silences.map((silence) => silence.about)).toContain('missing');
  });

  it('are none of a folder in which nothing was found, and why is said', () => {
    const found = chooseFindings(report(), [], noCopies);
    expect(found.findings).toEqual([]);
    expect(found.silences.map(({ about }) => about)).toEqual(['composition', 'two-kinds', 'attributes', 'copies', 'groups']);
    expect(found.silences.map(silenceWords).every((sentence) => sentence.length > 10)).toBe(true);
  });

  it('say of a folder of one picture that too few images differ', () => {
    const copies = { exact: 99, near: 0, different: 1, across: 0, pairs: [[0, 1]] as [number, number][] };
    const found = chooseFindings(report({ factors: null, composition: null, absent: { factors: 'too-few-distinct' } }), [], copies);
    expect(kinds(found)).toEqual(['copies']);
    expect(found.silences.filter(({ why }) => why === 'too-few-distinct').map(({ about }) => about)).toEqual([
      'composition',
      'two-kinds',
      'attributes',
    ]);
  });

  it('begin with the kinds of the whole folder; a variable that parts the same kinds is not told again', () => {
    const differences = [{ kind: 'factor' as const, name: '0', delta: { value: 0.9, low: 0.85, high: 0.95 }, median: 1, others: -1 }];
    const composition = {
      spaces: ['features' as const],
      images: 1000,
      tested: 1,
      kinds: [kind(0, null, 1), kind(1, 0, 0.6, { differences }), kind(2, 0, 0.4), kind(3, 2, 0.2), kind(4, 2, 0.2)],
    };
    const found = chooseFindings(report({ composition, factors: [factor(0, { modes }), factor(1, { modes })] }), [], noCopies);
    expect(found.findings).toMatchObject([
      {
        kind: 'composition',
        kinds: [{ id: 1 }, { id: 2 }],
        images: [
          [10, 11, 12],
          [20, 21, 22],
        ],
      },
      { kind: 'two-kinds', factor: 1, images: [[2], [4]] },
    ]);
    expect(said(found.findings[0], report())).toBe(
      '60 % (58 % to 62 %) of the folder looks like the first pictures, 40 % (38 % to 42 %) like the second.',
    );
    expect(said(found.findings[1], report())).toContain('About half of the folder (53 %, 51 % to 55 %)');
  });

  it('put what makes the rest doubtful first, and copies before attributes only where they are many', () => {
    const dark = {
      attribute: 'brightness' as const,
      side: 'low' as const,
      count: 30,
      share: about(0.03),
      cut: 0.3,
      median: 0.2,
      othersMedian: 0.5,
      adjustedPValue: 0.01,
      images: [1, 2, 3],
    };
    const copies = (exact: number): Copies => ({ exact, near: 0, different: 1000 - exact, across: 0, pairs: [[0, 1]] });
    const unread = report();
    unread.provenance = { ...unread.provenance, skipped: 900, skippedBy: { unreadable: 900 } };
    expect(kinds(chooseFindings(unread, [dark], copies(50)))).toEqual(['unreadable', 'copies', 'attribute']);
    expect(kinds(chooseFindings(report(), [dark], copies(5)))).toEqual(['attribute', 'copies']);
    const unlearnt = report({ factors: [factor(0, { modes })], fit: { meanSquaredError: 0.05, meanImageSquaredError: 0.05 } as never });
    expect(kinds(chooseFindings(unlearnt, [], noCopies))).toEqual(['nothing-learnt']);
  });

  it('follow what a person states, and forget what they take back', () => {
    const stated = { kind: 'label' as const, name: 'cats', low: null, high: null, share: 0.5 };
    const result = { statement: stated, observed: about(0.1), pValue: 1e-9, adjustedPValue: 1e-9, rejected: true };
    const before = { ...report(), ...chooseFindings(report({ factors: [factor(0, { modes })] }), [], noCopies) };
    const after = withExpectations({ ...before, expectations: [result] });
    expect(kinds(after)).toEqual(['expectation', 'two-kinds']);
    expect(said(after.findings[0], after)).toBe(
      'cats: 10.0 % of the images (8.0 % to 12.0 %), where 50.0 % was expected (adjusted p < 0.0001).',
    );
    expect(withExpectations({ ...after, expectations: [{ ...result, rejected: false }] }).findings).toEqual(before.findings);
  });
});

describe('damage', () => {
  const damage = (kind: DamageFinding['kind'], count: number, falseAlarms: number | null): DamageFinding => ({
    kind,
    reason: null,
    count,
    share: about(count / 1000),
    designEffect: 1,
    threshold: 0.4,
    below: true,
    median: 0.9,
    falseAlarms,
    images: Array.from({ length: count }, (_, index) => ({
      index,
      value: 0.1,
      partner: kind === 'mirrored' ? index + 500 : null,
      quarterTurns: null,
    })),
  });

  it('is told where more images are named than chance names, the most images first', () => {
    const found = damageFindings([
      damage('dark', 30, 0.005),
      damage('blurred', 8, 0.005),
      damage('framed', 0, 0.005),
      damage('mirrored', 2, null),
    ]);
    expect(found).toMatchObject([
      { kind: 'damage', damage: 'dark', count: 30, expected: expect.closeTo(5), images: [[0, 1, 2]] },
      {
        kind: 'damage',
        damage: 'mirrored',
        count: 2,
        expected: null,
        images: [
          [500, 0],
          [501, 1],
        ],
      },
    ]);
    expect(said(found[0], report())).toContain(
      'dark even in their brightest parts. Of an undamaged folder of this kind about 5 would be named.',
    );
  });

  it('and the part of its attribute are told once, the one with more images', () => {
    const part = {
      attribute: 'brightness' as const,
      side: 'low' as const,
      count: 40,
      share: about(0.04),
      cut: 0.3,
      median: 0.2,
      othersMedian: 0.5,
      adjustedPValue: 0.01,
      images: [1, 2, 3],
    };
    const told = (dark: number) => kinds(chooseFindings(report({ damage: [damage('dark', dark, 0.005)] }), [part], noCopies));
    expect(told(30)).toEqual(['attribute']);
    expect(told(45)).toEqual(['damage']);
    // Told as the part of low brightness: then it is not said that no damage was named.
    const dark = chooseFindings(report({ damage: [damage('dark', 30, 0.005)] }), [part], noCopies);
    expect(dark.silences.filter(({ about }) => about === 'damage')).toEqual([]);
    const blurred = chooseFindings(report({ damage: [damage('blurred', 30, 0.005)] }), [part], noCopies);
    expect(kinds(blurred)).toEqual(['attribute', 'damage']);
    expect(chooseFindings(report({ damage: [damage('dark', 4, 0.005)] }), [], noCopies).silences).toContainEqual({
      about: 'damage',
      why: 'not-found',
    });
  });
});

describe('leaks', () => {
  const leak = {
    side: 'split' as const,
    from: 'train',
    to: 'test',
    count: 12,
    exact: 4,
    total: 600,
    burst: 0,
    pairs: [[1, 2]] as [number, number][],
  };
  const subfolders = {
    splits: [
      { name: 'train' as const, count: 400 },
      { name: 'test' as const, count: 600 },
    ],
    unsplit: 0,
    labels: [],
    leaks: [leak, { ...leak, side: 'label' as const }],
    leaking: { split: 1, label: 1 },
    shortcuts: [],
    tried: 0,
    labelled: null,
    moved: 12,
  };

  it('between the parts of a split come first, and a split without any is said to be so', () => {
    const found = chooseFindings(report({ subfolders, factors: [factor(0, { modes })] }), [], noCopies);
    expect(kinds(found)).toEqual(['leak', 'two-kinds']);
    expect(said(found.findings[0], report())).toBe('12 images of test (2.0 %) repeat images of train: 4 to the byte, 8 nearly.');
    const none = chooseFindings(report({ subfolders: { ...subfolders, leaks: [] } }), [], noCopies);
    expect(none.silences).toContainEqual({ about: 'leaks', why: 'not-found' });
    expect(chooseFindings(report(), [], noCopies).silences.map(({ about }) => about)).not.toContain('leaks');
  });
});

describe('copies', () => {
  it('are counted by set, those between subfolders apart and shown first', () => {
    const duplicateOf = Int32Array.from([-1, 0, 0, 0, -1, 4, -1]);
    const labels = ['train', 'train', 'train', 'train', 'train', 'test', 'test'];
    expect(summariseCopies({ duplicateOf, exact: 3, near: 1 }, labels)).toEqual({
      exact: 3,
      near: 1,
      different: 3,
      across: 1,
      pairs: [
        [4, 5],
        [0, 1],
      ],
    });
  });
});
