import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/random.ts';
import { resampledPreview, weightsCsv } from '../../../src/engine/weights/resampled-preview.ts';
import { effectiveSampleSize, resamplingWeights, temperedWeights, topShare } from '../../../src/engine/weights/resampling-weights.ts';
import { weighImages } from '../../../src/engine/weights/weigh-images.ts';

function cloud(n: number, d: number) {
  const random = new Random(11);
  // Skewed, so that the histograms are uneven and have empty bins.
  return { rows: n, columns: d, data: Float32Array.from({ length: n * d }, (_, i) => random.normal() ** (i % 2 === 0 ? 1 : 3)) };
}

/** As the formulas stand, one image at a time, nothing shared with the product but the definition. */
function direct(z: ReturnType<typeof cloud>, variant: 'product' | 'maximum', alpha: number): number[] {
  const bins = 10;
  const result = new Array<number>(z.rows).fill(variant === 'product' ? 1 : 0);
  for (let c = 0; c < z.columns; c += 1) {
    const values = Array.from({ length: z.rows }, (_, i) => z.data[i * z.columns + c] as number);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const edges = Array.from({ length: bins + 1 }, (_, b) => low + (b * (high - low)) / bins);
    const binOf = (value: number) => Math.min(bins - 1, edges.filter((edge, b) => b > 0 && value >= edge).length);
    const histogram = edges.slice(1).map((edge, b) => values.filter((v) => binOf(v) === b).length / z.rows / (edge - (edges[b] as number)));
    if (variant === 'product') {
      values.forEach((value, i) => {
        result[i] = (result[i] as number) / ((histogram[binOf(value)] as number) + alpha);
      });
      continue;
    }
    const smoothed = histogram.map((q) => q + alpha);
    const sum = smoothed.reduce((a, b) => a + b, 0);
    const p = values.map((value) => 1 / ((smoothed[binOf(value)] as number) / sum));
    const total = p.reduce((a, b) => a + b, 0);
    p.forEach((value, i) => {
      result[i] = Math.max(result[i] as number, value / total);
    });
  }
  const total = result.reduce((a, b) => a + b, 0);
  return result.map((value) => value / total);
}

describe('DB-VAE resampling weights', () => {
  it.each([
    ['product', 0.01],
    ['product', 1],
    ['maximum', 0.001],
  ] as const)('%s with alpha %d equals a direct implementation within 1e-6 relative', (variant, alpha) => {
    const z = cloud(700, 6);
    const weights = resamplingWeights(z, { variant, alpha });
    direct(z, variant, alpha).forEach((expected, i) => {
      expect(Math.abs((weights[i] as number) / expected - 1)).toBeLessThan(1e-6);
    });
  });

  it('equals the lab’s own numpy lines on the same numbers', () => {
    // np.histogram(density=True, bins=10), digitize, smoothing .001, maximum over two latents; from bench/peers/groups.py.
    const z = {
      rows: 8,
      columns: 2,
      data: Float32Array.from([0, 1, 0.1, 0.9, 0.2, 0, 0.15, 0.5, 1, 0.55, 0.12, 0.52, 0.18, 0.95, 0.05, 0.91]),
    };
    const expected = LAB;
    resamplingWeights(z, { variant: 'maximum' }).forEach((weight, i) => {
      expect(weight).toBeCloseTo(expected[i] as number, 9);
    });
  });

  it('weighs all alike where a latent never changes, and stays finite over many latents', () => {
    const flat = { rows: 5, columns: 1, data: new Float32Array(5).fill(3) };
    expect([...resamplingWeights(flat, { variant: 'product' })]).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
    const many = resamplingWeights(cloud(200, 128), { variant: 'product' });
    expect(many.every(Number.isFinite)).toBe(true);
    expect(many.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });

  it('counts the effective sample', () => {
    expect(effectiveSampleSize(Float64Array.from([1, 1, 1, 1]))).toBe(4);
    expect(effectiveSampleSize(Float64Array.from([1, 0, 0]))).toBe(1);
    expect(topShare(Float64Array.from({ length: 200 }, (_, i) => (i < 2 ? 50 : 0.5)))).toBeCloseTo(100 / 199, 10);
  });

  it('tempers weights that rest on a few images until a tenth of all stand, and leaves others as they are', () => {
    const all = Array.from({ length: 32 }, (_, i) => i);
    const z = cloud(4000, 32);
    const product = resamplingWeights(z, { variant: 'product' });
    expect(effectiveSampleSize(product)).toBeLessThan(100);
    const { weights, exponent } = temperedWeights(z, all);
    expect(effectiveSampleSize(weights) / 4000).toBeGreaterThanOrEqual(0.1);
    expect(effectiveSampleSize(weights) / 4000).toBeLessThan(0.1001);
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    // The power that it says: in the logarithm every weight lies on one line with the product's.
    const [a, b] = [0, 1].map((i) => Math.log((weights[i] as number) / (weights[i + 2] as number))) as [number, number];
    const [c, d] = [0, 1].map((i) => Math.log((product[i] as number) / (product[i + 2] as number))) as [number, number];
    expect(a / c).toBeCloseTo(exponent, 6);
    expect(b / d).toBeCloseTo(exponent, 6);
    // One even latent needs no tempering.
    const even = { rows: 1000, columns: 1, data: Float32Array.from({ length: 1000 }, (_, i) => i / 1000) };
    expect(temperedWeights(even, [0]).exponent).toBe(1);
  });

  it('says what a draw would consist of, kind by kind, in shares that add up', () => {
    // Kind 1 is the thin tail of the one latent: a draw has more of it than the folder.
    const values = Float32Array.from({ length: 1000 }, (_, i) => (i < 50 ? 5 + i / 10 : (i % 100) / 100));
    const kindOf = (id: number, parent: number | null) => ({ id, parent }) as never;
    const kind = Int32Array.from(values, (value) => (value >= 5 ? 1 : 3));
    const composition = { kinds: [kindOf(0, null), kindOf(1, 0), kindOf(2, 0), kindOf(3, 2)] } as never;
    const found = weighImages({ rows: 1000, columns: 1, data: values }, [0], { composition, kind }, 0);
    for (const { variant, kinds } of found?.summaries ?? []) {
      expect(
        kinds.map(({ kind: id }) => id),
        variant,
      ).toEqual([1, 2, 3]);
      const [thin, parent, child] = kinds.map(({ share }) => share) as [number, number, number];
      expect(thin).toBeGreaterThan(0.2);
      expect(thin + parent).toBeCloseTo(1, 9);
      expect(child).toBeCloseTo(parent, 12);
    }
    expect(found?.summaries.map(({ variant }) => variant)).toEqual(['tempered', 'product', 'maximum']);
  });

  it('draws a preview in proportion to the weights', () => {
    const weights = new Float64Array(100).fill(1);
    weights[7] = 99;
    const { weighted, even } = resampledPreview(weights, 100, 1);
    const sevens = weighted.filter((image) => image === 7).length;
    expect(sevens).toBeGreaterThanOrEqual(49);
    expect(sevens).toBeLessThanOrEqual(51);
    expect(new Set(even).size).toBe(100);
    expect(resampledPreview(weights, 100, 1)).toEqual({ weighted, even });
  });

  it('exports CSV that spreadsheets read as text and numbers', () => {
    const csv = weightsCsv(['a.png', 'b, "c".png', '=cmd.png'], {
      tempered: [1, 2, 3],
      product: [0.5, 0.25, 0.25],
      maximum: [0.2, 0.4, 0.4],
    });
    expect(csv.split('\n')).toEqual([
      'path,resampling_weight_tempered,resampling_weight,resampling_weight_max',
      'a.png,1,0.5,0.2',
      '"b, ""c"".png",2,0.25,0.4',
      './=cmd.png,3,0.25,0.4',
      '',
    ]);
  });
});

const LAB = [
  0.10002198604806828, 0.19996068684754253, 0.19996401847019896, 0.0666891013719744, 0.19996401847019882, 0.0666891013719744,
  0.06668910137197433, 0.10002198604806828,
];
