/** How many independent images a folder of clusters is worth. */
import type { Estimate } from '../../contract/report.ts';
import type { Matrix } from '../linear/matrix.ts';
import { Random } from '../random.ts';
import { Z95 } from '../statistics/intervals.ts';

/** Parts of the clusters that are left out in turn. */
const PARTS = 20;

export interface EffectiveImages {
  /** Intraclass correlation of the features within clusters. */
  correlation: Estimate;
  /** Images over the design effect. */
  effective: Estimate;
}

interface Cluster {
  size: number;
  sum: Float64Array;
  squares: number;
}

/**
 * Kish's design effect 1 + (b - 1) rho (1965, Survey Sampling, 5.4 and 8.2): b the mean size of the cluster that an image is in,
 * rho the intraclass correlation by one-way analysis of variance (Donner 1986), squares summed over all columns of the points, between 0
 * and 1. Intervals by a jackknife that leaves out a twentieth of the clusters in turn. null where no cluster has two images, or there are fewer than 40.
 */
export function effectiveImages(points: Matrix, cluster: Int32Array, seed: number): EffectiveImages | null {
  if (cluster.every((first, image) => first === image)) return null;
  const clusters = gathered(points, cluster);
  if (clusters.length < 2 * PARTS) return null;
  const part = new Random(seed).shuffle(Uint32Array.from(clusters.keys())).map((place) => place % PARTS);
  const whole = designOf(clusters);
  const without = Array.from({ length: PARTS }, (_, left) => designOf(clusters.filter((_, i) => part[i] !== left)));
  const n = cluster.length;
  const interval = (of: (design: Design) => number, least: number, most: number): Estimate => {
    const value = of(whole);
    const all = without.map(of);
    const mean = all.reduce((sum, one) => sum + one, 0) / PARTS;
    const error = Math.sqrt(((PARTS - 1) / PARTS) * all.reduce((sum, one) => sum + (one - mean) ** 2, 0));
    return { value, low: Math.max(least, value - Z95 * error), high: Math.min(most, value + Z95 * error) };
  };
  return {
    correlation: interval(({ correlation }) => correlation, 0, 1),
    effective: interval(({ effect }) => n / effect, 1, n),
  };
}

function gathered({ columns, data }: Matrix, cluster: Int32Array): Cluster[] {
  const clusters = new Map<number, Cluster>();
  cluster.forEach((first, image) => {
    const known = clusters.get(first) ?? { size: 0, sum: new Float64Array(columns), squares: 0 };
    clusters.set(first, known);
    known.size += 1;
    for (let j = 0; j < columns; j += 1) {
      const value = data[image * columns + j] as number;
      known.sum[j] = (known.sum[j] as number) + value;
      known.squares += value * value;
    }
  });
  return [...clusters.values()];
}

interface Design {
  correlation: number;
  effect: number;
}

function designOf(clusters: readonly Cluster[]): Design {
  const columns = clusters[0]?.sum.length ?? 0;
  const total = new Float64Array(columns);
  let [n, squares, ofMeans, sizes] = [0, 0, 0, 0];
  for (const { size, sum, squares: own } of clusters) {
    n += size;
    sizes += size * size;
    squares += own;
    let length = 0;
    for (let j = 0; j < columns; j += 1) {
      const value = sum[j] as number;
      total[j] = (total[j] as number) + value;
      length += value * value;
    }
    ofMeans += length / size;
  }
  const groups = clusters.length;
  const centre = total.reduce((sum, value) => sum + value * value, 0) / n;
  const between = (ofMeans - centre) / (groups - 1);
  const within = n > groups ? (squares - ofMeans) / (n - groups) : 0;
  const usual = (n - sizes / n) / (groups - 1);
  const below = between + (usual - 1) * within;
  const correlation = below > 0 ? Math.min(1, Math.max(0, (between - within) / below)) : 0;
  return { correlation, effect: 1 + (sizes / n - 1) * correlation };
}
