import { beforeEach, expect, test } from 'vitest';
import type { BiasReport, Expectation } from '../../../src/contract/report.ts';
import { ExpectationDraft, statementOf } from '../../../src/renderer/src/state/expectation-draft.svelte.ts';
import { Study } from '../../../src/renderer/src/state/study.svelte.ts';
import { LateBridge } from './late-bridge.ts';

const stated: Expectation = { kind: 'label', name: 'a:b', low: null, high: null, share: 0.07 };
const report = (expectations: Expectation[]) =>
  ({
    attributes: [{ name: 'contrast' }],
    latents: [
      { latent: 3, active: true },
      { latent: 4, active: false },
    ],
    groups: [],
    factors: [],
    expectations: expectations.map((statement) => ({ statement })),
  }) as unknown as BiasReport;

let bridge: LateBridge;
let study: Study;
let draft: ExpectationDraft;
beforeEach(() => {
  bridge = new LateBridge();
  study = new Study('study-1');
  study.report = report([stated]);
  draft = new ExpectationDraft(study);
});

test.each([
  [
    { subject: 'attribute:contrast', low: 0.2, high: null, percent: 50 },
    { kind: 'attribute', name: 'contrast', low: 0.2, high: null, share: 0.5 },
  ],
  [{ subject: 'label:a:b', low: 1, high: 0, percent: 7 }, stated],
  [{ subject: 'attribute:contrast', low: 0.6, high: 0.2, percent: 50 }, null],
  [{ subject: 'attribute:contrast', low: null, high: null, percent: 50 }, null],
  [{ subject: 'label:a:b', low: null, high: null, percent: 101 }, null],
  [{ subject: 'label:a:b', low: null, high: null, percent: null }, null],
])('%o states %o', (row, statement) => {
  expect(statementOf(row)).toEqual(statement);
});

test('begins with what was stated, which is no change', () => {
  expect(draft.rows).toEqual([{ subject: 'label:a:b', low: null, high: null, percent: 7 }]);
  expect([draft.changed, draft.testable]).toEqual([false, true]);
  expect(draft.subjects.flatMap(({ all }) => all.map(({ name }) => name))).toEqual(['contrast', 'z_03']);
});

test('a row that makes no sense is named, and nothing is sent', async () => {
  draft.add();
  expect(draft.rows[1]?.subject).toBe('attribute:contrast');
  await draft.test();
  expect([draft.wrong, bridge.waiting('testExpectations')]).toEqual([2, []]);
  draft.remove(1);
  expect([draft.wrong, draft.changed]).toEqual([null, false]);
});

test('is tested once at a time, and its report read anew; what is typed meanwhile stays', async () => {
  draft.remove(0);
  void draft.test();
  void draft.test();
  expect(bridge.waiting('testExpectations')).toEqual([{ studyId: 'study-1', statements: [] }]);
  draft.add();
  await bridge.answer('testExpectations', []);
  expect(draft.busy).toBe(true);
  await bridge.answer('report', report([]));
  expect([draft.busy, draft.rows.length, study.report?.expectations]).toEqual([false, 1, []]);
});
