import { expect, test } from 'vitest';
import { whyStrange } from '../../../src/engine/density/outlier-why.ts';
import { heatMapUrl } from '../../../src/report-page/heat-map.ts';

const SIZE = 32;
const LENGTH = SIZE * SIZE * 3;
/** Image 0 is strange: a white square in a corner that the model does not draw. Images 1 to 8 fit; 3 looks most like it. */
const data = new Uint8Array(9 * LENGTH).fill(100);
for (let y = 0; y < 4; y += 1) data.fill(255, (y * SIZE + 28) * 3, (y + 1) * SIZE * 3);
const points = { rows: 9, columns: 2, data: Float32Array.of(1, 0, 0, 1, 0, 1, 0.8, 0.6, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1) };
const why = whyStrange({
  score: Float32Array.of(0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1),
  points,
  attributes: new Map([
    ['brightness', Float32Array.of(0.5, 0.4, 0.5, 0.6, 0.4, 0.5, 0.6, 0.4, 0.6)],
    ['sharpness', Float32Array.of(0, 0.2, 0.3, 0.2, 0.2, 0.3, 0.4, 0.2, 0.3)],
  ]),
  pixels: { count: 9, size: SIZE, channels: 3, data },
  z: { rows: 9, columns: 1, data: new Float32Array(9) },
  decode: () => new Uint8Array(LENGTH).fill(100),
});

test('of a strange image stand the nearest that fits, the attribute farthest out, and where the model misses it', () => {
  const { nearest, attribute, residual } = why(0);
  expect(nearest).toBe(3);
  expect(attribute).toEqual({ attribute: 'sharpness', below: 0.5 / 9 });
  expect(residual).toHaveLength(256);
  residual.forEach((value, cell) => {
    const inside = Math.floor(cell / 16) < 2 && cell % 16 >= 14;
    expect(value).toBeCloseTo(inside ? 155 / 255 : 0, 3);
  });
  expect(why(3).nearest).not.toBe(3);
});

test('a heat map is a bitmap, rows from the top, dark at nothing and bright at its greatest', () => {
  const bytes = Buffer.from(heatMapUrl([0, 1, 0, 0]).replace('data:image/bmp;base64,', ''), 'base64');
  expect(bytes.toString('latin1', 0, 2)).toBe('BM');
  expect([bytes.readInt32LE(18), bytes.readInt32LE(22)]).toEqual([2, -2]);
  // Blue, green, red of the first row's two cells.
  expect([...bytes.subarray(54, 60)]).toEqual([4, 0, 0, 164, 255, 252]);
});
