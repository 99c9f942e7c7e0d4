/** What does not belong in a folder that may hold it already. Formula and figures: docs/method/outliers.md. */

import type { GaussianControl } from '../../contract/report.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { columnsOf, isEncoderColumn, type Space, unitRows } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import { columnOf, type Matrix } from '../linear/matrix.ts';
import { Random } from '../random.ts';
import { chiSquareQuantile } from '../statistics/distributions.ts';
import { descendingRanks, percentiles } from '../statistics/percentiles.ts';
import { attributeDistance } from './attribute-distance.ts';
import { quantileDistance } from './quantile-distance.ts';
import { trimmedGaussian } from './trimmed-gaussian.ts';

/** Neighbours that are asked, as shares of the folder: beyond a clump of wrong images of up to a tenth of it. */
const NEIGHBOURS = [0.1, 0.14] as const;
const FEWEST_IMAGES = 50;
const CONTROL_QUANTILE = 0.999;

/** Each higher for stranger images. */
export const outlierComponents = ['shape', 'features', 'bulk', 'encoder', 'attributes'] as const;
export type OutlierComponent = (typeof outlierComponents)[number];

/** The lens that was learnt elsewhere is one of the two; light and sharpness are a part of what an image shows. */
const WEIGHTS: Record<OutlierComponent, number> = { shape: 1, features: 1, bulk: 1, encoder: 2, attributes: 0.5 };

export interface OutlierScores {
  /** Fisher's combination of the components' shares over its largest value, 0..1. */
  score: Float32Array;
  /** 1 is the strangest. */
  rank: Uint32Array;
  /** By component; without an encoder there is none of it. */
  components: Partial<Record<OutlierComponent, Float32Array>>;
  /** Which components make an image stand out, the strongest first. */
  reasons(index: number): { component: string; percentile: number }[];
  method: string;
  nullControl: GaussianControl;
}

/**
 * @param space the folder's features with their blocks' names
 * @param encoder what the encoder saw, not whitened, as the extractor gives it
 * @param attributes their logarithms (attributeLogs)
 * @throws SondeError too-few-images, cancelled
 */
export async function scoreInPlace(
  { points, names }: Pick<Space, 'points' | 'names'>,
  encoder: Matrix | null,
  attributes: Matrix,
  { seed, signal, onProgress }: Hooks & { seed: number },
): Promise<OutlierScores> {
  const n = points.rows;
  if (n < FEWEST_IMAGES) throw new SondeError('too-few-images', { count: n, minimum: FEWEST_IMAGES });
  const hooks = { signal };
  const step = (done: number) => onProgress?.(done, 4);
  const block = (wanted: (name: string) => boolean) => columnsOf(points, names, wanted);
  const near = (part: Matrix, outside: Float32Array | null) => quantileDistance(part, outside, NEIGHBOURS, new Random(seed), hooks);
  const own = block((name) => !isEncoderColumn(name));
  const { squares } = await trimmedGaussian(own, hooks);
  step(1);
  const shape = await near(unitRows(block((name) => name.startsWith('shape_'))), null);
  step(2);
  const seen = encoder ? { encoder: await near(...withoutLast(encoder)) } : {};
  step(3);
  const { gaussian } = await trimmedGaussian(attributes, hooks);
  const components: OutlierScores['components'] = {
    shape,
    features: lengths(own),
    bulk: Float32Array.from(squares, Math.sqrt),
    ...seen,
    attributes: await attributeDistance(gaussian, attributes, hooks),
  };
  step(4);
  const present = outlierComponents.filter((name) => components[name]);
  const shares = new Map(present.map((name) => [name, percentiles(components[name] as Float32Array)]));
  const score = fisher(n, shares);
  return {
    score,
    rank: descendingRanks(score),
    components,
    reasons: (index) =>
      present
        .map((component) => ({ component, percentile: 100 * (shares.get(component)?.[index] as number) }))
        .sort((a, b) => b.percentile - a.percentile),
    method: 'fisher',
    nullControl: gaussianControl(squares, own.columns),
  };
}

/** The weighted mean of -log p over its largest value, p the share of images that are at least as strange. */
function fisher(n: number, shares: ReadonlyMap<OutlierComponent, Float32Array>): Float32Array {
  const most = Math.log(2 * n);
  let total = 0;
  for (const name of shares.keys()) total += WEIGHTS[name];
  return Float32Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (const [name, share] of shares) sum -= WEIGHTS[name] * Math.log(1 - (share[i] as number));
    return sum / (most * total);
  });
}

/** The components' scores, and what lies outside them. */
function withoutLast({ rows, columns, data }: Matrix): [Matrix, Float32Array] {
  const scores = new Float32Array(rows * (columns - 1));
  for (let i = 0; i < rows; i += 1) scores.set(data.subarray(i * columns, (i + 1) * columns - 1), i * (columns - 1));
  return [{ rows, columns: columns - 1, data: scores }, columnOf({ rows, columns, data }, columns - 1)];
}

/** How far each image lies from the folder's mean, whose features are 0. */
function lengths({ rows, columns, data }: Matrix): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) => Math.hypot(...data.subarray(i * columns, (i + 1) * columns)));
}

/** How many distances lie beyond a quantile of a Gaussian cloud whose median distance is theirs. */
function gaussianControl(squares: Float64Array, columns: number): GaussianControl {
  const sorted = Float64Array.from(squares).sort();
  const scale = (sorted[sorted.length >> 1] as number) / chiSquareQuantile(0.5, columns);
  const limit = scale * chiSquareQuantile(CONTROL_QUANTILE, columns);
  const beyond = squares.reduce((sum, value) => sum + (value > limit ? 1 : 0), 0);
  return { quantile: CONTROL_QUANTILE, images: squares.length, beyond, expected: (1 - CONTROL_QUANTILE) * squares.length };
}
