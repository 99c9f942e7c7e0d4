import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodePng } from '../../../src/engine/pixels/png.ts';

test('the PNG holds the pixels it was given', () => {
  const png = Buffer.from(encodePng(Uint8Array.from([1, 2, 3, 4, 5, 6]), 2, 1, 3));
  const at = png.indexOf('IDAT');
  expect([...inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))]).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
