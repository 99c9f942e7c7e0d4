import { describe, expect, it } from 'vitest';
import { LiveProjection } from '../../../src/engine/latent/live-projection.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';

function cloud(seed: number): Matrix {
  const random = new Random(seed);
  // The two leading deviations are almost equal: the case in which eigenvectors swap.
  const deviations = [2, 1.99, 1, 0.5];
  return { rows: 500, columns: 4, data: Float32Array.from({ length: 2000 }, (_, i) => (deviations[i % 4] as number) * random.normal()) };
}

function largestMove(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

describe('the live projection', () => {
  it('does not jump when the latents are mirrored or their order changes', () => {
    const projection = new LiveProjection();
    const z = cloud(1);
    const first = projection.next(z);
    const mirrored = { ...z, data: z.data.map((value, i) => (i % 4 === 0 ? -value : value)) };
    expect(largestMove(projection.next(mirrored), first)).toBeLessThan(1e-4);
    const swapped = { ...z, data: z.data.map((_, i) => z.data[i % 4 < 2 ? i - (i % 4) + 1 - (i % 4) : i] as number) };
    expect(largestMove(projection.next(swapped), first)).toBeLessThan(1e-4);
  });

  it('does not jump while the latents turn slowly or tremble', () => {
    const projection = new LiveProjection();
    const random = new Random(2);
    const z = cloud(3);
    let before = projection.next(z);
    for (let frame = 0; frame < 50; frame += 1) {
      for (let i = 0; i < z.data.length; i += 1) z.data[i] = (z.data[i] as number) + 0.01 * random.normal();
      const now = projection.next(z);
      expect(largestMove(now, before)).toBeLessThan(0.2);
      before = now;
    }
  });

  it('keeps distances: its axes are orthonormal', () => {
    const z: Matrix = { rows: 3, columns: 2, data: Float32Array.of(0, 0, 3, 4, -6, 1) };
    const p = new LiveProjection().next(z);
    expect(Math.hypot((p[2] as number) - (p[0] as number), (p[3] as number) - (p[1] as number))).toBeCloseTo(5, 4);
  });

  it('starts anew when the number of images changes', () => {
    const projection = new LiveProjection();
    projection.next(cloud(4));
    expect(projection.next({ rows: 2, columns: 2, data: Float32Array.of(1, 0, -1, 0) })).toEqual(Float32Array.of(1, 0, -1, 0));
  });
});
