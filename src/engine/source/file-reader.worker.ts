/** Reads files on a thread of its own, so that a file's way from the disk costs the engine's own thread nothing. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { answering } from '../thread/answering.ts';
import type { FilesRead } from './file-reader.ts';

/** One after the other is fastest where a read takes microseconds; where each waits longer (a network, a spinning disk), many at once. */
const SLOW_READ_MILLISECONDS = 1;
let slow = false;

type Outcome = Uint8Array | { error: string };

function readNow(file: string): Outcome {
  try {
    return readFileSync(file);
  } catch (error) {
    return { error: String(error) };
  }
}

function packed(outcomes: readonly Outcome[]): FilesRead {
  const bytes = outcomes.reduce((sum, one) => sum + ('error' in one ? 0 : one.length), 0);
  const buffer = new ArrayBuffer(bytes);
  const all = new Uint8Array(buffer);
  let at = 0;
  const files = outcomes.map((one) => {
    if ('error' in one) return one;
    all.set(one, at);
    at += one.length;
    return { start: at - one.length, length: one.length };
  });
  return { buffer, files };
}

answering(async (files: string[]) => {
  let outcomes: Outcome[];
  if (slow) outcomes = await Promise.all(files.map((file) => readFile(file).catch((error: unknown) => ({ error: String(error) }))));
  else {
    const started = performance.now();
    outcomes = files.map(readNow);
    slow = (performance.now() - started) / files.length > SLOW_READ_MILLISECONDS;
  }
  const answer = packed(outcomes);
  return { answer, moved: [answer.buffer] };
});
