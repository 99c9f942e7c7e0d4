import { expect, test } from 'vitest';
import type { Matrix } from '../../../src/engine/linear/matrix.ts';
import { LiveEncoder } from '../../../src/engine/model/live-encoder.ts';
import type { NeuralModel } from '../../../src/engine/model/neural-model.ts';

test('the last round holds the last weights alone, however far a round before it had come', () => {
  let weight = 1;
  const model = {
    kind: 'vae',
    latent: 1,
    encode: (pixels: Uint8Array, count: number) => ({
      mean: Float32Array.from({ length: count }, (_, i) => weight * (pixels[i] as number)),
    }),
  } as unknown as NeuralModel;
  const count = 300;
  const data = Uint8Array.from({ length: count }, (_, i) => i % 2);
  const rounds: Matrix[] = [];
  const live = new LiveEncoder(model, { count, size: 1, channels: 1, data }, Uint32Array.from(data.keys()), (z) => void rounds.push(z));
  // One of three batches, by weights that then change: what a slow machine has not got beyond.
  live.afterStep(1000);
  expect(rounds).toHaveLength(0);
  weight = 0.1;
  live.finish();
  expect(rounds).toHaveLength(1);
  expect([...(rounds[0] as Matrix).data]).toEqual([...data].map((value) => Math.fround(0.1 * value)));
  // 0.1 squared over 4 is below 0.01; with a third of the images at the old weights it would be far above.
  expect(live.active).toEqual([]);
});
