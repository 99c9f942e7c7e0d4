import type { Estimate } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { takeRows } from '../linear/rows.ts';
import { meanInterval } from '../statistics/intervals.ts';
import { fitMixture, type Mixture } from './mixture.ts';

/**
 * By how many nats an image a mixture makes images that were held out more likely than one Gaussian fitted to the same rows does, with the
 * interval of the paired differences. null for a mixture of one, and under two held-out images. @throws SondeError cancelled
 */
export async function gainOverOne(
  mixture: Mixture,
  z: Matrix,
  trained: Uint32Array,
  held: Uint32Array,
  { seed, signal }: Hooks & { seed: number },
): Promise<Estimate | null> {
  if (mixture.components === 1) return null;
  const one = await fitMixture(takeRows(z, trained), 1, { seed, signal });
  const points = takeRows(z, held);
  const single = one.logDensity(points);
  return meanInterval(mixture.logDensity(points).map((value, i) => value - (single[i] as number)));
}
