/** Finishes and measures images on a thread of its own, while the next ones are decoded. */
import { hash } from 'node:crypto';
import { answering } from '../thread/answering.ts';
import { attributesOf, lumaOf } from './attributes.ts';
import { CONTENT_HASH_BYTES } from './fact-table.ts';
import { finishPixels, type Unfinished } from './finish-pixels.ts';
import type { BlockFinished, BlockToFinish } from './finisher.ts';

answering(({ size, unfinished, rgb, gray, contents }: BlockToFinish) => {
  const length = size * size;
  const count = unfinished.length;
  const pixels = new Uint8Array(rgb);
  const luma = new Uint8Array(count * length);
  const values = new Float32Array(count * 4);
  for (let i = 0; i < count; i += 1) {
    const image = finishPixels(pixels.subarray(i * length * 3, (i + 1) * length * 3), size, unfinished[i] as Unfinished);
    const grey = lumaOf(image, luma.subarray(i * length, (i + 1) * length));
    const { brightness, contrast, saturation, sharpness } = attributesOf(image, grey, size);
    values.set([brightness, contrast, saturation, sharpness], i * 4);
  }
  const hashes = new Uint8Array(count * CONTENT_HASH_BYTES);
  for (const [i, content] of contents.entries()) hashes.set(hash('sha256', content, 'buffer'), i * CONTENT_HASH_BYTES);
  const answer: BlockFinished = { rgb, values, luma: gray ? luma : null, hashes };
  return { answer, moved: [rgb, values.buffer, hashes.buffer, ...(gray ? [luma.buffer] : [])] };
});
