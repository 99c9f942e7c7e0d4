import { answering } from '../../../src/engine/thread/answering.ts';

/** Doubles bytes in place; an empty buffer ends the thread. */
answering((buffer: ArrayBuffer) => {
  const bytes = new Uint8Array(buffer);
  if (bytes.length === 0) throw new Error('nothing to double');
  bytes.forEach((value, i) => {
    bytes[i] = value * 2;
  });
  return { answer: buffer, moved: [buffer] };
});
