import type { Hooks } from '../hooks.ts';
import { joinColumns, type Matrix } from '../linear/matrix.ts';
import type { ImageFacts } from '../pixels/pixel-set.ts';
import { type Gaussian, mahalanobis } from './gaussian.ts';

export type MeasuredAttributes = Pick<ImageFacts, 'brightness' | 'contrast' | 'saturation' | 'sharpness'>;

/** Added to an attribute before its logarithm is taken: one level of gray. */
const FLOOR = 1 / 255;
/** Added to each variance: a study whose images are all alike in an attribute has room for rounding, a tenth of an e-fold. */
const LEAST_DEVIATION = 0.1;

/** Logarithms of brightness, contrast, saturation and sharpness, images x 4: half as sharp is as far as twice as sharp. */
export function attributeLogs({ brightness, contrast, saturation, sharpness }: MeasuredAttributes): Matrix {
  return joinColumns([brightness, contrast, saturation, sharpness].map((values) => values.map((value) => Math.log(value + FLOOR))));
}

/** Mahalanobis distance to the images that the Gaussian was fitted on, to either side: too smooth is as strange as too sharp. */
export async function attributeDistance(gaussian: Gaussian, attributes: Matrix, hooks: Hooks = {}): Promise<Float32Array> {
  const { columns, mean } = gaussian;
  const covariance = gaussian.covariance.slice();
  for (let j = 0; j < columns; j += 1) covariance[j * (columns + 1)] = (covariance[j * (columns + 1)] as number) + LEAST_DEVIATION ** 2;
  return Float32Array.from(await mahalanobis({ columns, mean, covariance }, attributes, hooks), Math.sqrt);
}
