import { expect, test } from 'vitest';
import { type Candidate, candidateGroups, jaccard } from '../../../src/engine/groups/candidate-groups.ts';
import { listCandidates } from '../../../src/engine/groups/list-candidates.ts';
import { Random } from '../../../src/engine/random.ts';
import { blobs } from '../blobs.ts';

const noCopies = (rows: number) => new Int32Array(rows).fill(-1);

test('the same images found in two spaces are one candidate', async () => {
  const points = blobs([400, 400, 20]);
  const spaces = [
    { seen: ['features' as const], points, by: 'graph' as const },
    { seen: ['latents' as const], points, by: 'centres' as const },
  ];
  const candidates = await candidateGroups(spaces, noCopies(points.rows), 0);
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
  const [first, ...others] = await candidateGroups([{ seen: ['features'], points, by: 'centres' }], noCopies(points.rows), 0);
  expect(jaccard((first as Candidate).members, planted)).toBeGreaterThan(0.9);
  expect(first?.stability).toMatchObject({ found: 5, refits: 5 });
  expect(first?.separation).toBeGreaterThan(0.99);
  const again = others.reduce((sum, { stability }) => sum + stability.jaccard, 0) / others.length;
  expect(first?.stability.jaccard).toBeGreaterThan(again + 0.2);
});

test('a kind that is a third of the images is a group too', async () => {
  const points = blobs([200, 100]);
  const large = Uint32Array.from({ length: 100 }, (_, i) => 200 + i);
  const candidates = await candidateGroups([{ seen: ['features'], points, by: 'centres' }], noCopies(points.rows), 0);
  expect(candidates.some(({ members }) => jaccard(members, large) > 0.95)).toBe(true);
});

test('a few that are tight among two loose kinds are found again in the graph, and stand further apart than the half of one', async () => {
  const random = new Random(4);
  const counts = [200, 200, 14];
  const points = { rows: 414, columns: 12, data: new Float32Array(12 * 414) };
  let row = 0;
  counts.forEach((count, kind) => {
    for (let i = 0; i < count; i += 1, row += 1)
      for (let axis = 0; axis < 12; axis += 1)
        points.data[12 * row + axis] = (axis === kind ? 6 : 0) + (kind === 2 ? 0.7 : 1) * random.normal();
  });
  const candidates = await candidateGroups([{ seen: ['features'], points, by: 'graph' }], noCopies(points.rows), 0);
  const planted = Uint32Array.from({ length: 14 }, (_, i) => 400 + i);
  const found = candidates.find(({ members }) => jaccard(members, planted) > 0.9) as Candidate;
  expect(found.stability.found).toBeGreaterThanOrEqual(9);
  expect(found.separation).toBeGreaterThan(0.95);
  const first = new Set(candidates.slice(0, 3));
  expect(first.has(found)).toBe(true);
  for (const half of candidates.filter(({ members }) => members.every((image) => image < 200) && members.length < 150))
    expect(half.separation).toBeLessThan(found.separation);
});

const candidate = (space: Candidate['spaces'][number], members: number[], standing: number): Candidate => ({
  spaces: [space],
  members: Uint32Array.from(members),
  distance: new Float32Array(members.length),
  cohesion: 0,
  separation: 1,
  stability: { jaccard: standing, found: 5, refits: 5 },
});

test('lenses take turns, and of groups within each other the best stands for all', () => {
  const listed = listCandidates([
    candidate('attributes', [1, 2, 3], 0.99),
    candidate('attributes', [4, 5, 6], 0.98),
    candidate('attributes', [7, 8, 9], 0.97),
    candidate('features', [1, 2, 3], 0.9),
    candidate('features', [1, 2, 3, 4, 5, 6, 7, 8], 0.85),
    candidate('latents', [1, 2], 0.8),
    candidate('encoder', [20, 21], 0.7),
  ]);
  expect(listed.map(({ spaces, members }) => [spaces[0], members.length])).toEqual([
    ['features', 3],
    ['attributes', 3],
    ['encoder', 2],
    ['latents', 2],
    ['attributes', 3],
    ['attributes', 3],
  ]);
});
