import { expect, test } from 'vitest';
import { asHeldOut, asIfNew } from '../../../src/engine/density/as-held-out.ts';
import { Random } from '../../../src/engine/random.ts';

test.each([40, 150])('each of %i held-out images is placed as if it had had no part in where the others were moved to', (held) => {
  const random = new Random(held);
  const learnt = Uint32Array.from({ length: 300 }, (_, i) => i);
  const values = Float32Array.from({ length: 300 + held }, (_, i) => Math.exp(random.normal()) * (i < 300 ? 0.5 : 1));
  const [moved, asNew] = [asHeldOut(values, learnt), asIfNew(values, learnt)];
  expect(asNew.subarray(0, 300)).toEqual(values.subarray(0, 300));
  const below = (all: Float32Array, value: number) => all.subarray(0, 300).filter((one) => one < value).length;
  let changed = 0;
  for (let row = 300; row < values.length; row += 1) {
    // The same without it: the others are moved to where the rest of the held-out images lie.
    const without = asHeldOut(
      values.filter((_, i) => i !== row),
      learnt,
    );
    expect(Math.abs(below(without, values[row] as number) - below(moved, asNew[row] as number))).toBeLessThanOrEqual(1);
    if (below(moved, values[row] as number) !== below(moved, asNew[row] as number)) changed += 1;
  }
  expect(changed).toBeGreaterThan(held / 4);
});
