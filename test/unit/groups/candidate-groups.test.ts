import { expect, test } from 'vitest';
import { type Candidate, candidateGroups, jaccard } from '../../../src/engine/groups/candidate-groups.ts';
import { Random } from '../../../src/engine/random.ts';
import { blobs } from '../blobs.ts';

test('the same images found in two spaces are one candidate', async () => {
  const points = blobs([400, 400, 20]);
  const spaces = [
    { name: 'features' as const, points },
    { name: 'latents' as const, points },
  ];
  const candidates = await candidateGroups(spaces, 0);
  const planted = Uint32Array.from({ length: 20 }, (_, i) => 800 + i);
  const matching = candidates.filter(({ members }) => jaccard(members, planted) > 0.9);
  expect(matching).toHaveLength(1);
  expect([...(matching[0]?.spaces ?? [])].sort()).toEqual(['features', 'latents']);
});

test('Jaccard by hand', () => {
  expect(jaccard(Uint32Array.from([1, 2, 3]), Uint32Array.from([2, 3, 4, 5]))).toBeCloseTo(2 / 5, 12);
  expect(jaccard(Uint32Array.from([1]), Uint32Array.from([2]))).toBe(0);
});

test('a tight cloud comes back in every refit and stands first; halves of one round cloud come back in fewer', async () => {
  const random = new Random(5);
  const rows = 600;
  const points = { rows, columns: 4, data: Float32Array.from({ length: 4 * rows }, () => random.normal()) };
  const planted = Uint32Array.from({ length: 30 }, (_, i) => 20 * i);
  for (const image of planted) for (let axis = 0; axis < 4; axis += 1) points.data[4 * image + axis] = 4 + 0.2 * random.normal();
  const [first, ...others] = await candidateGroups([{ name: 'features', points }], 0);
  expect(jaccard((first as Candidate).members, planted)).toBeGreaterThan(0.9);
  expect(first?.stability).toMatchObject({ found: 5, refits: 5 });
  expect(first?.separation).toBeGreaterThan(0.99);
  const again = others.reduce((sum, { stability }) => sum + stability.jaccard, 0) / others.length;
  expect(first?.stability.jaccard).toBeGreaterThan(again + 0.2);
});

test('a kind that is a third of the images is a group too', async () => {
  const points = blobs([200, 100]);
  const large = Uint32Array.from({ length: 100 }, (_, i) => 200 + i);
  const candidates = await candidateGroups([{ name: 'features', points }], 0);
  expect(candidates.some(({ members }) => jaccard(members, large) > 0.95)).toBe(true);
});
