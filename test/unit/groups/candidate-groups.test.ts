import { expect, test } from 'vitest';
import { candidateGroups, jaccard } from '../../../src/engine/groups/candidate-groups.ts';
import { blobs } from '../blobs.ts';

test('the same images found in two spaces are one candidate', async () => {
  const points = blobs([400, 400, 20]);
  const spaces = [
    { name: 'hog' as const, points },
    { name: 'pixels' as const, points },
  ];
  const candidates = await candidateGroups(spaces, 0);
  const planted = Uint32Array.from({ length: 20 }, (_, i) => 800 + i);
  const matching = candidates.filter(({ members }) => jaccard(members, planted) > 0.9);
  expect(matching).toHaveLength(1);
  expect([...(matching[0]?.spaces ?? [])].sort()).toEqual(['hog', 'pixels']);
});

test('Jaccard by hand', () => {
  expect(jaccard(Uint32Array.from([1, 2, 3]), Uint32Array.from([2, 3, 4, 5]))).toBeCloseTo(2 / 5, 12);
  expect(jaccard(Uint32Array.from([1]), Uint32Array.from([2]))).toBe(0);
});
