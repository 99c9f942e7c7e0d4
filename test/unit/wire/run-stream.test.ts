import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProgressFrame, TerminalMessage } from '../../../src/contract/analysis.ts';
import { RunStream } from '../../../src/wire/run-stream.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const frame = (done: number, map: ProgressFrame['map'] = null, phase: ProgressFrame['phase'] = 'train'): ProgressFrame => ({
  kind: 'progress',
  runId: 'r',
  studyId: 'study-00',
  phase,
  done,
  total: 100,
  rate: 1,
  secondsLeft: 1,
  elapsedSeconds: 1,
  skipped: 0,
  training: null,
  map,
});
const terminal: TerminalMessage = { kind: 'terminal', runId: 'r', studyId: 'study-00', outcome: 'done', error: null };

function listen(acknowledgeAtOnce: boolean) {
  const frames: ProgressFrame[] = [];
  const terminals: TerminalMessage[] = [];
  const stream: RunStream = new RunStream(
    {
      progress(one) {
        frames.push(one);
        if (acknowledgeAtOnce) queueMicrotask(() => stream.acknowledge());
      },
      terminal: (message) => terminals.push(message),
    },
    () => Date.now(),
  );
  return { stream, frames, terminals };
}

test('at most twenty frames a second pass, and the last one always does', async () => {
  const { stream, frames } = listen(true);
  for (let i = 0; i < 1000; i += 1) {
    stream.push(frame(i));
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(frames.length).toBeGreaterThanOrEqual(19);
  expect(frames.length).toBeLessThanOrEqual(21);
  expect(frames.at(-1)?.done).toBe(999);
});

test('one frame at most is on its way; the latest follows its acknowledgement', async () => {
  const { stream, frames } = listen(false);
  for (let i = 0; i < 10; i += 1) {
    stream.push(frame(i));
    await vi.advanceTimersByTimeAsync(60);
  }
  expect(frames.map(({ done }) => done)).toEqual([0]);
  stream.acknowledge();
  expect(frames.map(({ done }) => done)).toEqual([0, 9]);
});

test('a listener that never acknowledges (a page that reloads) is tried again after a while', async () => {
  const { stream, frames } = listen(false);
  stream.push(frame(1));
  stream.push(frame(2));
  await vi.advanceTimersByTimeAsync(1900);
  expect(frames).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(frames.map(({ done }) => done)).toEqual([1, 2]);
});

test('a terminal message is never held back, and no older frame comes after it', async () => {
  const { stream, frames, terminals } = listen(false);
  stream.push(frame(1));
  stream.push(frame(2));
  stream.push(terminal);
  expect(terminals).toEqual([terminal]);
  stream.acknowledge();
  await vi.advanceTimersByTimeAsync(5000);
  expect(frames).toHaveLength(1);
});

test('a map in a frame that is replaced is handed on within its phase', async () => {
  const { stream, frames } = listen(false);
  const map = { indices: Uint32Array.of(0), positions: Float32Array.of(1, 2) };
  stream.push(frame(1));
  stream.push(frame(2, map));
  stream.push(frame(3));
  stream.acknowledge();
  await vi.advanceTimersByTimeAsync(60);
  expect(frames.at(-1)).toMatchObject({ done: 3, map });
  stream.push(frame(4, map));
  stream.push(frame(0, null, 'encode'));
  stream.acknowledge();
  await vi.advanceTimersByTimeAsync(60);
  expect(frames.at(-1)).toMatchObject({ phase: 'encode', map: null });
});
