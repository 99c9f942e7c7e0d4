/** Simple attributes that tell subfolders apart, each alone: what a model could learn instead of the subject. */
import path from 'node:path';
import type { Shortcut } from '../../contract/subfolders.ts';
import { breathe, type Hooks } from '../hooks.ts';
import { sampleRows } from '../linear/rows.ts';
import { attributeColumns } from '../pixels/attribute-columns.ts';
import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';
import { Random } from '../random.ts';
import { holm } from '../statistics/binomial.ts';
import { median } from '../statistics/histogram.ts';
import { borders } from './border.ts';
import { balanced, balancedAccuracy, binned, folds, recognised } from './one-attribute.ts';

const LEVEL = 0.05;
const PERMUTATIONS = 999;
/** An attribute that so many shuffles beat is no finding, however many more follow (Besag and Clifford 1991). */
const BEATEN = 20;
const MOST_IMAGES = 3_000;
const FEWEST_IN_CLASS = 10;
const MOST_CLASSES = 40;
/** Of the way from chance to always right, at the interval's lower end: less is certain in a large folder and helps no model. */
const LEAST_GAIN = 0.1;
const PICTURES = 3;

interface Attribute {
  about: Shortcut['about'];
  name: string;
  values: ArrayLike<number | string>;
}

export interface ShortcutInput {
  facts: ImageFacts;
  pixels: PixelSet;
  factors: readonly { values: Float32Array }[];
  /** Of each image the first of its cluster. */
  cluster: Int32Array;
}

/** What is known of every image without looking at what it shows: of its file, of its light and its border, and the factors. */
export function simpleAttributes({ facts, pixels, factors }: Omit<ShortcutInput, 'cluster'>): Attribute[] {
  const columns = attributeColumns(facts);
  const { mean, spread } = borders(pixels);
  const file = (name: string, values: ArrayLike<number | string>): Attribute => ({ about: 'file', name, values });
  const picture = (name: string, values: ArrayLike<number>): Attribute => ({ about: 'picture', name, values });
  const format = facts.path.map((name) => path.posix.extname(name).slice(1).toLowerCase().replace('jpeg', 'jpg'));
  return [
    file('format', format),
    file('camera', facts.camera),
    file('quality', facts.jpegQuality),
    ...[...columns].map(([name, values]) => (name === 'aspect' || name === 'size' ? file(name, values) : picture(name, values))),
    picture('border', mean),
    picture('border-detail', spread),
    ...factors.map(({ values }, factor): Attribute => ({ about: 'factor', name: String(factor), values })),
  ].filter(({ values }) => Array.from(values).some((value) => !Object.is(value, values[0])));
}

interface Side {
  side: Shortcut['side'];
  /** Image numbers that are looked at, one a cluster. */
  images: Uint32Array;
  label: Uint32Array;
  names: string[];
  sizes: number[];
}

/** One image a cluster of the subfolders with at least ten; null where fewer than two are left. */
function sideOf(side: Shortcut['side'], subfolder: readonly (string | null)[], cluster: Int32Array, random: Random): Side | null {
  const alone = Uint32Array.from(cluster.keys()).filter((image) => cluster[image] === image && subfolder[image] !== null);
  const rows = sampleRows(alone.length, MOST_IMAGES, random).map((i) => alone[i] as number);
  const counts = new Map<string, number>();
  for (const image of rows) counts.set(subfolder[image] as string, (counts.get(subfolder[image] as string) ?? 0) + 1);
  const kept = [...counts]
    .filter(([, count]) => count >= FEWEST_IN_CLASS)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_CLASSES);
  if (kept.length < 2) return null;
  const place = new Map(kept.map(([name], i) => [name, i]));
  const images = rows.filter((image) => place.has(subfolder[image] as string));
  return {
    side,
    images,
    label: Uint32Array.from(images, (image) => place.get(subfolder[image] as string) as number),
    names: kept.map(([name]) => name),
    sizes: kept.map(([, count]) => count),
  };
}

interface Tested {
  attribute: Attribute;
  side: Side;
  shares: Float64Array;
  /** The class whose values are least like those of the others. */
  best: number;
  pValue: number;
}

/** Every attribute against the parts of the split and against the labels; the p-value by shuffling the subfolders among the images. */
async function testSide(side: Side, attributes: readonly Attribute[], random: Random, signal: AbortSignal | undefined): Promise<Tested[]> {
  const fold = folds(side.images.length, random);
  const open = attributes.flatMap((attribute) => {
    const { bin, bins } = binned(Array.from(side.images, (image) => attribute.values[image] as number | string));
    if (bin.every((one) => one === bin[0])) return [];
    const shares = recognised(bin, bins, fold, side.label, side.sizes);
    return [{ attribute, side, bin, bins, shares, seen: balanced(shares), beaten: 0, drawn: 0, pValue: 1 }];
  });
  const shuffled = side.label.slice();
  for (let draw = 1; draw <= PERMUTATIONS; draw += 1) {
    const left = open.filter(({ beaten }) => beaten < BEATEN);
    if (left.length === 0) break;
    if (draw % 20 === 0) await breathe(signal);
    random.shuffle(shuffled);
    for (const one of left) {
      one.drawn = draw;
      if (balanced(recognised(one.bin, one.bins, fold, shuffled, side.sizes)) >= one.seen) one.beaten += 1;
    }
  }
  return open.map(({ attribute, bin, bins, shares, beaten, drawn }) => ({
    attribute,
    side,
    shares,
    best: mostApart(bin, bins, side, shares),
    pValue: beaten >= BEATEN ? beaten / drawn : (1 + beaten) / (1 + drawn),
  }));
}

/**
 * The attributes that tell parts of the split or labels apart: balanced accuracy, cross-validated, whose interval lies a tenth of the way
 * from chance to certainty above it, and p of at most .05 by Holm over all that were tried. What a file says comes first, then the best.
 */
export async function findShortcuts(
  input: ShortcutInput,
  { split, label }: { split: readonly (string | null)[]; label: readonly string[] },
  seed: number,
  { signal }: Hooks = {},
): Promise<{ shortcuts: Shortcut[]; tested: number }> {
  const random = new Random(seed);
  const attributes = simpleAttributes(input);
  const sides = [sideOf('split', split, input.cluster, random), sideOf('label', label, input.cluster, random)];
  const tested: Tested[] = [];
  for (const side of sides) if (side) tested.push(...(await testSide(side, attributes, random, signal)));
  const adjusted = holm(tested.map(({ pValue }) => pValue));
  const shortcuts = tested
    .map(({ pValue, ...one }, i) => shortcutOf(one, pValue, adjusted[i] as number))
    .filter(({ accuracy, chance, adjustedPValue }) => adjustedPValue <= LEVEL && accuracy.low >= chance + LEAST_GAIN * (1 - chance));
  const first = ({ side, about }: Shortcut) => 2 * Number(side === 'label') + Number(about !== 'file');
  return { shortcuts: shortcuts.sort((a, b) => first(a) - first(b) || gain(b) - gain(a)), tested: tested.length };
}

const gain = ({ accuracy, chance }: Shortcut): number => (accuracy.value - chance) / (1 - chance);

/**
 * The class whose share in the bins is farthest from that of all others together (total variation): one that is recognised wholly may be
 * what is said of all that look alike.
 */
function mostApart(bin: Uint8Array, bins: number, { label, sizes }: Side, shares: Float64Array): number {
  const classes = sizes.length;
  const [counts, all] = [new Uint32Array(bins * classes), new Uint32Array(bins)];
  bin.forEach((b, i) => {
    const at = b * classes + (label[i] as number);
    counts[at] = (counts[at] as number) + 1;
    all[b] = (all[b] as number) + 1;
  });
  const apart = sizes.map((size, c) => {
    let sum = 0;
    for (let b = 0; b < bins; b += 1) {
      const own = counts[b * classes + c] as number;
      sum += Math.abs(own / size - ((all[b] as number) - own) / (bin.length - size));
    }
    return sum;
  });
  // Of two classes each is as far from the other: then the one that is recognised better.
  const farthest = Math.max(...apart) - 1e-9;
  return sizes.reduce(
    (best, _, c) => ((apart[c] as number) >= farthest && (best < 0 || (shares[c] as number) > (shares[best] as number)) ? c : best),
    -1,
  );
}

function shortcutOf({ attribute, side, shares, best }: Omit<Tested, 'pValue'>, pValue: number, adjustedPValue: number): Shortcut {
  const { images, label, names, sizes } = side;
  const own = images.filter((_, i) => label[i] === best);
  const others = images.filter((_, i) => label[i] !== best);
  const typical = (rows: Uint32Array) => typicalOf(Array.from(rows, (image) => attribute.values[image] as number | string));
  const [value, othersValue] = [typical(own), typical(others)];
  const nearest = (rows: Uint32Array, to: number | string | null) => {
    const distance = (image: number): number => {
      const at = attribute.values[image] as number | string;
      if (typeof at === 'string' || typeof to === 'string') return Number(at !== to);
      return to === null ? Number(!Number.isNaN(at)) : Number.isNaN(at) ? Number.POSITIVE_INFINITY : Math.abs(at - to);
    };
    return Array.from(rows)
      .sort((a, b) => distance(a) - distance(b) || a - b)
      .slice(0, PICTURES);
  };
  return {
    side: side.side,
    about: attribute.about,
    name: attribute.name,
    accuracy: balancedAccuracy(shares, sizes),
    chance: 1 / sizes.length,
    classes: sizes.length,
    pValue,
    adjustedPValue,
    best: names[best] as string,
    recognised: shares[best] as number,
    value,
    others: othersValue,
    images: [nearest(own, value), nearest(others, othersValue)],
  };
}

/** The median of numbers, null where most have none; the most frequent of texts. */
function typicalOf(values: readonly (number | string)[]): number | string | null {
  if (typeof values[0] === 'string') {
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value as string, (counts.get(value as string) ?? 0) + 1);
    return ([...counts].sort((a, b) => b[1] - a[1])[0] as [string, number])[0];
  }
  const numbers = (values as readonly number[]).filter((value) => !Number.isNaN(value));
  return 2 * numbers.length > values.length ? median(numbers) : null;
}
