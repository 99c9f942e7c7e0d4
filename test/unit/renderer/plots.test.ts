import { describe, expect, test } from 'vitest';
import { axisWords } from '../../../src/renderer/src/plots/axis-words.ts';
import { continuous, pack } from '../../../src/renderer/src/plots/colour-scales.ts';
import { byCategory, byValue, emphasise, robustRange } from '../../../src/renderer/src/plots/point-colours.ts';
import { pointSize, shuffledOrder } from '../../../src/renderer/src/plots/point-renderer.ts';
import { contains } from '../../../src/renderer/src/plots/polygon.ts';
import { extentOf, fitted, pan, toData, toScreen, zoomAbout } from '../../../src/renderer/src/plots/view-transform.ts';
import { Latest } from '../../../src/renderer/src/state/latest.ts';
import { along } from '../../../src/report-page/latents.ts';

const size = { width: 800, height: 600 };

describe('the view of the plane', () => {
  test('screen and data are inverse, with y upwards', () => {
    const view = { x: 2, y: -1, scale: 30 };
    const [x, y] = toData(view, size, 123, 456);
    const [px, py] = toScreen(view, size, x, y);
    expect([px, py].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([123, 456]);
    expect(toScreen(view, size, 2, 0)[1]).toBeLessThan(300);
  });

  test('what lies under the cursor stays there while the wheel turns', () => {
    const view = { x: 2, y: -1, scale: 30 };
    const before = toData(view, size, 200, 100);
    const after = toData(zoomAbout(view, size, 200, 100, 1.7), size, 200, 100);
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
  });

  test('a point moves with the hand', () => {
    const view = { x: 0, y: 0, scale: 10 };
    const moved = toScreen(pan(view, 15, -20), size, 1, 1);
    const still = toScreen(view, size, 1, 1);
    expect([moved[0] - still[0], moved[1] - still[1]]).toEqual([15, -20]);
  });

  test('the whole extent fits inside its margin, and points without a place do not count', () => {
    const extent = extentOf(new Float32Array([0, 0, 10, 2, Number.NaN, 5, -4, 1]));
    expect(extent).toEqual({ left: -4, right: 10, bottom: 0, top: 2 });
    const view = fitted(extent as NonNullable<typeof extent>, size, 40);
    const [left] = toScreen(view, size, -4, 0);
    const [right] = toScreen(view, size, 10, 0);
    expect(left).toBeGreaterThanOrEqual(39.9);
    expect(right).toBeLessThanOrEqual(760.1);
  });
});

describe('points', () => {
  test('the drawing order holds every point once and repeats', () => {
    const order = shuffledOrder(10_000);
    expect(new Set(order).size).toBe(10_000);
    expect(shuffledOrder(10_000)).toEqual(order);
    // Any first share is a sample of the whole: its mean index is near the middle.
    const head = order.subarray(0, 1000);
    expect(Math.abs(head.reduce((sum, i) => sum + i, 0) / 1000 - 5000)).toBeLessThan(350);
  });

  test('fewer points are larger, and none vanishes', () => {
    expect(pointSize(300, 1)).toBeGreaterThan(pointSize(10_000, 1));
    expect(pointSize(1e6, 1)).toBeGreaterThan(1);
  });

  test('a lasso holds what lies inside it by the even-odd rule', () => {
    const star = new Float32Array([0, 0, 4, 0, 4, 4, 2, 1, 0, 4]);
    expect(contains(star, 1, 1)).toBe(true);
    expect(contains(star, 2, 3)).toBe(false);
    expect(contains(star, 5, 1)).toBe(false);
  });
});

describe('colours', () => {
  test('are packed as bytes R, G, B, A', () => {
    expect([...new Uint8Array(Uint32Array.of(pack(0x112233, 1)).buffer)]).toEqual([0x11, 0x22, 0x33, 255]);
  });

  test('run from low to high with growing lightness', () => {
    const light = [0, 0.25, 0.5, 0.75, 1].map((t) => {
      const c = continuous(t, 'dark');
      return 0.2126 * (c >> 16) + 0.7152 * ((c >> 8) & 255) + 0.0722 * (c & 255);
    });
    expect(light).toEqual([...light].sort((a, b) => a - b));
  });

  test('one wild value does not flatten the scale, and a missing one is counted', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);
    values[0] = 1e9;
    values[1] = Number.NaN;
    const [low, high] = robustRange(values);
    expect(low).toBeLessThan(0.03);
    expect(high).toBeLessThan(1.01);
    const painted = byValue(values, 'light');
    expect(painted.legend).toMatchObject({ kind: 'continuous', missing: 1 });
  });

  test('the largest categories have a colour each, the rest share one, and none is left out of the legend', () => {
    const codes = Int32Array.from({ length: 3000 }, (_, i) => (i % 30 === 0 ? -1 : i % 20));
    const { legend } = byCategory(codes, String, 'light');
    if (legend?.kind !== 'categorical') throw new Error('not categorical');
    expect(legend.entries.length).toBe(12);
    expect(new Set(legend.entries.map((entry) => entry.colour)).size).toBe(12);
    expect(legend.entries.reduce((sum, entry) => sum + entry.count, 0) + legend.other).toBe(3000);
  });

  test('a selection stands out: its points keep their colour', () => {
    const colours = new Uint32Array(5).fill(pack(0x0072b2, 0.9));
    const shown = emphasise(colours, Uint32Array.of(2), 'light');
    expect((shown[2] as number) & 0xffffff).toBe((colours[2] as number) & 0xffffff);
    expect(shown[1]).not.toBe(colours[1]);
  });
});

test('a strip changes one latent and leaves the others', () => {
  expect([...along(new Float32Array([1, 2, 3]), 1, [7, 8])]).toEqual([1, 7, 3, 1, 8, 3]);
});

test('of the questions that wait, only the latest is asked', async () => {
  const asked: number[] = [];
  const taken: number[] = [];
  let release: () => void = () => undefined;
  const latest = new Latest<number, number>(
    async (question) => {
      asked.push(question);
      if (question === 1) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return question * 10;
    },
    (answer) => taken.push(answer),
    (error) => {
      throw error;
    },
  );
  for (const question of [1, 2, 3, 4]) latest.ask(question);
  release();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(asked).toEqual([1, 4]);
  expect(taken).toEqual([10, 40]);
});

test.each([
  [[105, 105.5, 106, 106.5], 0.5, ['105', '105.5', '106', '106.5']],
  [[-18_500, -18_000], 500, ['−18,500', '−18,000']],
  [[0, 0.001, 0.002], 0.001, ['0', '0.001', '0.002']],
  [[1000.02, 1000.04], 0.02, ['1000.02', '1000.04']],
])('neighbouring marks of an axis read differently: %j', (marks, step, words) => {
  expect(axisWords(marks, step)).toEqual(words);
});
