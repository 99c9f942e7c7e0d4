import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { Thread } from '../../../src/engine/thread/thread.ts';

const begin = () => new Thread<ArrayBuffer, ArrayBuffer>(new URL('./echo.worker.ts', import.meta.url));
const double = async (thread: Thread<ArrayBuffer, ArrayBuffer>, ...values: number[]) => {
  const { buffer } = Uint8Array.from(values);
  return [...new Uint8Array(await thread.ask(buffer, [buffer]))];
};

it('answers each question with its own answer, and takes the buffers over', async () => {
  const thread = begin();
  const { buffer } = Uint8Array.of(7);
  const [first, second, third] = await Promise.all([double(thread, 1, 2), double(thread, 3), thread.ask(buffer, [buffer])]);
  expect([first, second, [...new Uint8Array(third)]]).toEqual([[2, 4], [6], [14]]);
  expect(buffer.byteLength).toBe(0);
  expect(thread.runs).toBe(true);
});

it('that ends by a fault fails what was asked of it, and the next question begins another', async () => {
  const thread = begin();
  const asked = [double(thread, 1), double(thread), double(thread, 2)];
  const results = await Promise.allSettled(asked);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(String((results[1] as PromiseRejectedResult).reason)).toContain('nothing to double');
  expect(await double(thread, 4)).toEqual([8]);
});

it('that was begun and never asked keeps no process alive', async () => {
  const began = performance.now();
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL('./idle.ts', import.meta.url))], { timeout: 20_000 });
  expect(performance.now() - began).toBeLessThan(20_000);
});
