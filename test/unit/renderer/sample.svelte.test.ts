import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BiasReport } from '../../../src/contract/report.ts';
import type { StudyManifest } from '../../../src/contract/study.ts';
import { navigation } from '../../../src/renderer/src/state/navigation.svelte.ts';
import { notices } from '../../../src/renderer/src/state/notices.svelte.ts';
import type { Slider } from '../../../src/renderer/src/state/sliders.ts';
import { Study } from '../../../src/renderer/src/state/study.svelte.ts';
import { LateBridge, settle } from './late-bridge.ts';

const untrained = { state: 'running', options: { latent: 2 }, image: { channels: 1 }, counts: { usable: 40 }, training: null, labels: [] };
const trained = { ...untrained, state: 'done', training: { latent: 2, activeLatents: [0, 1] } };
const latent = (index: number, median: number) => ({
  latent: index,
  active: true,
  kl: 2 - index,
  median,
  mean: 0,
  standardDeviation: 1,
  stripValues: [],
});
const report = { latents: [latent(0, 0.5), latent(1, -0.5)], factors: [] } as unknown as BiasReport;
const code = (...z: number[]) => ({ z: Float32Array.from(z) });

let bridge: LateBridge;
let study: Study;
let leave: () => void;
function open(manifest: object = trained) {
  study = new Study('study-1', manifest as StudyManifest);
  leave = $effect.root(() => study.sample.follow());
}
const place = () => [...study.sample.z];
beforeEach(() => {
  bridge = new LateBridge();
  notices.list = [];
});
afterEach(() => leave());

describe('the place', () => {
  test('is the middle of the data, of the prior before there is a report, until a person moves it', () => {
    open();
    expect(place()).toEqual([0, 0]);
    study.report = report;
    expect(place()).toEqual([0.5, -0.5]);
    study.sample.move(study.sample.sliders[1] as Slider, 2);
    expect(place()).toEqual([0.5, 2]);
    expect(study.sample.stripSlider?.key).toBe(1);
    study.sample.reset();
    expect(place()).toEqual([0.5, -0.5]);
  });

  test('is of the image that was asked for last, whichever code comes last', async () => {
    open();
    void study.sample.startFrom(5);
    void study.sample.startFrom(7);
    await bridge.answer('encode', code(7, 7), ({ image }) => image === 7);
    await bridge.answer('encode', code(5, 5), ({ image }) => image === 5);
    expect([place(), study.sample.origin, study.sample.wanted]).toEqual([[7, 7], 7, '7']);
  });

  test('stays where the hand put it while a code or a draw was on its way', async () => {
    open();
    void study.sample.startFrom(5);
    void study.sample.draw();
    study.sample.move(study.sample.sliders[0] as Slider, 3);
    await bridge.answer('encode', code(5, 5));
    await bridge.answer('draw', code(9, 9));
    expect([place(), study.sample.origin]).toEqual([[3, 0], null]);
  });

  test('of an image that has no code stays, and the reason is told', async () => {
    open();
    void study.sample.startFrom(5);
    await bridge.fail('encode', { code: 'internal', params: {}, detail: 'no such image' });
    expect([place(), study.sample.origin]).toEqual([[0, 0], null]);
    expect(notices.list).toHaveLength(1);
  });

  test('of an image that was asked for before there was a model is taken when there is one', async () => {
    open(untrained);
    study.sample.show(5);
    await settle();
    expect([navigation.view, bridge.waiting('encode')]).toEqual(['sample', []]);
    study.manifest = trained as unknown as StudyManifest;
    await settle();
    await bridge.answer('encode', code(5, 5));
    expect(place()).toEqual([5, 5]);
  });

  test('a number that no image has is not asked for', async () => {
    open();
    for (const wanted of ['', '40', '-1']) {
      study.sample.wanted = wanted;
      await study.sample.startFromWanted();
    }
    expect(bridge.waiting('encode')).toEqual([]);
  });
});

describe('what is shown of it', () => {
  test('is decoded one question at a time, the newest of those that wait', async () => {
    open();
    await settle();
    const slider = study.sample.sliders[0] as Slider;
    for (const value of [1, 2, 3]) {
      study.sample.move(slider, value);
      await settle();
    }
    const asked = () => bridge.waiting('decode').map(({ z }) => z[0]);
    expect(asked()).toEqual([0]);
    await bridge.answer('decode', { n: 1, size: 1, channels: 1, data: Uint8Array.of(1) });
    expect(asked()).toEqual([3]);
  });

  test('neighbours are asked for when the hand rests, and not while nobody looks', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      open();
      const slider = study.sample.sliders[0] as Slider;
      for (const value of [1, 2, 3]) {
        study.sample.move(slider, value);
        flushSync();
        vi.advanceTimersByTime(50);
      }
      expect(bridge.waiting('nearest')).toEqual([]);
      vi.advanceTimersByTime(100);
      expect(bridge.waiting('nearest').map(({ z }) => z[0])).toEqual([3]);
      study.sample.move(slider, 4);
      flushSync();
      leave();
      vi.advanceTimersByTime(1000);
      expect(bridge.waiting('nearest')).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
