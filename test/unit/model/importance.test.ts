import { expect, test } from 'vitest';
import { importanceBound } from '../../../src/engine/density/importance-bound.ts';
import { NeuralModel } from '../../../src/engine/model/neural-model.ts';
import { type NeuralConfig, neuralProgram } from '../../../src/engine/model/neural-program.ts';
import { Random } from '../../../src/engine/random.ts';

/**
 * A VAE whose weights are set so that it is a linear-Gaussian model, x = 1/2 + W z + noise: its ReLUs stay open, and its sigmoid is used
 * where it is straight to 3e-6. W's two columns are at right angles, so that the posterior has no covariance.
 */
const SIZE = 28;
const PIXELS = SIZE * SIZE;
const LATENT = 2;
const HIDDEN = 400;
const DEVIATION = 0.05;
const LENGTH = 0.12;
const OPEN = 40;
const wave = (column: number, p: number) => LENGTH * Math.sqrt(2 / PIXELS) * Math.cos((2 * Math.PI * (column + 1) * (p + 0.5)) / PIXELS);
/** Of z given x, along each axis. */
const PRECISION = 1 + (LENGTH / DEVIATION) ** 2;
/** The encoder's deviation is wider than the posterior's: were they the same, one draw would be exact. */
const WIDER = 1.3;

function linearGaussian(): NeuralModel {
  const config: NeuralConfig = {
    architecture: 'dense',
    size: SIZE,
    channels: 1,
    latent: LATENT,
    variational: true,
    likelihood: 'gaussian',
  };
  const filled = (shape: [number] | [number, number], value: (row: number, column: number) => number) => {
    const columns = shape.at(-1) as number;
    const length = shape.reduce((product, size) => product * size, 1);
    return { shape: [...shape], values: Float32Array.from({ length }, (_, i) => value(Math.floor(i / columns), i % columns)) };
  };
  const encoder = (p: number, k: number) => wave(k, p) / DEVIATION ** 2 / PRECISION;
  const atHalf = (k: number) => Array.from({ length: PIXELS }, (_, p) => encoder(p, k) / 2).reduce((sum, value) => sum + value, 0);
  const same = (row: number, column: number) => (row === column ? 1 : 0);
  const weights = {
    e_w: filled([PIXELS, HIDDEN], (p, k) => (k < LATENT ? encoder(p, k) : 0)),
    e_b: filled([HIDDEN], () => OPEN),
    mean_w: filled([HIDDEN, LATENT], same),
    mean_b: filled([LATENT], (_, k) => -OPEN - atHalf(k)),
    variance_w: filled([HIDDEN, LATENT], () => 0),
    variance_b: filled([LATENT], () => 2 * Math.log(WIDER) - Math.log(PRECISION)),
    d_w: filled([LATENT, HIDDEN], same),
    d_b: filled([HIDDEN], () => OPEN),
    out_w: filled([HIDDEN, PIXELS], (k, p) => (k < LATENT ? 4 * wave(k, p) : 0)),
    out_b: filled([PIXELS], (_, p) => -4 * OPEN * (wave(0, p) + wave(1, p))),
  };
  return new NeuralModel(config, neuralProgram(config, weights, null), DEVIATION ** 2);
}

/** log N(x; 1/2, W W' + deviation^2 I), by the matrix determinant lemma and Woodbury's identity. */
function logLikelihood(image: Uint8Array): number {
  const centred = Array.from(image, (level) => level / 255 - 0.5);
  const squares = centred.reduce((sum, value) => sum + value * value, 0);
  const projections = [0, 1].map((k) => centred.reduce((sum, value, p) => sum + value * wave(k, p), 0));
  const explained = projections.reduce((sum, value) => sum + value * value, 0) / DEVIATION ** 4 / PRECISION;
  const logDeterminant = 2 * PIXELS * Math.log(DEVIATION) + LATENT * Math.log(PRECISION);
  return -0.5 * (squares / DEVIATION ** 2 - explained + logDeterminant + PIXELS * Math.log(2 * Math.PI));
}

test('the compiled importance weights give a linear-Gaussian model’s log-likelihood within .05 nats at 5,000 draws', () => {
  const random = new Random(5);
  const images = 12;
  const pixels = Uint8Array.from({ length: images * PIXELS });
  for (let i = 0; i < images; i += 1) {
    const z = [random.normal(), random.normal()] as const;
    for (let p = 0; p < PIXELS; p += 1) {
      const value = 0.5 + wave(0, p) * z[0] + wave(1, p) * z[1] + DEVIATION * random.normal();
      pixels[i * PIXELS + p] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  }
  const model = linearGaussian();
  try {
    const draws = 5000;
    const { bound } = importanceBound(model.importanceLogWeights(pixels, images, draws, 3), draws);
    const few = importanceBound(model.importanceLogWeights(pixels, images, 1, 3), 1);
    const truths = Array.from({ length: images }, (_, i) => logLikelihood(pixels.subarray(i * PIXELS, (i + 1) * PIXELS)));
    truths.forEach((truth, i) => {
      expect(Math.abs((bound[i] as number) - truth)).toBeLessThan(0.05);
    });
    // One draw alone does not: the test can fail.
    expect(Math.max(...truths.map((truth, i) => Math.abs((few.bound[i] as number) - truth)))).toBeGreaterThan(0.05);
    // The evidence lower bound lies below by the divergence of the wider posterior from the exact one.
    const gap = LATENT * (WIDER ** 2 / 2 - 0.5 - Math.log(WIDER));
    const gaps = Array.from({ length: 100 }, (_, seed) => {
      const { elbo } = model.perImage(pixels, images, seed);
      return truths.reduce((sum, truth, i) => sum + truth - ((elbo as Float32Array)[i] as number), 0) / images;
    });
    expect(Math.abs(gaps.reduce((sum, value) => sum + value, 0) / gaps.length - gap)).toBeLessThan(0.2);
  } finally {
    model.dispose();
  }
});
