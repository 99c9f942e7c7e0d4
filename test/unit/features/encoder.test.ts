import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ENCODER_FEATURES, ENCODER_SIZE } from '../../../src/engine/features/efficientnet-lite0.ts';
import { loadEncoder } from '../../../src/engine/features/encoder-file.ts';
import { exactNeighbours } from '../../../src/engine/latent/neighbours.ts';
import { SourceReader } from '../../../src/engine/pixels/source-reader.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';

const HANDS = fileURLToPath(new URL('../../fixtures/hands', import.meta.url));
const PATIENCE = 120_000;

/** Bytes by a formula that any language repeats: (x * 3 + y * 5 + c * 40) mod 256. */
function pattern(): Uint8Array {
  const image = new Uint8Array(ENCODER_SIZE * ENCODER_SIZE * 3);
  for (let y = 0; y < ENCODER_SIZE; y += 1)
    for (let x = 0; x < ENCODER_SIZE; x += 1)
      for (let c = 0; c < 3; c += 1) image[(y * ENCODER_SIZE + x) * 3 + c] = (x * 3 + y * 5 + c * 40) % 256;
  return image;
}

/** PyTorch's answer to the pattern, by the same weights, divided by its length: number of a feature to its value. */
const PYTORCH: Record<number, number> = {
  0: 0.0,
  1: 0.0,
  65: 0.01974,
  128: 0.019413,
  272: 0.020729,
  329: 0.020088,
  354: 0.020709,
  491: 0.019484,
  640: 0.0,
  875: 0.01897,
  985: 0.020583,
  1279: 0.016323,
};

const encoder = await loadEncoder('efficientnet-lite0');

test.skipIf(!encoder)(
  'the encoder gives what PyTorch gives of the same weights',
  async () => {
    const features = await encoder?.net.features(pattern());
    for (const [at, value] of Object.entries(PYTORCH)) expect(Math.abs((features?.[Number(at)] as number) - value)).toBeLessThan(1e-4);
  },
  PATIENCE,
);

test.skipIf(!encoder)('it is named with its licence, its source and its hash', () => {
  expect(encoder?.provenance).toMatchObject({ name: 'efficientnet-lite0', licence: 'Apache-2.0' });
  expect(encoder?.provenance.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(encoder?.provenance.source).toContain('f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be');
});

test.skipIf(!encoder)(
  'photographs read a second time have features of length 1; one that is gone is told and has none',
  async () => {
    const source = await openSource(HANDS, {});
    const reader = new SourceReader(source, [...source.images.slice(0, 3).map(({ path }) => path), 'gone.jpg']);
    const { rgb, missing } = await reader.read([0, 3, 2], ENCODER_SIZE);
    expect(missing).toEqual([1]);
    const features = (await encoder?.net.features(rgb)) as Float32Array;
    for (const at of [0, 2]) {
      const one = features.subarray(at * ENCODER_FEATURES, (at + 1) * ENCODER_FEATURES);
      expect(one.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
    }
  },
  PATIENCE,
);

test.skipIf(!encoder)(
  'it tells gestures apart in photographs that it was never shown: its weights are in order',
  async () => {
    const source = await openSource(HANDS, {});
    const paths = source.images.map(({ path }) => path).filter((_, i) => i % 3 === 0);
    const labels = paths.map((place) => place.split('/')[0]);
    const { rgb } = await new SourceReader(source, paths).read([...paths.keys()], ENCODER_SIZE);
    const data = (await encoder?.net.features(rgb)) as Float32Array;
    const { indices } = await exactNeighbours({ rows: paths.length, columns: ENCODER_FEATURES, data }, 1);
    const right = labels.filter((label, i) => labels[indices[i] as number] === label).length;
    // Chance is a tenth; weights read in the order of their storage, not of their strides, reached .15 on three times as many.
    expect(right / labels.length).toBeGreaterThan(0.35);
  },
  PATIENCE,
);
