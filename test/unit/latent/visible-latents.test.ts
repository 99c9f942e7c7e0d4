import { expect, it } from 'vitest';
import { visibleAtMean, visibleLatents } from '../../../src/engine/latent/visible-latents.ts';
import { fitPca } from '../../../src/engine/linear/pca.ts';
import { Random } from '../../../src/engine/random.ts';

const PIXELS = 300;
const LATENTS = 5;
/** What one unit of each latent changes, in grey levels: latent 3 shows most, latent 0 next, the others hardly. */
const STRENGTH = [12, 2, 1, 30, 1];

const random = new Random(3);
const weights = Array.from({ length: LATENTS }, (_, k) =>
  Float64Array.from({ length: PIXELS }, () => (STRENGTH[k] as number) * random.normal()),
);
function decode(z: Float32Array): Uint8Array {
  const rows = z.length / LATENTS;
  const pixels = new Uint8Array(rows * PIXELS);
  for (let i = 0; i < rows; i += 1)
    for (let p = 0; p < PIXELS; p += 1) {
      let level = 128;
      for (let k = 0; k < LATENTS; k += 1) level += (z[i * LATENTS + k] as number) * (weights[k]?.[p] as number);
      pixels[i * PIXELS + p] = Math.max(0, Math.min(255, Math.round(level)));
    }
  return pixels;
}
/** All latents of variance 1, as a model makes them. */
const z = { rows: 400, columns: LATENTS, data: Float32Array.from({ length: 400 * LATENTS }, () => random.normal()) };
const all = [0, 1, 2, 3, 4];

it('distances are root mean squared differences of the pictures', async () => {
  for (const visible of [await visibleLatents(z, all, decode, new Random(1)), visibleAtMean(z, decode)]) {
    const pictures = decode(z.data);
    let [ours, theirs, both] = [0, 0, 0];
    for (let i = 0; i + 1 < z.rows; i += 2) {
      let distance = 0;
      for (let k = 0; k < LATENTS; k += 1)
        distance += ((visible.data[i * LATENTS + k] as number) - (visible.data[(i + 1) * LATENTS + k] as number)) ** 2;
      let difference = 0;
      for (let p = 0; p < PIXELS; p += 1)
        difference += ((pictures[i * PIXELS + p] as number) - (pictures[(i + 1) * PIXELS + p] as number)) ** 2 / PIXELS;
      ours += distance;
      theirs += difference;
      both += Math.sqrt(distance * difference);
    }
    // A twentieth of the pictures' range is cut off at black and white.
    expect(ours / theirs).toBeGreaterThan(0.9);
    expect(ours / theirs).toBeLessThan(1.15);
    expect(both / Math.sqrt(ours * theirs)).toBeGreaterThan(0.99);
  }
});

it('principal components are the directions that show, where those of the latents are any', async () => {
  const { variance, totalVariance, axes } = await fitPca(await visibleLatents(z, all, decode, new Random(1)), 2);
  // 900 and 144 of 1050: the squared strengths.
  expect((variance[0] as number) / totalVariance).toBeGreaterThan(0.75);
  expect(((variance[0] as number) + (variance[1] as number)) / totalVariance).toBeGreaterThan(0.93);
  expect(axes.columns).toBe(LATENTS);
  const plain = await fitPca(z, 2);
  expect((plain.variance[0] as number) / plain.totalVariance).toBeLessThan(0.3);
});

it('counts the active latents alone', async () => {
  const visible = await visibleLatents(z, [3, 0], decode, new Random(1));
  expect([visible.rows, visible.columns]).toEqual([400, 2]);
});
