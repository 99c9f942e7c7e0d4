/** Mixtures of full-covariance Gaussians by expectation maximisation (Dempster, Laird and Rubin 1977), on tensors. */
import type { StoredMixture } from '../../study/mixture-file.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { choleskyWithJitter, invertLower, logDeterminant } from '../linear/cholesky.ts';
import { kMeans } from '../linear/k-means.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows, takeRows } from '../linear/rows.ts';
import { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;
type Tensor2D = import('@tensorflow/tfjs-node').Tensor2D;

export interface MixtureParameters {
  weights: Float64Array;
  /** components x columns. */
  means: Float64Array;
  /** components x columns x columns. */
  covariances: Float64Array;
}
export interface FitOptions extends Hooks {
  seed: number;
  /** Added to every covariance's diagonal. */
  regularisation?: number;
  /** Instead of k-means++. */
  start?: MixtureParameters;
  maximumIterations?: number;
  /** Ends where the mean log-likelihood gains less, in nats. */
  tolerance?: number;
}

const REGULARISATION = 1e-6;
const MOST_ITERATIONS = 100;
const TOLERANCE = 1e-3;
const BLOCK_FLOATS = 2 ** 21;
const START_POINTS = 5000;
const START_ROUNDS = 5;
const LEAST_VARIANCE = 1e-12;

export class Mixture {
  readonly components: number;
  readonly columns: number;
  readonly parameters: MixtureParameters;
  /** Of the fit: iterations it took, and the mean log-likelihood and BIC over the points it was fitted on. */
  readonly iterations: number;
  readonly meanLogLikelihood: number;
  readonly bic: number;
  readonly #factors: Float64Array[];

  constructor(columns: number, parameters: MixtureParameters, fit: { iterations: number; meanLogLikelihood: number; bic: number }) {
    this.components = parameters.weights.length;
    this.columns = columns;
    this.parameters = parameters;
    this.iterations = fit.iterations;
    this.meanLogLikelihood = fit.meanLogLikelihood;
    this.bic = fit.bic;
    const d2 = columns * columns;
    this.#factors = Array.from({ length: this.components }, (_, k) =>
      choleskyWithJitter(parameters.covariances.subarray(k * d2, (k + 1) * d2), columns),
    );
  }

  /** Log density of every point in nats, n. */
  logDensity(points: Matrix): Float32Array {
    const projection = project(this.parameters, this.#factors, this.columns);
    const out = new Float32Array(points.rows);
    try {
      for (const [from, count] of blocks(points, this.components)) {
        out.set(
          tf.tidy(() => tf.logSumExp(jointLogDensity(block(points, from, count), projection), 1).dataSync() as Float32Array),
          from,
        );
      }
    } finally {
      tf.dispose([projection.whitening, projection.shift, projection.constants]);
    }
    return out;
  }

  /** n draws, n x columns. */
  sample(n: number, random: Random): Matrix {
    const { weights, means } = this.parameters;
    const d = this.columns;
    const data = new Float32Array(n * d);
    const noise = new Float64Array(d);
    for (let i = 0; i < n; i += 1) {
      let left = random.uniform();
      let k = 0;
      while (k < this.components - 1 && left >= (weights[k] as number)) {
        left -= weights[k] as number;
        k += 1;
      }
      for (let j = 0; j < d; j += 1) noise[j] = random.normal();
      const factor = this.#factors[k] as Float64Array;
      for (let j = 0; j < d; j += 1) {
        let value = means[k * d + j] as number;
        for (let m = 0; m <= j; m += 1) value += (factor[j * d + m] as number) * (noise[m] as number);
        data[i * d + j] = value;
      }
    }
    return { rows: n, columns: d, data };
  }

  stored(): StoredMixture {
    const { weights, means, covariances } = this.parameters;
    const { columns, iterations, meanLogLikelihood, bic } = this;
    return { columns, iterations, meanLogLikelihood, bic, weights: [...weights], means: [...means], covariances: [...covariances] };
  }
}

/** As it was stored. */
export function mixtureOf(stored: StoredMixture): Mixture {
  const { weights, means, covariances } = stored;
  const parameters = { weights: Float64Array.from(weights), means: Float64Array.from(means), covariances: Float64Array.from(covariances) };
  return new Mixture(stored.columns, parameters, stored);
}

/** What turns points into whitened distances to every component at once. */
interface Projection {
  /** columns x (components * columns) */
  whitening: Tensor2D;
  /** components * columns */
  shift: Tensor;
  /** log weight - log determinant / 2 - d/2 log 2 pi, components. */
  constants: Tensor;
}

function project({ weights, means }: MixtureParameters, factors: Float64Array[], d: number): Projection {
  const k = weights.length;
  const whitening = new Float32Array(d * k * d);
  const shift = new Float32Array(k * d);
  const constants = new Float32Array(k);
  factors.forEach((factor, c) => {
    const inverse = invertLower(factor, d);
    for (let i = 0; i < d; i += 1) {
      let moved = 0;
      for (let j = 0; j <= i; j += 1) {
        whitening[j * k * d + c * d + i] = inverse[i * d + j] as number;
        moved += (inverse[i * d + j] as number) * (means[c * d + j] as number);
      }
      shift[c * d + i] = moved;
    }
    constants[c] = Math.log(Math.max(weights[c] as number, 1e-300)) - 0.5 * (logDeterminant(factor, d) + d * Math.log(2 * Math.PI));
  });
  return { whitening: tf.tensor2d(whitening, [d, k * d]), shift: tf.tensor1d(shift), constants: tf.tensor1d(constants) };
}

/** log weight + log density of every point under every component, n x components. */
function jointLogDensity(x: Tensor2D, { whitening, shift, constants }: Projection): Tensor2D {
  const [n, d] = x.shape;
  const k = constants.shape[0] as number;
  const squares = tf.sum(tf.square(tf.sub(tf.matMul(x, whitening), shift)).reshape([n, k, d]), 2);
  return tf.sub(constants, tf.mul(squares, 0.5)) as Tensor2D;
}

function* blocks(points: Matrix, components: number): Generator<[from: number, count: number]> {
  const size = Math.max(1, Math.floor(BLOCK_FLOATS / (points.columns * Math.max(components, points.columns))));
  for (let from = 0; from < points.rows; from += size) yield [from, Math.min(size, points.rows - from)];
}

const block = ({ data, columns }: Matrix, from: number, count: number): Tensor2D =>
  tf.tensor2d(data.subarray(from * columns, (from + count) * columns), [count, columns]);

interface Sums {
  logLikelihood: number;
  counts: Float64Array;
  firsts: Float64Array;
  seconds: Float64Array;
}

/** One pass over the points: responsibilities, and the sums that the next parameters come from. */
async function expectation(points: Matrix, projection: Projection, k: number, signal: AbortSignal | undefined): Promise<Sums> {
  const d = points.columns;
  const sums: Sums = {
    logLikelihood: 0,
    counts: new Float64Array(k),
    firsts: new Float64Array(k * d),
    seconds: new Float64Array(k * d * d),
  };
  for (const [from, count] of blocks(points, k)) {
    const [logLikelihood, counts, firsts, seconds] = tf.tidy(() => {
      const x = block(points, from, count);
      const joint = jointLogDensity(x, projection);
      const total = tf.logSumExp(joint, 1, true);
      const shares = tf.exp(tf.sub(joint, total)) as Tensor2D;
      const outer = tf.mul(x.expandDims(2), x.expandDims(1)).reshape([count, d * d]) as Tensor2D;
      return [tf.sum(total), tf.sum(shares, 0), tf.matMul(shares, x, true, false), tf.matMul(shares, outer, true, false)].map((one) =>
        one.dataSync(),
      );
    }) as [Float32Array, Float32Array, Float32Array, Float32Array];
    sums.logLikelihood += logLikelihood[0] as number;
    add(sums.counts, counts);
    add(sums.firsts, firsts);
    add(sums.seconds, seconds);
    await breathe(signal);
  }
  return sums;
}

function add(into: Float64Array, values: Float32Array): void {
  for (let i = 0; i < into.length; i += 1) into[i] = (into[i] as number) + (values[i] as number);
}

/** A component that lost its points keeps this many, so that nothing divides by zero. */
const LEAST_COUNT = 1e-3;

function maximisation({ counts, firsts, seconds }: Sums, d: number, regularisation: number): MixtureParameters {
  const k = counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const means = new Float64Array(k * d);
  const covariances = new Float64Array(k * d * d);
  for (let c = 0; c < k; c += 1) {
    const count = Math.max(LEAST_COUNT, counts[c] as number);
    for (let i = 0; i < d; i += 1) means[c * d + i] = (firsts[c * d + i] as number) / count;
    for (let i = 0; i < d; i += 1) {
      for (let j = 0; j < d; j += 1) {
        const at = (c * d + i) * d + j;
        covariances[at] =
          (seconds[at] as number) / count - (means[c * d + i] as number) * (means[c * d + j] as number) + (i === j ? regularisation : 0);
      }
    }
  }
  return { weights: counts.map((count) => count / total), means, covariances };
}

/** Equal spheres around the centres of a few rounds of k-means on some of the points. */
async function startFrom(
  points: Matrix,
  components: number,
  { seed, signal }: FitOptions,
  regularisation: number,
): Promise<MixtureParameters> {
  const random = new Random(seed);
  const some = points.rows > START_POINTS ? takeRows(points, sampleRows(points.rows, START_POINTS, random)) : points;
  const { centres, assignment, own } = await kMeans(some, components, random, { signal, rounds: START_ROUNDS });
  const d = points.columns;
  const variance = Math.max(LEAST_VARIANCE, own.reduce((sum, square) => sum + square, 0) / some.rows / d);
  // One image beyond its own to each component, so that none starts at weight 0.
  const counts = new Float64Array(components).fill(1);
  for (const component of assignment) counts[component] = (counts[component] as number) + 1;
  const covariances = new Float64Array(components * d * d);
  for (let c = 0; c < components; c += 1) for (let i = 0; i < d; i += 1) covariances[(c * d + i) * d + i] = variance + regularisation;
  return {
    weights: counts.map((count) => count / (some.rows + components)),
    means: Float64Array.from(centres.data),
    covariances,
  };
}

/** Free parameters of a mixture: weights, means, symmetric covariances. */
export const parameterCount = (components: number, columns: number): number =>
  components - 1 + components * columns + (components * columns * (columns + 1)) / 2;

/** Points are centred first, so that second moments keep their digits in 32 bits. @throws SondeError cancelled */
export async function fitMixture(points: Matrix, components: number, options: FitOptions): Promise<Mixture> {
  const { regularisation = REGULARISATION, maximumIterations = MOST_ITERATIONS, tolerance = TOLERANCE } = options;
  const d = points.columns;
  const centre = centreOf(points);
  const centred = moved(points, centre);
  let parameters = options.start ? shifted(options.start, centre, -1) : await startFrom(centred, components, options, regularisation);
  let mean = Number.NEGATIVE_INFINITY;
  let iterations = 0;
  for (;;) {
    const projection = project(parameters, factorsOf(parameters, d), d);
    let sums: Sums;
    try {
      sums = await expectation(centred, projection, components, options.signal);
    } finally {
      tf.dispose([projection.whitening, projection.shift, projection.constants]);
    }
    const next = sums.logLikelihood / points.rows;
    const gain = next - mean;
    mean = next;
    options.onProgress?.(iterations, maximumIterations);
    if (iterations >= maximumIterations || Math.abs(gain) < tolerance) break;
    parameters = maximisation(sums, d, regularisation);
    iterations += 1;
  }
  const bic = -2 * mean * points.rows + parameterCount(components, d) * Math.log(points.rows);
  return new Mixture(d, shifted(parameters, centre, 1), { iterations, meanLogLikelihood: mean, bic });
}

function factorsOf({ weights, covariances }: MixtureParameters, d: number): Float64Array[] {
  return Array.from(weights, (_, k) => choleskyWithJitter(covariances.subarray(k * d * d, (k + 1) * d * d), d));
}

function centreOf({ rows, columns, data }: Matrix): Float64Array {
  const mean = new Float64Array(columns);
  for (let i = 0; i < data.length; i += 1) mean[i % columns] = (mean[i % columns] as number) + (data[i] as number) / rows;
  return mean;
}

function moved({ rows, columns, data }: Matrix, centre: Float64Array): Matrix {
  return { rows, columns, data: data.map((value, i) => value - (centre[i % columns] as number)) };
}

function shifted(parameters: MixtureParameters, centre: Float64Array, sign: 1 | -1): MixtureParameters {
  return { ...parameters, means: parameters.means.map((value, i) => value + sign * (centre[i % centre.length] as number)) };
}
