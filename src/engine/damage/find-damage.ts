/** Damage that a curator looks for, by name: each kind has its own measure, taken against the folder itself. docs/method/damage.md. */
import { type DamageFinding, type DamageKind, damageKinds } from '../../contract/report.ts';
import type { Hooks } from '../hooks.ts';
import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { shareOverClusters } from '../statistics/clustered-share.ts';
import { quantile } from '../statistics/histogram.ts';
import { framesOf } from './framed.ts';
import { type LightMeasures, measureLight } from './light.ts';
import { marksOf } from './marked.ts';
import { mirroredCopies } from './mirrored.ts';
import { FALSE_ALARMS, tailLimit } from './tail.ts';
import { turnedImages } from './turned.ts';

/** Of each image by kind: 0 at the folder's median, named from 1 on; NaN where it was not measured. */
export type DamageColumns = Partial<Record<DamageKind, Float32Array>>;

export interface Damage {
  findings: DamageFinding[];
  columns: DamageColumns;
}

const MOST_LISTED = 48;

/** A kind's measure, higher for worse. */
interface Measure {
  values: Float32Array;
  /** What is beyond the folder's own tail is named, and beyond this: what no one would call damaged is not, however unusual. */
  least: number;
  /** From the folder's median to its quantile .75, at least; null: `least` alone decides. */
  spread: number | null;
  /** In the unit that is told. */
  told: (value: number) => number;
  /** Of a measure that ends at 1, this is beyond doubt wherever the tail ends, unless many images are beyond `least`: cut-outs have straight sides too. */
  most?: number;
  /** What is 0 in the column; the folder's median where it is not said. */
  base?: number;
  partner?: Int32Array;
  quarterTurns?: Uint8Array;
}
type Looked = Measure | { reason: NonNullable<DamageFinding['reason']> };

const LEAST_COLOURED = 12;
const MOST_GRAY_SHARE = 0.5;
const GRAY = 3;
/** Quality of libjpeg under which blocks show in most pictures. */
const POOR_QUALITY = 30;
const FEWEST_JPEGS = 20;
const LEAST_UPRIGHT = 0.8;
const RARE = 0.1;

const levels = (measure: number): number => (Math.exp(-measure) - 1) / 255;
const stepsOf = (quality: number): number => Math.log(quality >= 50 ? 2 * (100.5 - quality) : 5000 / quality);
const qualityOf = (steps: number): number => (Math.exp(steps) <= 100 ? 100.5 - Math.exp(steps) / 2 : 5000 / Math.exp(steps));
const same = (value: number): number => value;

interface Given {
  pixels: PixelSet;
  facts: Pick<ImageFacts, 'jpegQuality'>;
  duplicateOf: Int32Array;
  seed: number;
  light: LightMeasures;
  hooks: Hooks;
}

const LOOK: Record<DamageKind, (given: Given) => Looked | Promise<Looked>> = {
  dark: ({ light }) => ({ values: light.darkness, least: -Math.log(0.4 * 255 + 1), spread: 0.05, told: levels }),
  'low-contrast': ({ light }) => ({ values: light.flatness, least: -Math.log(0.08 * 255 + 1), spread: 0.05, told: levels }),
  blurred: ({ light }) => ({ values: light.blur, least: -Math.log(0.5), spread: 0.03, told: (value) => Math.exp(-value) }),
  gray: ({ light }) => grayAmongColour(light.grayness),
  compressed: ({ facts }) => poorJpegs(facts.jpegQuality),
  turned: async ({ pixels, seed, hooks }) => {
    const { evidence, quarterTurns, upright } = await turnedImages(pixels, new Random(seed), hooks);
    if (upright < LEAST_UPRIGHT) return { reason: 'no-upright' };
    return { values: evidence, least: 0.3, spread: 0.05, told: same, quarterTurns };
  },
  mirrored: async ({ pixels, hooks }) => {
    const { correlation, partner } = await mirroredCopies(pixels, hooks);
    return { values: correlation, least: 0.95, spread: null, told: same, base: 0, partner };
  },
  framed: async ({ pixels, hooks }) => ({ values: await framesOf(pixels, hooks), least: 0.5, most: 0.9, spread: 0.05, told: same }),
  marked: async ({ pixels, duplicateOf, seed, hooks }) => ({
    values: await marksOf(pixels, duplicateOf, new Random(seed), hooks),
    least: 0.3,
    spread: 0.05,
    told: same,
  }),
};

/**
 * @param duplicateOf as findDuplicates gives it
 * @param cluster of each image the first of its cluster, copies where it is left out
 * @param kinds that are looked for; findings come in their order
 * @throws SondeError cancelled
 */
export async function findDamage(
  pixels: PixelSet,
  facts: Pick<ImageFacts, 'jpegQuality'>,
  duplicateOf: Int32Array,
  seed: number,
  { signal, onProgress }: Hooks = {},
  kinds: readonly DamageKind[] = damageKinds,
  cluster: ArrayLike<number> = duplicateOf.map((first, image) => (first < 0 ? image : first)),
): Promise<Damage> {
  const hooks = { signal };
  const light = await measureLight(pixels, hooks);
  const given: Given = { pixels, facts, duplicateOf, seed, light, hooks };
  const columns: DamageColumns = {};
  const findings: DamageFinding[] = [];
  for (const [done, kind] of kinds.entries()) {
    onProgress?.(done, kinds.length);
    const measure = await LOOK[kind](given);
    if ('reason' in measure) {
      findings.push(notLookedFor(kind, measure.reason));
      continue;
    }
    // What is dark has little contrast for that reason alone.
    const { finding, column } = judge(kind, measure, kind === 'low-contrast' ? (columns.dark ?? null) : null, cluster);
    columns[kind] = column;
    findings.push(finding);
  }
  return { findings, columns };
}

const notLookedFor = (kind: DamageKind, reason: NonNullable<DamageFinding['reason']>): DamageFinding => ({
  kind,
  reason,
  count: 0,
  share: null,
  designEffect: 1,
  threshold: null,
  below: false,
  median: null,
  falseAlarms: null,
  images: [],
});

/** Only where the folder is in colour: of a folder that is half gray it is no damage. */
function grayAmongColour(grayness: Float32Array | null): Looked {
  if (!grayness) return { reason: 'gray-folder' };
  const sorted = grayness.slice().sort();
  const gray = grayness.filter((value) => value >= -GRAY).length / grayness.length;
  if (gray > MOST_GRAY_SHARE || quantile(sorted, 0.5) > -LEAST_COLOURED) return { reason: 'gray-folder' };
  return { values: grayness, least: -GRAY - 0.5, spread: null, told: (value) => -value / 255 };
}

function poorJpegs(quality: Float32Array): Looked {
  const values = quality.map(stepsOf);
  if (values.filter(Number.isFinite).length < FEWEST_JPEGS) return { reason: 'no-jpegs' };
  return { values, least: stepsOf(POOR_QUALITY), spread: 0.1, told: qualityOf };
}

/** @param other a column: what it names is not named here @param cluster of each image the first of its cluster */
function judge(
  kind: DamageKind,
  { values, least, most, spread, told, base, partner, quarterTurns }: Measure,
  other: Float32Array | null,
  cluster: ArrayLike<number>,
): { finding: DamageFinding; column: Float32Array } {
  const measured = values.filter(Number.isFinite).sort();
  const median = quantile(measured, 0.5);
  const tail = spread === null ? least : Math.max(least, tailLimit(values, spread));
  const isRare = measured.filter((value) => value > least).length < RARE * measured.length;
  const limit = most !== undefined && isRare ? Math.min(most, tail) : tail;
  const origin = base ?? median;
  const column = values.map((value, i) => {
    const score = (value - origin) / (limit - origin);
    return other && (other[i] as number) > 1 ? Math.min(score, 1) : score;
  });
  const named = Array.from(column.keys())
    .filter((i) => (column[i] as number) > 1)
    .sort((a, b) => (column[b] as number) - (column[a] as number) || a - b);
  const finite = Array.from(values.keys()).filter((i) => Number.isFinite(values[i]));
  const { effect, ...share } = shareOverClusters(
    (at) => (column[finite[at] as number] as number) > 1,
    finite.map((i) => cluster[i] as number),
  );
  return {
    column,
    finding: {
      kind,
      reason: null,
      count: named.length,
      share,
      designEffect: effect,
      threshold: told(limit),
      below: told(1) < told(0),
      median: told(median),
      falseAlarms: spread === null ? null : FALSE_ALARMS,
      images: named.slice(0, MOST_LISTED).map((index) => ({
        index,
        value: told(values[index] as number),
        partner: partner ? (partner[index] as number) : null,
        quarterTurns: quarterTurns ? (quarterTurns[index] as number) : null,
      })),
    },
  };
}
