import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StudyManifest } from '../../../src/contract/study.ts';
import { DataState } from '../../../src/renderer/src/state/data.svelte.ts';
import { notices } from '../../../src/renderer/src/state/notices.svelte.ts';
import { Study } from '../../../src/renderer/src/state/study.svelte.ts';
import { LateBridge, settle } from './late-bridge.ts';

const manifest = (more: object = {}) =>
  ({ state: 'done', labels: ['a', 'b'], counts: { usable: 4, skipped: 0 }, training: null, ...more }) as unknown as StudyManifest;

let bridge: LateBridge;
let study: Study;
let data: DataState;
let leave: () => void;
function open(of = manifest()) {
  study = new Study('study-1', of);
  data = new DataState(study);
  leave = $effect.root(() => data.follow());
}
const order = () => data.order && [...data.order];
beforeEach(() => {
  bridge = new LateBridge();
  notices.list = [];
});
afterEach(() => leave());

describe('the contact sheet', () => {
  test('is in the order asked for last; an order that comes late is dropped', async () => {
    open();
    expect([order(), data.total]).toEqual([null, 4]);
    data.sort = 'brightness';
    await settle();
    data.sort = 'contrast';
    data.descending = false;
    await settle();
    await bridge.column('contrast', Float32Array.of(0.3, 0.1, 0.4, 0.2));
    expect(order()).toEqual([1, 3, 0, 2]);
    await bridge.column('brightness', Float32Array.of(1, 2, 3, 4));
    expect(order()).toEqual([1, 3, 0, 2]);
    data.sort = 'index';
    await settle();
    expect(order()).toBe(null);
  });

  test('has images without a value last, upwards and downwards', async () => {
    open();
    data.sort = 'elbo';
    await settle();
    await bridge.column('elbo', Float32Array.of(Number.NaN, 2, Number.NaN, 7));
    expect(order()).toEqual([3, 1, 0, 2]);
    data.descending = false;
    await settle();
    expect(order()).toEqual([1, 3, 0, 2]);
  });

  test('shows one folder alone, whatever order its labels have in the table', async () => {
    open();
    data.label = 1;
    await settle();
    await bridge.column('label', { dictionary: ['b', 'a'], codes: Uint32Array.of(0, 1, 1, 0) });
    expect([order(), data.total]).toEqual([[0, 3], 2]);
  });
});

test('sizes are counted, the most frequent first, of very long images too', async () => {
  open();
  await settle();
  await bridge.column('width', Int32Array.of(20, 3, 20, 20));
  await bridge.column('height', Int32Array.of(10, 200_000, 10, 30));
  expect(data.sizes.most).toEqual([
    { width: 20, height: 10, count: 2 },
    { width: 20, height: 30, count: 1 },
    { width: 3, height: 200_000, count: 1 },
  ]);
  expect(data.sizes.others).toBe(0);
});

describe('skipped files', () => {
  const counts = { usable: 4, skipped: 1 };
  const file = { path: 'a.jpg', reason: 'truncated' as const, detail: '' };

  test('are listed, and are no fault while the run that writes them goes on', async () => {
    open(manifest({ state: 'running', counts }));
    await settle();
    await bridge.fail('skipped', { code: 'study-incomplete', params: {}, detail: '' });
    expect([data.skipped, notices.list]).toEqual([[], []]);
    study.manifest = manifest({ counts });
    await settle();
    await bridge.answer('skipped', [file]);
    expect(data.skipped).toEqual([file]);
  });

  test('that cannot be read are told', async () => {
    open(manifest({ counts }));
    await settle();
    await bridge.fail('skipped', { code: 'internal', params: {}, detail: 'damaged' });
    expect(notices.list).toMatchObject([{ kind: 'error', error: { detail: 'damaged' } }]);
  });

  test('are not asked for where there are none', async () => {
    open();
    await settle();
    expect(bridge.waiting('skipped')).toEqual([]);
  });
});
