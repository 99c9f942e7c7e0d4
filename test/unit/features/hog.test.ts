import { expect, test } from 'vitest';
import { hogFeatures } from '../../../src/engine/features/hog.ts';
import { Random } from '../../../src/engine/random.ts';

const SIZE = 28;
const random = new Random(5);
const COUNT = 70;
const smooth = Uint8Array.from({ length: COUNT * SIZE * SIZE }, (_, i) => {
  const [image, y, x] = [Math.floor(i / SIZE ** 2), Math.floor(i / SIZE) % SIZE, i % SIZE];
  return Math.max(0, Math.min(255, Math.round(128 + 90 * Math.sin((x * (image % 7) + y * (image % 5)) / 6) + 8 * random.normal())));
});
const set = (data: Uint8Array) => ({ count: COUNT, size: SIZE, channels: 1 as const, data });

/** The same pixel by pixel: the documented formula without tensors. */
function direct(image: Uint8Array): number[] {
  const edge = SIZE / 4;
  const at = (y: number, x: number) =>
    (image[Math.max(0, Math.min(SIZE - 1, y)) * SIZE + Math.max(0, Math.min(SIZE - 1, x))] as number) / 255;
  const cells = new Float64Array(edge * edge * 9);
  for (let y = 0; y < SIZE; y += 1)
    for (let x = 0; x < SIZE; x += 1) {
      const [gx, gy] = [at(y, x + 1) - at(y, x - 1), at(y + 1, x) - at(y - 1, x)];
      for (let k = 0; k < 9; k += 1) {
        const near = Math.max(0, Math.cos(2 * Math.atan2(gy, gx) - (2 * Math.PI * k) / 9));
        const cell = (Math.floor(y / 4) * edge + Math.floor(x / 4)) * 9 + k;
        cells[cell] = (cells[cell] as number) + (Math.hypot(gx, gy) * near ** 4) / 16;
      }
    }
  const energy = (y: number, x: number) =>
    cells.subarray((y * edge + x) * 9, (y * edge + x + 1) * 9).reduce((sum, value) => sum + value ** 2, 0);
  return Array.from(cells, (value, i) => {
    const [y, x] = [Math.floor(i / 9 / edge), Math.floor(i / 9) % edge];
    const near = [0, 1].flatMap((dy) => [0, 1].flatMap((dx) => (y + dy < edge && x + dx < edge ? [energy(y + dy, x + dx)] : [])));
    const mean = near.reduce((sum, one) => sum + one, 0) / near.length;
    return Math.min(0.6, value / (2 * Math.sqrt(mean) + 0.02));
  });
}

test('is the formula computed pixel by pixel', async () => {
  const { rows, columns, data } = await hogFeatures(set(smooth));
  expect([rows, columns]).toEqual([COUNT, 7 * 7 * 9]);
  for (const image of [0, 3, 69]) {
    const expected = direct(smooth.subarray(image * SIZE ** 2, (image + 1) * SIZE ** 2));
    expected.forEach((value, i) => {
      expect(Math.abs((data[image * columns + i] as number) - value)).toBeLessThan(1e-4);
    });
  }
});

test('does not see inverted polarity', async () => {
  const [plain, inverted] = [await hogFeatures(set(smooth)), await hogFeatures(set(smooth.map((value) => 255 - value)))];
  plain.data.forEach((value, i) => {
    expect(Math.abs(value - (inverted.data[i] as number))).toBeLessThan(1e-4);
  });
});

test('sees a quarter turn', async () => {
  const turned = smooth.map((_, i) => {
    const [image, y, x] = [Math.floor(i / SIZE ** 2), Math.floor(i / SIZE) % SIZE, i % SIZE];
    return smooth[image * SIZE ** 2 + x * SIZE + (SIZE - 1 - y)] as number;
  });
  const [plain, other] = [await hogFeatures(set(smooth)), await hogFeatures(set(turned))];
  const difference = plain.data.reduce((sum, value, i) => sum + Math.abs(value - (other.data[i] as number)), 0) / plain.data.length;
  expect(difference).toBeGreaterThan(0.03);
});
