import { expect, test } from 'vitest';
import { layoutImages } from '../../../src/engine/latent/layout-images.ts';
import { takeRows } from '../../../src/engine/linear/rows.ts';
import { blobs } from '../blobs.ts';

const spaceOf = (points: ReturnType<typeof blobs>) => ({ points, metric: 'euclidean' as const, names: ['a', 'b'] });
const none = (count: number) => new Int32Array(count).fill(-1);

test('copies of a picture move nothing on the map, and lie around it', async () => {
  const distinct = blobs([60, 60, 60]);
  const copied = 7;
  const copies = 80;
  const with80 = takeRows(distinct, [
    ...Array.from({ length: distinct.rows }, (_, i) => i),
    ...Array.from({ length: copies }, () => copied),
  ]);
  const alone = await layoutImages(spaceOf(distinct), none(distinct.rows), { seed: 3 });
  const duplicateOf = Int32Array.from({ length: with80.rows }, (_, i) => (i < distinct.rows ? -1 : copied));
  const together = await layoutImages(spaceOf(with80), duplicateOf, { seed: 3 });
  expect(together.subarray(0, alone.length)).toEqual(alone);
  const places = new Set<string>();
  for (let i = distinct.rows; i < with80.rows; i += 1) {
    const [dx, dy] = [0, 1].map((axis) => (together[2 * i + axis] as number) - (together[2 * copied + axis] as number)) as [number, number];
    expect(Math.hypot(dx, dy)).toBeLessThan(0.2);
    places.add(`${dx} ${dy}`);
  }
  expect(places.size).toBe(copies);
});

test('by cosine, points of one direction lie together however long they are', async () => {
  const points = { rows: 90, columns: 3, data: new Float32Array(270) };
  for (let i = 0; i < 90; i += 1) {
    const length = 1 + 50 * ((i * 37) % 90);
    for (let axis = 0; axis < 3; axis += 1)
      points.data[3 * i + axis] = length * ((i % 3 === axis ? 1 : 0) + 0.02 * Math.sin(i * (axis + 2)));
  }
  const places = await layoutImages({ points, metric: 'cosine', names: ['a', 'b', 'c'] }, none(90), { seed: 0 });
  const distance = (a: number, b: number) =>
    Math.hypot((places[2 * a] as number) - (places[2 * b] as number), (places[2 * a + 1] as number) - (places[2 * b + 1] as number));
  for (let i = 0; i < 90; i += 1) {
    const nearest = [...Array(90).keys()].filter((j) => j !== i).sort((a, b) => distance(i, a) - distance(i, b))[0] as number;
    expect(nearest % 3).toBe(i % 3);
  }
});

test.each([1, 2, 3])('%d distinct pictures have places too', async (distinct) => {
  const duplicateOf = Int32Array.from({ length: 60 }, (_, i) => (i < distinct ? -1 : i % distinct));
  const points = takeRows(
    blobs([distinct]),
    Array.from(duplicateOf, (of, i) => (of < 0 ? i : of)),
  );
  const places = await layoutImages(spaceOf(points), duplicateOf, { seed: 0 });
  expect(places.length).toBe(120);
  expect(places.every(Number.isFinite)).toBe(true);
});
