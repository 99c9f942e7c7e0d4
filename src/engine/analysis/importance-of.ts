import type { BiasReport } from '../../contract/report.ts';
import { importanceBound } from '../density/importance-bound.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Model } from '../model/model.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { meanInterval } from '../statistics/intervals.ts';

const IMAGES = 64;
const DRAWS = 100;

/**
 * The importance-weighted bound (Burda et al. 2016) of up to 64 images spread evenly over the data, 100 draws each, with the interval of
 * their mean. null where the model has no posterior. @throws SondeError cancelled
 */
export async function importanceOf(
  model: Model,
  pixels: PixelSet,
  { seed, signal }: Hooks & { seed: number },
): Promise<BiasReport['fit']['importanceBound']> {
  if (model.kind !== 'vae') return null;
  const images = Math.min(IMAGES, pixels.count);
  const length = pixels.size * pixels.size * pixels.channels;
  const bounds = new Float64Array(images);
  for (let i = 0; i < images; i += 1) {
    const index = Math.floor((i * pixels.count) / images);
    const weights = model.importanceLogWeights(pixels.data.subarray(index * length, (index + 1) * length), 1, DRAWS, (seed + index) | 0);
    bounds[i] = importanceBound(weights, DRAWS).mean;
    await breathe(signal);
  }
  const estimate = meanInterval(bounds);
  return estimate && { estimate, draws: DRAWS, images };
}
