/** Measures images on a thread of its own, while the next ones are decoded. */
import { parentPort } from 'node:worker_threads';
import type { BlockMeasured, BlockToMeasure } from './attribute-thread.ts';
import { attributesOf, lumaOf } from './attributes.ts';

const port = parentPort;
if (!port) throw new Error('this file is a worker');

port.on('message', ({ id, size, count, rgb }: BlockToMeasure) => {
  const length = size * size;
  const pixels = new Uint8Array(rgb);
  const luma = new Uint8Array(count * length);
  const values = new Float32Array(count * 4);
  for (let i = 0; i < count; i += 1) {
    const image = pixels.subarray(i * length * 3, (i + 1) * length * 3);
    const grey = lumaOf(image, luma.subarray(i * length, (i + 1) * length));
    const { brightness, contrast, saturation, sharpness } = attributesOf(image, grey, size);
    values.set([brightness, contrast, saturation, sharpness], i * 4);
  }
  const answer: BlockMeasured = { id, values, luma };
  port.postMessage(answer, [values.buffer, luma.buffer]);
});
