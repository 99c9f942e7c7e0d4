import type { WeightSummary } from '../../contract/report.ts';
import { csvField } from '../../study/csv-field.ts';
import { Random } from '../random.ts';

/**
 * Images drawn with replacement by their weights, and evenly, by systematic sampling of one shuffled order from the same start, so that
 * the two previews differ only by the weights. @returns `count` image numbers each
 */
export function resampledPreview(weights: Float64Array, count: number, seed: number): { weighted: number[]; even: number[] } {
  const random = new Random(seed);
  const order = random.shuffle(Uint32Array.from({ length: weights.length }, (_, i) => i));
  const start = random.uniform();
  let total = 0;
  for (const weight of weights) total += weight;
  return {
    weighted: systematic(order, (image) => (weights[image] as number) / total, count, start),
    even: systematic(order, () => 1 / weights.length, count, start),
  };
}

function systematic(order: Uint32Array, share: (image: number) => number, count: number, start: number): number[] {
  const drawn: number[] = [];
  let reached = 0;
  for (const image of order) {
    reached += share(image);
    while (drawn.length < count && (drawn.length + start) / count < reached) drawn.push(image);
  }
  // Rounding may leave the last draw just above the sum.
  while (drawn.length < count) drawn.push(order[order.length - 1] as number);
  return drawn;
}

/** The weights as a CSV file: path, tempered, product, maximum; a row an image, the weights as they are given. */
export function weightsCsv(
  paths: readonly string[],
  { tempered, product, maximum }: Record<WeightSummary['variant'], ArrayLike<number>>,
): string {
  const rows = paths.map((path, i) => `${csvField(path, './')},${tempered[i]},${product[i]},${maximum[i]}`);
  return ['path,resampling_weight_tempered,resampling_weight,resampling_weight_max', ...rows, ''].join('\n');
}
