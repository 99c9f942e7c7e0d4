import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { candidateGroups, jaccard } from '../../../src/engine/groups/candidate-groups.ts';
import { robustDistance } from '../../../src/engine/groups/robust-distance.ts';
import { kMeans } from '../../../src/engine/linear/k-means.ts';
import { encodePng } from '../../../src/engine/pixels/png.ts';
import { Random } from '../../../src/engine/random.ts';
import { niceTicks } from '../../../src/engine/report/page/histogram-svg.ts';
import { histogramOf, quantile } from '../../../src/engine/statistics/histogram.ts';

function blobs(counts: number[], spread = 0.1) {
  const random = new Random(2);
  const rows = counts.reduce((a, b) => a + b, 0);
  const data = new Float32Array(rows * 2);
  let at = 0;
  counts.forEach((count, blob) => {
    for (let i = 0; i < count; i += 1, at += 1) data.set([4 * blob + spread * random.normal(), spread * random.normal()], 2 * at);
  });
  return { rows, columns: 2, data };
}

describe('clusters', () => {
  it('k-means finds blobs far apart, and the same ones for the same seed', async () => {
    const points = blobs([100, 100, 100]);
    const found = await kMeans(points, 3, new Random(0));
    for (let blob = 0; blob < 3; blob += 1) expect(new Set(found.assignment.slice(100 * blob, 100 * blob + 100)).size).toBe(1);
    expect(await kMeans(points, 3, new Random(0))).toEqual(found);
  });

  it('the same images found in two spaces are one candidate', async () => {
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

  it('Jaccard by hand', () => {
    expect(jaccard(Uint32Array.from([1, 2, 3]), Uint32Array.from([2, 3, 4, 5]))).toBeCloseTo(2 / 5, 12);
    expect(jaccard(Uint32Array.from([1]), Uint32Array.from([2]))).toBe(0);
  });

  it('the robust distance is not bent by a tenth of strangers', () => {
    const distances = robustDistance(blobs([900, 100], 1));
    const bulk = distances.slice(0, 900).sort();
    // Median of a chi distribution with two degrees of freedom is 1.18; the bulk's covariance is of its nearer part, so a little more.
    expect(bulk[450]).toBeGreaterThan(1.1);
    expect(bulk[450]).toBeLessThan(2);
    const strangers = distances.slice(900).sort();
    expect(strangers[50]).toBeGreaterThan(bulk[855] as number);
  });

  it('histograms count every value; quantiles interpolate', () => {
    const { edges, counts } = histogramOf([0, 0.5, 1, 1], 4);
    expect(counts).toEqual([1, 0, 1, 2]);
    expect(edges).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(histogramOf([3, 3], 4).counts).toEqual([2]);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
  });

  it('ticks are round', () => {
    expect(niceTicks(-2.3, 3.1)).toEqual([-2, 0, 2]);
    expect(niceTicks(0, 1)).toEqual([0, 0.5, 1]);
  });

  it('the PNG holds the pixels it was given', () => {
    const png = Buffer.from(encodePng(Uint8Array.from([1, 2, 3, 4, 5, 6]), 2, 1, 3));
    const at = png.indexOf('IDAT');
    expect([...inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
