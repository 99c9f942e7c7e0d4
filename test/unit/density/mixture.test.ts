import { expect, test } from 'vitest';
import { gainOverOne } from '../../../src/engine/density/gain-over-one.ts';
import { fitGaussian, gaussianLogDensity, mahalanobis } from '../../../src/engine/density/gaussian.ts';
import { fitMixture, Mixture, mixtureOf } from '../../../src/engine/density/mixture.ts';
import { selectMixture } from '../../../src/engine/density/select-mixture.ts';
import { choleskyWithJitter } from '../../../src/engine/linear/cholesky.ts';
import { Random } from '../../../src/engine/random.ts';

/** Three well apart components in four dimensions, weights .5, .3, .2. */
const truth = new Mixture(
  4,
  {
    weights: Float64Array.of(0.5, 0.3, 0.2),
    means: Float64Array.of(0, 0, 0, 0, 6, 0, 0, 1, 0, -6, 2, 0),
    covariances: Float64Array.from([...spread(1, 0.4), ...spread(0.5, -0.2), ...spread(2, 0.9)]),
  },
  { iterations: 0, meanLogLikelihood: 0, bic: 0 },
);
function spread(variance: number, covariance: number): number[] {
  return [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].map((j) => (i === j ? variance : Math.abs(i - j) === 1 && i + j === 1 ? covariance : 0)));
}
const points = truth.sample(6000, new Random(3));

test('the density of one Gaussian is the closed form', async () => {
  const one = { columns: 2, mean: Float64Array.of(1, -1), covariance: Float64Array.of(2, 0.5, 0.5, 1) };
  const at = { rows: 2, columns: 2, data: Float32Array.of(1, -1, 2, 1) };
  // determinant 1.75; inverse (1, -.5; -.5, 2) / 1.75; (1, 2) gives (1 - 2 + 8) / 1.75 = 4
  expect((await mahalanobis(one, at))[1]).toBeCloseTo(4, 5);
  const [centre, other] = await gaussianLogDensity(one, at);
  expect(centre).toBeCloseTo(-Math.log(2 * Math.PI) - 0.5 * Math.log(1.75), 5);
  expect((centre as number) - (other as number)).toBeCloseTo(2, 5);
  const fitted = await fitGaussian(points, null, () => 0);
  expect(fitted.mean[0]).toBeCloseTo(1.8, 0);
});

test('finds the components that made the points, and its likelihood never falls below the truth by more than noise', async () => {
  const fitted = await fitMixture(points, 3, { seed: 1 });
  const weights = [...fitted.parameters.weights].sort();
  [0.2, 0.3, 0.5].forEach((weight, i) => {
    expect(weights[i]).toBeCloseTo(weight, 1);
  });
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(fitted.meanLogLikelihood).toBeGreaterThan(mean(truth.logDensity(points)) - 0.01);
  expect(mean(fitted.logDensity(points))).toBeCloseTo(fitted.meanLogLikelihood, 3);
});

test('the number of components by BIC is the one that made the points; of one Gaussian it is one', async () => {
  expect((await selectMixture(points, { maximum: 50, seed: 0 })).mixture.components).toBe(3);
  const random = new Random(9);
  const single = { rows: 2000, columns: 5, data: Float32Array.from({ length: 10_000 }, () => random.normal()) };
  expect((await selectMixture(single, { maximum: 50, seed: 0 })).mixture.components).toBe(1);
});

test('survives JSON, and samples as it scores', async () => {
  const fitted = await fitMixture(points, 3, { seed: 1 });
  const again = mixtureOf(JSON.parse(JSON.stringify(fitted.stored())));
  expect(again.logDensity(points)).toEqual(fitted.logDensity(points));
  const drawn = fitted.sample(6000, new Random(5));
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(fitted.logDensity(drawn))).toBeCloseTo(fitted.meanLogLikelihood, 1);
});

test('a flat cloud gets a jitter instead of an error', () => {
  const factor = choleskyWithJitter(Float64Array.of(1, 1, 1, 1), 2);
  expect(factor.every(Number.isFinite)).toBe(true);
});

test('ten iterations from the same start end where scikit-learn’s do', async () => {
  // The reference: scikit-learn 1.9.1, GaussianMixture(3, max_iter=10, tol=0, reg_covar=1e-6) with these weights, means and precisions given.
  let state = 1;
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const centres = [0, 0, 0, 3, -1, 0.5, -2, 2, 1];
  const data = Float32Array.from({ length: 1800 }, (_, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3];
    return (centres[(i % 3) * 3 + j] as number) + (uniform() + uniform() + uniform() - 1.5) * (1 + 0.3 * j);
  });
  const start = {
    weights: new Float64Array(3).fill(1 / 3),
    means: Float64Array.from(data.subarray(0, 9)),
    covariances: Float64Array.from({ length: 27 }, (_, i) => (i % 9 === 0 || i % 9 === 4 || i % 9 === 8 ? 1 : 0)),
  };
  const all = { rows: 600, columns: 3, data };
  const fitted = await fitMixture(all, 3, { seed: 0, start, maximumIterations: 10, tolerance: 0 });
  expect(fitted.iterations).toBe(10);
  expect(fitted.meanLogLikelihood).toBeCloseTo(-4.062768, 4);
  expect(fitted.bic).toBeCloseTo(5060.8326, 0);
  [0.33211049, 0.33321805, 0.33467146].forEach((weight, i) => {
    expect(fitted.parameters.weights[i]).toBeCloseTo(weight, 4);
  });
  [0.23420985, 0.02081839, -0.00595133].forEach((value, i) => {
    expect(fitted.parameters.covariances[i]).toBeCloseTo(value, 4);
  });
});

test('the gain over one Gaussian on held-out points is the closed form, and nothing where one made them', async () => {
  const random = new Random(5);
  const draw = (apart: number) => ({
    rows: 3000,
    columns: 1,
    data: Float32Array.from({ length: 3000 }, () => random.normal() + (random.uniform() < 0.5 ? apart : -apart)),
  });
  const rows = (from: number, end: number) => Uint32Array.from({ length: end - from }, (_, i) => from + i);
  const gain = async (apart: number) => {
    const z = draw(apart);
    const two = await fitMixture({ ...z, rows: 2000, data: z.data.subarray(0, 2000) }, 2, { seed: 0 });
    return gainOverOne(two, z, rows(0, 2000), rows(2000, 3000), { seed: 0 });
  };
  // One Gaussian of the two has variance 1 + 25: log sqrt 26 nats more than a half's, of which log 2 goes to saying which half.
  const apart = await gain(5);
  const truth = Math.log(26) / 2 - Math.log(2);
  expect(apart?.low).toBeLessThan(truth);
  expect(apart?.high).toBeGreaterThan(truth);
  expect((apart?.high as number) - (apart?.low as number)).toBeLessThan(0.2);
  const together = await gain(0);
  expect(together?.low).toBeLessThanOrEqual(0.002);
  expect(Math.abs(together?.value as number)).toBeLessThan(0.01);
  const z = draw(0);
  expect(await gainOverOne(await fitMixture(z, 1, { seed: 0 }), z, rows(0, 2000), rows(2000, 3000), { seed: 0 })).toBeNull();
});
