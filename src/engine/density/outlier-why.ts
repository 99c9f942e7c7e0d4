/** What a person sees of an image that does not fit: where the model misses it, the nearest image that fits, the attribute that is out of the ordinary. */
import { type AttributeName, type OutlierWhy, RESIDUAL_EDGE } from '../../contract/report.ts';
import { type Matrix, squaredDistance } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { percentileAmong } from '../statistics/percentiles.ts';

/** Of those that fit, images that are looked through: every so manieth of more. */
const MOST_COMPARED = 4_000;

export interface WhyInput {
  /** Of every image, higher is stranger: an image fits where its score is at most the median. */
  score: Float32Array;
  /** What images are compared by: rows of length one. */
  points: Matrix;
  attributes: ReadonlyMap<AttributeName, Float32Array>;
  pixels: PixelSet;
  z: Matrix;
  /** Pixels 0..255 of latent vectors. */
  decode(z: Float32Array): Uint8Array;
}

/** Answers for one image after the other, as a list asks for them. */
export function whyStrange({ score, points, attributes, pixels, z, decode }: WhyInput): (index: number) => OutlierWhy {
  const ordered = score.slice().sort();
  const median = ordered[(ordered.length - 1) >> 1] as number;
  const fitting = Array.from(score.keys()).filter((image) => (score[image] as number) <= median);
  const step = Math.max(1, fitting.length / MOST_COMPARED);
  const compared = Array.from({ length: Math.floor(fitting.length / step) }, (_, i) => fitting[Math.floor(i * step)] as number);
  const sorted = [...attributes].map(([name, values]) => ({ name, values, ascending: values.slice().sort() }));
  return (index) => {
    const { columns, data } = points;
    let [nearest, least]: [number | null, number] = [null, Number.POSITIVE_INFINITY];
    for (const image of compared) {
      const distance = image === index ? Number.POSITIVE_INFINITY : squaredDistance(data, index * columns, data, image * columns, columns);
      if (distance < least) [nearest, least] = [image, distance];
    }
    const [extreme] = sorted
      .map(({ name, values, ascending }) => ({ attribute: name, below: percentileAmong(ascending, values[index] as number) }))
      .sort((a, b) => Math.abs(b.below - 0.5) - Math.abs(a.below - 0.5));
    return {
      nearest,
      attribute: extreme ?? null,
      residual: residual(pixels, index, decode(z.data.subarray(index * z.columns, (index + 1) * z.columns))),
    };
  };
}

/** Root mean square difference of picture and image in 16 x 16 cells, rows from the top, pixels and channels in 0..1. */
function residual({ size, channels, data }: PixelSet, image: number, drawn: Uint8Array): number[] {
  const edge = Math.min(RESIDUAL_EDGE, size);
  const [sums, counts] = [new Float64Array(edge * edge), new Float64Array(edge * edge)];
  const from = image * size * size * channels;
  for (let at = 0; at < size * size * channels; at += 1) {
    const pixel = Math.floor(at / channels);
    const cell = Math.floor((Math.floor(pixel / size) * edge) / size) * edge + Math.floor(((pixel % size) * edge) / size);
    sums[cell] = (sums[cell] as number) + (((data[from + at] as number) - (drawn[at] as number)) / 255) ** 2;
    counts[cell] = (counts[cell] as number) + 1;
  }
  return Array.from(sums, (sum, cell) => Number(Math.sqrt(sum / (counts[cell] as number)).toFixed(4)));
}
