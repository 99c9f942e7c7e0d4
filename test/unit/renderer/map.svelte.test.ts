import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BiasReport } from '../../../src/contract/report.ts';
import type { StudyManifest } from '../../../src/contract/study.ts';
import { notices } from '../../../src/renderer/src/state/notices.svelte.ts';
import { Study } from '../../../src/renderer/src/state/study.svelte.ts';
import { LateBridge, settle } from './late-bridge.ts';

const manifest = (labels: string[]) => ({ state: 'done', labels, counts: { usable: 3 }, pcaShares: null }) as unknown as StudyManifest;
const numbers = (...values: number[]) => Float32Array.from(values);

let bridge: LateBridge;
let study: Study;
let leave: () => void;
function open(labels: string[] = []) {
  study = new Study('study-1', manifest(labels));
  leave = $effect.root(() => study.map.follow());
}
beforeEach(() => {
  bridge = new LateBridge();
  notices.list = [];
});
afterEach(() => leave());

describe('layouts', () => {
  test('the answer to a layout that is no longer wanted is dropped', async () => {
    open();
    await settle();
    study.map.choose('umap');
    await settle();
    await bridge.column('umap_x', numbers(1, 2, 3));
    await bridge.column('umap_y', numbers(4, 5, 6));
    expect([...(study.map.positions ?? [])]).toEqual([1, 4, 2, 5, 3, 6]);
    await bridge.column('x', numbers(7, 7, 7));
    await bridge.column('y', numbers(8, 8, 8));
    expect([...(study.map.positions ?? [])]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  test('UMAP is shown first where there is one, unless a person has said which', async () => {
    open();
    await settle();
    expect(study.map.layout).toBe('pca');
    await bridge.column('umap_x', numbers(1, 2, 3));
    expect(study.map.layout).toBe('umap');
    study.map.choose('pca');
    expect(study.map.layout).toBe('pca');
  });

  test('a study without UMAP stays with PCA', async () => {
    open();
    await settle();
    await bridge.column('umap_x', undefined);
    expect([study.map.hasUmap, study.map.layout]).toEqual([false, 'pca']);
  });
});

describe('colours', () => {
  test('the column of a colour that is no longer wanted is dropped, and the legend says what is shown', async () => {
    open(['a', 'b']);
    await settle();
    await bridge.column('x', numbers(1, 2, 3));
    await bridge.column('y', numbers(4, 5, 6));
    study.map.colour('brightness');
    await settle();
    study.map.colour('contrast');
    await settle();
    await bridge.column('contrast', numbers(0, 0.5, 1));
    expect(study.map.painted?.by).toBe('contrast');
    await bridge.column('brightness', numbers(10, 20, 30));
    expect(study.map.painted?.legend).toMatchObject({ kind: 'continuous', low: 0, high: 1 });
    study.map.colour('none');
    expect(study.map.painted?.by).toBe('contrast');
    await settle();
    expect(study.map.painted).toMatchObject({ by: 'none', legend: null });
  });

  test('an unlabelled folder is coloured by kind once the report is there, a labelled one by its folders, and a choice stays', async () => {
    open();
    expect(study.map.colourBy).toBe('group');
    study.report = { latents: [], factors: [], composition: { kinds: [{}, {}, {}] } } as unknown as BiasReport;
    expect(study.map.colourBy).toBe('kind');
    study.manifest = manifest(['a', 'b']);
    expect(study.map.colourBy).toBe('label');
    study.map.colour('bytes');
    study.manifest = manifest([]);
    expect(study.map.colourBy).toBe('bytes');
  });

  test('a category of the legend selects its images', async () => {
    open(['a', 'b']);
    await settle();
    await bridge.column('label', { dictionary: ['a', 'b'], codes: Uint32Array.of(1, 0, 1) });
    study.map.selectCategory(1);
    expect([...study.map.selection]).toEqual([0, 2]);
  });
});

describe('contours', () => {
  const found = (share: number) => ({ levels: [{ share, lines: [] }] });

  test('those of another layout are never shown', async () => {
    open();
    await settle();
    study.map.withContours = true;
    await settle();
    await bridge.answer('contours', found(0.5));
    expect(study.map.contours).toEqual(found(0.5));
    study.map.choose('umap');
    expect(study.map.contours).toBe(null);
    await settle();
    study.map.choose('pca');
    await settle();
    await bridge.answer('contours', found(0.8), ({ layout }) => layout === 'umap');
    expect(study.map.contours).not.toEqual(found(0.8));
    await bridge.answer('contours', found(0.95));
    expect(study.map.contours).toEqual(found(0.95));
  });

  test('a failure is told and unchecks them', async () => {
    open();
    await settle();
    study.map.withContours = true;
    await settle();
    await bridge.fail('contours', { code: 'internal', params: {}, detail: 'no room' });
    expect(study.map.withContours).toBe(false);
    expect(notices.list).toMatchObject([{ kind: 'error', error: { detail: 'no room' } }]);
  });
});

test('an answer that comes when the map is no longer looked at is dropped; what was set up stays', async () => {
  open();
  await settle();
  study.map.select(Uint32Array.of(2), 'replace');
  leave();
  await bridge.column('x', numbers(1, 2, 3));
  await bridge.column('y', numbers(4, 5, 6));
  expect(study.map.positions).toBe(null);
  leave = $effect.root(() => study.map.follow());
  await settle();
  expect([...(study.map.positions ?? [])]).toEqual([1, 4, 2, 5, 3, 6]);
  expect([...study.map.selection]).toEqual([2]);
});

test('adding one image that is selected takes it out again', () => {
  open();
  study.map.select(Uint32Array.of(3, 1), 'replace');
  study.map.select(Uint32Array.of(2, 1), 'add');
  expect([...study.map.selection]).toEqual([1, 2, 3]);
  study.map.select(Uint32Array.of(2), 'add');
  expect([...study.map.selection]).toEqual([1, 3]);
});
