/** What sets the images of a kind apart from those beside it. */
import type { AttributeName, KindDifference } from '../../contract/report.ts';
import { cliffsDelta } from '../statistics/cliffs-delta.ts';
import { median, varies } from '../statistics/histogram.ts';

/** Of either sign: below it a difference is called negligible (Romano et al. 2006). */
const NEGLIGIBLE = 0.147;
const LISTED = 6;
/** Images of a side that are ranked: more change no digit that is shown. */
const MOST_RANKED = 4_000;

export interface Variable {
  kind: KindDifference['kind'];
  name: string;
  values: Float32Array;
}

/** What kinds are described by: the attributes that vary, and the factors. */
export const describingVariables = (
  attributes: ReadonlyMap<AttributeName, Float32Array>,
  factors: readonly { values: Float32Array }[],
): Variable[] => [
  ...[...attributes].filter(([, values]) => varies(values)).map(([name, values]) => ({ kind: 'attribute' as const, name, values })),
  ...factors.map(({ values }, factor) => ({ kind: 'factor' as const, name: String(factor), values })),
];

/**
 * The variables by which some images differ from others, most first: Cliff's delta (1993), the chance that one of these has the greater
 * value less the chance that it has the smaller, -1 to 1; it asks for no unit and one absurd value does not move it. The interval is that of
 * DeLong, DeLong and Clarke-Pearson (1988). Listed where it leaves out what is negligible (.147).
 */
export function differences(inside: Uint32Array, outside: Uint32Array, variables: readonly Variable[]): KindDifference[] {
  if (inside.length < 2 || outside.length < 2) return [];
  const [own, others] = [thinned(inside), thinned(outside)];
  return variables
    .map(({ kind, name, values }) => {
      const [a, b] = [own, others].map((rows) => Float64Array.from(rows, (row) => values[row] as number)) as [Float64Array, Float64Array];
      return { kind, name, delta: cliffsDelta(a, b), median: median(a), others: median(b) };
    })
    .filter(({ delta }) => Math.max(delta.low, -delta.high) >= NEGLIGIBLE)
    .sort((x, y) => Math.abs(y.delta.value) - Math.abs(x.delta.value))
    .slice(0, LISTED);
}

/** Every so manieth row. */
function thinned(rows: Uint32Array): Uint32Array {
  const step = Math.max(1, rows.length / MOST_RANKED);
  return Uint32Array.from({ length: Math.floor(rows.length / step) }, (_, i) => rows[Math.floor(i * step)] as number);
}
