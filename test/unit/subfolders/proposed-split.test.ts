import { describe, expect, it } from 'vitest';
import { splitNames } from '../../../src/contract/subfolders.ts';
import { Random } from '../../../src/engine/random.ts';
import { proposeSplits } from '../../../src/engine/subfolders/proposed-split.ts';

/** 3,000 images of kinds in parts of 70, 25, 4 and 1 %, some in clusters of up to 12. */
function folder() {
  const random = new Random(3);
  const cluster = new Int32Array(3000);
  const kind = new Int32Array(3000);
  for (let i = 0; i < 3000; ) {
    const size = random.uniform() < 0.2 ? 1 + random.integer(12) : 1;
    const u = random.uniform();
    const of = u < 0.7 ? 1 : u < 0.95 ? 2 : u < 0.99 ? 3 : -1;
    const first = i;
    for (; i < Math.min(3000, first + size); i += 1) {
      cluster[i] = first;
      kind[i] = of;
    }
  }
  return { cluster, kind };
}
const share = (parts: readonly unknown[], name: string) => parts.filter((part) => part === name).length / parts.length;

describe('a proposed split', () => {
  it('leaves every cluster whole and has the same share of every kind in each part', () => {
    const { cluster, kind } = folder();
    const { proposed, mended } = proposeSplits({ cluster, kind, present: Array.from(cluster, () => null) }, 0);
    expect(mended).toBeNull();
    expect(cluster.every((first, image) => proposed[image] === proposed[first])).toBe(true);
    for (const [name, wanted] of [
      ['train', 0.8],
      ['validation', 0.1],
      ['test', 0.1],
    ] as const) {
      expect(Math.abs(share(proposed, name) - wanted)).toBeLessThan(0.002);
      for (const of of [1, 2, 3, -1]) {
        const own = proposed.filter((_, image) => kind[image] === of);
        // No nearer than the rounding of a kind's images and of its smallest clusters allows.
        expect(Math.abs(share(own, name) - wanted) * own.length).toBeLessThan(2.5);
      }
    }
  });

  it('keeps a split that is there but for the clusters that stand in two parts of it, and its shares', () => {
    const { cluster, kind } = folder();
    const random = new Random(5);
    const present = Array.from(cluster, (_, i) => (i % 50 === 0 ? null : random.uniform() < 0.7 ? 'train' : 'test')) as (
      | 'train'
      | 'test'
      | null
    )[];
    const { proposed, mended, shares } = proposeSplits({ cluster, kind, present }, 0);
    expect(shares.validation).toBe(0);
    expect(shares.train).toBeCloseTo(0.7, 1);
    expect(share(proposed, 'validation')).toBe(0);
    const parts = new Map<number, Set<string>>();
    cluster.forEach((first, image) => {
      const part = mended?.[image];
      if (part) parts.set(first, (parts.get(first) ?? new Set()).add(part));
    });
    expect([...parts.values()].every((set) => set.size === 1)).toBe(true);
    present.forEach((part, image) => {
      if (part === null) expect(mended?.[image]).toBeNull();
      const alone = cluster.every((first, other) => first !== cluster[image] || present[other] === part);
      if (alone) expect(mended?.[image]).toBe(part);
    });
  });

  it('is the same for the same seed, and names no part that there is not', () => {
    const { cluster, kind } = folder();
    const input = { cluster, kind, present: Array.from(cluster, () => null) };
    expect(proposeSplits(input, 1)).toEqual(proposeSplits(input, 1));
    expect(proposeSplits(input, 1).proposed).not.toEqual(proposeSplits(input, 2).proposed);
    expect(proposeSplits(input, 1).proposed.every((part) => splitNames.includes(part))).toBe(true);
  });
});
