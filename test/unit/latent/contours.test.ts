import { describe, expect, it } from 'vitest';
import { densityContours } from '../../../src/engine/latent/contours.ts';
import { Random } from '../../../src/engine/random.ts';

function inside(lines: Float32Array[], x: number, y: number): boolean {
  let crossings = 0;
  for (const line of lines) {
    for (let i = 0; i + 3 < line.length; i += 2) {
      const [x0, y0, x1, y1] = line.slice(i, i + 4) as unknown as [number, number, number, number];
      if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) crossings += 1;
    }
  }
  return crossings % 2 === 1;
}

describe('density contours', () => {
  it('hold the shares of the images that they say, in two lumps', async () => {
    const random = new Random(1);
    const positions = Float32Array.from({ length: 8000 }, (_, i) => random.normal() + (i % 4 === 0 ? 8 : 0));
    const { levels } = await densityContours(positions);
    expect(levels.map(({ share }) => share)).toEqual([0.5, 0.8, 0.95]);
    for (const { share, lines } of levels) {
      let held = 0;
      for (let i = 0; i < 4000; i += 1) if (inside(lines, positions[2 * i] as number, positions[2 * i + 1] as number)) held += 1;
      expect(held / 4000).toBeCloseTo(share, 1);
      for (const line of lines) {
        expect(line[0]).toBeCloseTo(line[line.length - 2] as number, 5);
        expect(line[1]).toBeCloseTo(line[line.length - 1] as number, 5);
      }
    }
    expect(levels[2]?.lines.length).toBeGreaterThanOrEqual(2);
  });

  it('of one normal are circles of the chi-square radius', async () => {
    const random = new Random(2);
    const positions = Float32Array.from({ length: 60_000 }, () => random.normal());
    const { levels } = await densityContours(positions, { levels: [0.5] });
    const line = levels[0]?.lines.reduce((a, b) => (a.length > b.length ? a : b));
    if (!line) throw new Error('no line');
    const radii = Array.from({ length: line.length / 2 }, (_, i) => Math.hypot(line[2 * i] as number, line[2 * i + 1] as number));
    expect(radii.reduce((a, b) => a + b, 0) / radii.length).toBeCloseTo(Math.sqrt(2 * Math.log(2)), 1);
  });

  it('are closed where the densest images lie at the edge of all', async () => {
    const random = new Random(3);
    const n = 2000;
    // Most on a short line that is the left edge, a few far from it and from each other.
    const positions = Float32Array.from({ length: 2 * n }, (_, i) => {
      if (i % 16 < 14) return i % 2 === 0 ? 0 : random.normal() * 0.02;
      return i % 2 === 0 ? 40 * random.uniform() : 40 * random.uniform() - 20;
    });
    const { levels } = await densityContours(positions, { levels: [0.95] });
    const lines = levels[0]?.lines ?? [];
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect([line[0], line[1]]).toEqual([line[line.length - 2], line[line.length - 1]]);
    let held = 0;
    for (let i = 0; i < n; i += 1) if (inside(lines, positions[2 * i] as number, positions[2 * i + 1] as number)) held += 1;
    expect(held / n).toBeCloseTo(0.95, 1);
  });

  it('of images in one place do not fall over', async () => {
    const { levels } = await densityContours(new Float32Array(40).fill(2));
    expect(levels.every(({ lines }) => lines.every((line) => line.every(Number.isFinite)))).toBe(true);
  });
});
