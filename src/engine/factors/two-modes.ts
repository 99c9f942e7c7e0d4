import type { Estimate } from '../../contract/report.ts';
import type { Random } from '../random.ts';
import { quantile } from '../statistics/histogram.ts';

const BINS = 200;
const STEPS = 100;
const RESAMPLES = 200;
const STEPS_AGAIN = 25;

export interface TwoModes {
  /** Where the two Gaussians meet. */
  cut: number;
  /** Their means and shares; the shares' intervals are percentiles of a bootstrap, and add up. */
  low: { centre: number; share: Estimate };
  high: { centre: number; share: Estimate };
}

interface Pair {
  share: number;
  means: [number, number];
  deviations: [number, number];
}

/** Two Gaussians over values that were found to have two modes: EM over 200 bins (McLachlan and Peel 2000, 9.3). */
export function twoModes(values: Float32Array, random: Random): TwoModes {
  const sorted = Float32Array.from(values).sort();
  const [least, most] = [sorted[0] as number, sorted[sorted.length - 1] as number];
  const width = (most - least) / BINS || 1;
  const counts = new Float64Array(BINS);
  for (const value of values) {
    const bin = Math.min(BINS - 1, Math.floor((value - least) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const at = (bin: number): number => least + (bin + 0.5) * width;
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 4 || width;
  const begin: Pair = { share: 0.5, means: [quantile(sorted, 0.2), quantile(sorted, 0.8)], deviations: [spread, spread] };
  const fitted = fitPair(counts, at, width, begin, STEPS);
  const shares = Float64Array.from({ length: RESAMPLES }, () => {
    const drawn = counts.map((count) => poisson(count, random));
    return fitPair(drawn, at, width, fitted, STEPS_AGAIN).share;
  }).sort();
  const [low, high] = [Math.min(fitted.share, quantile(shares, 0.025)), Math.max(fitted.share, quantile(shares, 0.975))];
  return {
    cut: meeting(fitted),
    low: { centre: fitted.means[0], share: { value: fitted.share, low, high } },
    high: { centre: fitted.means[1], share: { value: 1 - fitted.share, low: 1 - high, high: 1 - low } },
  };
}

function fitPair(counts: Float64Array, at: (bin: number) => number, width: number, begin: Pair, steps: number): Pair {
  let pair = begin;
  for (let step = 0; step < steps; step += 1) {
    const total: [number, number] = [0, 0];
    const sum: [number, number] = [0, 0];
    const squares: [number, number] = [0, 0];
    counts.forEach((count, bin) => {
      if (count === 0) return;
      const x = at(bin);
      const belongs = lowShare(pair, x);
      for (const [mode, part] of [
        [0, belongs * count],
        [1, (1 - belongs) * count],
      ] as const) {
        total[mode] += part;
        sum[mode] += part * x;
        squares[mode] += part * x * x;
      }
    });
    const whole = total[0] + total[1];
    if (!(total[0] > 0 && total[1] > 0)) return pair;
    const means: [number, number] = [sum[0] / total[0], sum[1] / total[1]];
    // No narrower than a bin: else one value takes a mode for itself.
    const deviation = (mode: 0 | 1) => Math.sqrt(Math.max(squares[mode] / total[mode] - means[mode] ** 2, width * width));
    pair = { share: total[0] / whole, means, deviations: [deviation(0), deviation(1)] };
  }
  return pair.means[0] <= pair.means[1]
    ? pair
    : {
        share: 1 - pair.share,
        means: [pair.means[1], pair.means[0]],
        deviations: [pair.deviations[1], pair.deviations[0]],
      };
}

/** The probability that x comes from the first Gaussian. */
function lowShare({ share, means, deviations }: Pair, x: number): number {
  const log = (mode: 0 | 1, weight: number) => Math.log(weight / deviations[mode]) - ((x - means[mode]) / deviations[mode]) ** 2 / 2;
  return 1 / (1 + Math.exp(log(1, 1 - share) - log(0, share)));
}

/** Between the means, where each of the two is as likely. */
function meeting(pair: Pair): number {
  let [from, to] = pair.means;
  for (let step = 0; step < 50; step += 1) {
    const middle = (from + to) / 2;
    if (lowShare(pair, middle) > 0.5) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** Knuth's product of uniforms; above 30 the normal approximation. */
function poisson(mean: number, random: Random): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count += 1;
  return count;
}
