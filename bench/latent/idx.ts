import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PixelSet } from '../../src/engine/pixels/pixel-set.ts';

/** The images of an IDX file (LeCun's format: 16 bytes of header, then pixels). */
async function readIdx(path: string): Promise<PixelSet> {
  const bytes = gunzipSync(await readFile(path));
  const [count, size] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
  return { count, size, channels: 1, data: new Uint8Array(bytes.buffer, bytes.byteOffset + 16, count * size * size) };
}

/** Fashion-MNIST's 60,000 training images followed by its 10,000 test images; the test images alone where a folder lacks the others. */
export async function fashionMnist(folder: string): Promise<PixelSet> {
  const test = await readIdx(join(folder, 't10k-images-idx3-ubyte.gz'));
  const train = await readIdx(join(folder, 'train-images-idx3-ubyte.gz')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!train) return test;
  const data = new Uint8Array(train.data.length + test.data.length);
  data.set(train.data);
  data.set(test.data, train.data.length);
  return { ...train, count: train.count + test.count, data };
}
