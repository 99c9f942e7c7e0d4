import { describe, expect, it } from 'vitest';
import { findBursts } from '../../../src/engine/independence/bursts.ts';
import { joinClusters } from '../../../src/engine/independence/clusters.ts';
import { byName, byTime } from '../../../src/engine/independence/sequences.ts';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { Random } from '../../../src/engine/random.ts';

const COLUMNS = 12;
/** Points of `kinds` kinds, in runs of `run` points that lie `spread` about their own centre; kinds come one after the other. */
function points(n: number, { kinds = 3, run = 1, spread = 0.2, seed = 0 } = {}): Matrix {
  const random = new Random(seed);
  const centres = Array.from({ length: kinds }, () => Array.from({ length: COLUMNS }, () => 2 * random.normal()));
  const data = new Float32Array(n * COLUMNS);
  let own: number[] = [];
  for (let i = 0; i < n; i += 1) {
    if (i % run === 0) own = (centres[Math.floor((i * kinds) / n)] as number[]).map((value) => value + random.normal());
    for (let j = 0; j < COLUMNS; j += 1) data[i * COLUMNS + j] = (own[j] as number) + (run > 1 ? spread * random.normal() : 0);
  }
  return { rows: n, columns: COLUMNS, data };
}
const inOrder = (n: number, order = Uint32Array.from({ length: n }, (_, i) => i)) => [{ images: order, seconds: null }];

describe('bursts', () => {
  it('of five frames each are found: nearly all pairs, and hardly one that is none', async () => {
    const { pairs } = await findBursts(points(500, { run: 5 }), inOrder(500));
    const right = pairs.filter(([a, b]) => Math.floor(a / 5) === Math.floor(b / 5)).length;
    expect(right).toBeGreaterThan(0.95 * 1000);
    expect(pairs.length - right).toBeLessThan(0.05 * pairs.length);
  });

  it('that are few among single images are found too', async () => {
    const { data, ...shape } = points(600, { kinds: 1 });
    for (let burst = 0; burst < 6; burst += 1)
      for (let frame = 1; frame < 4; frame += 1)
        for (let j = 0; j < COLUMNS; j += 1)
          data[(100 * burst + frame) * COLUMNS + j] = (data[100 * burst * COLUMNS + j] as number) + 0.02 * frame;
    const { pairs } = await findBursts({ ...shape, data }, inOrder(600));
    expect(pairs.filter(([a, b]) => a % 100 < 4 && b % 100 < 4)).toHaveLength(36);
    expect(pairs.length).toBeLessThanOrEqual(38);
  });

  it('are claimed of independent images in at most 1 of 20 folders, sorted by kind or not', async () => {
    for (const kinds of [1, 4]) {
      let claimed = 0;
      for (let seed = 0; seed < 20; seed += 1)
        claimed += Number((await findBursts(points(400, { kinds, seed }), inOrder(400))).pairs.length > 0);
      expect(claimed).toBeLessThanOrEqual(1);
    }
  });

  it('are not claimed of bursts in shuffled order', async () => {
    let claimed = 0;
    for (let seed = 0; seed < 20; seed += 1) {
      const order = new Random(seed).shuffle(Uint32Array.from({ length: 400 }, (_, i) => i));
      const { pairs } = await findBursts(points(400, { run: 2, seed }), inOrder(400, order));
      // Two of one burst may lie side by side by chance: they are alike all the same.
      claimed += Number(pairs.some(([a, b]) => a >> 1 !== b >> 1));
    }
    expect(claimed).toBeLessThanOrEqual(1);
  });

  it('end where more than a minute lies between two frames', async () => {
    const seconds = Float64Array.from({ length: 500 }, (_, i) => 90 * i);
    const far = await findBursts(points(500, { run: 5 }), [{ images: Uint32Array.from(seconds.keys()), seconds }]);
    expect(far.pairs).toEqual([]);
    const close = await findBursts(points(500, { run: 5 }), [
      { images: Uint32Array.from(seconds.keys()), seconds: seconds.map((at) => at / 90) },
    ]);
    expect(close.pairs.length).toBeGreaterThan(900);
  });

  it('join images of several pairs into one cluster', () => {
    expect([
      ...joinClusters(Int32Array.from([0, 1, 1, 3, 4, 5]), [
        [4, 2],
        [4, 5],
      ]),
    ]).toEqual([0, 1, 1, 3, 1, 1]);
  });
});

describe('sequences', () => {
  it('are by name within a label, the parts of a split together, in natural order', () => {
    const path = ['train/a/img10.jpg', 'test/a/img9.jpg', 'train/a/img2.jpg', 'train/b/img1.jpg', 'test/b/x.jpg'];
    const label = path.map((name) => name.split('/').slice(0, -1).join('/'));
    const found = byName({ path, label }, Uint32Array.of(0, 1, 2, 3, 4));
    expect(found.map(({ images }) => [...images])).toEqual([
      [2, 1, 0],
      [3, 4],
    ]);
  });

  it('are by time within a camera', () => {
    const found = byTime(
      { camera: ['A', 'A', 'B', 'A', 'B'], takenAt: Float64Array.of(30, 10, 5, Number.NaN, 1) },
      Uint32Array.of(0, 1, 2, 3, 4),
    );
    expect(found.map(({ images, seconds }) => [[...images], [...(seconds ?? [])]])).toEqual([
      [
        [1, 0],
        [10, 30],
      ],
      [
        [4, 2],
        [1, 5],
      ],
    ]);
  });
});
