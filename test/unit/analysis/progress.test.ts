import { expect, test } from 'vitest';
import type { ProgressFrame } from '../../../src/contract/analysis.ts';
import { ProgressReporter } from '../../../src/engine/analysis/progress.ts';

function reporter() {
  let now = 0;
  const frames: ProgressFrame[] = [];
  const one = new ProgressReporter(
    'run',
    'study',
    (frame) => frames.push(frame),
    () => now,
  );
  return { one, frames, pass: (milliseconds: number) => (now += milliseconds) };
}

test('says at most twenty frames a second, and the first of a phase at once', () => {
  const { one, frames, pass } = reporter();
  one.begin('decode', 1000);
  for (let done = 1; done <= 1000; done += 1) {
    pass(1);
    one.update(done);
  }
  expect(frames.length).toBeGreaterThan(15);
  expect(frames.length).toBeLessThanOrEqual(21);
  const before = frames.length;
  one.begin('encode', 10);
  expect(frames.length).toBe(before + 1);
  expect(frames.at(-1)).toMatchObject({ phase: 'encode', done: 0, total: 10 });
});

test('takes the rate over the last seconds, so that the time left follows what the machine does now', () => {
  const { one, frames, pass } = reporter();
  one.begin('decode', 10_000);
  for (let i = 1; i <= 50; i += 1) {
    pass(100);
    one.update(i * 10);
  }
  expect(frames.at(-1)?.rate).toBeCloseTo(100, 0);
  for (let i = 1; i <= 50; i += 1) {
    pass(100);
    one.update(500 + i * 50);
  }
  expect(frames.at(-1)?.rate).toBeCloseTo(500, 0);
  expect(frames.at(-1)?.secondsLeft).toBeCloseTo((10_000 - 3000) / 500, 0);
});

test('sends a map once, and adds up the seconds of each phase', () => {
  const { one, frames, pass } = reporter();
  one.begin('train', 10);
  pass(60);
  one.map({ indices: Uint32Array.of(0), positions: Float32Array.of(1, 2) });
  pass(60);
  one.update(1);
  expect(frames.map((frame) => frame.map !== null)).toEqual([false, true, false]);
  pass(880);
  one.begin('encode');
  pass(500);
  one.finish();
  expect(one.timings.train).toBe(1);
  expect(one.timings.encode).toBe(0.5);
});
