/** A split of the images in which no picture stands in two parts, with the same share of every kind in each. */
import { type SplitName, splitNames } from '../../contract/subfolders.ts';
import { Random } from '../random.ts';

/** Where a folder has no split of its own. */
const USUAL: Record<SplitName, number> = { train: 0.8, validation: 0.1, test: 0.1 };

export interface SplitInput {
  /** Of each image the first of its cluster: what must stay together. */
  cluster: Int32Array;
  /** Of each image the kind of the composition that holds it; any number where there is none. */
  kind: ArrayLike<number>;
  /** The part that each image is in. */
  present: readonly (SplitName | null)[];
}

export interface ProposedSplits {
  /** From the start: clusters are drawn so that every kind has the wanted shares in every part. */
  proposed: SplitName[];
  /** The present parts, of whose clusters only those that stand in two are moved into one; null where there are none. */
  mended: (SplitName | null)[] | null;
  /** Wanted shares: those of the present parts, else 80, 10 and 10 %. */
  shares: Record<SplitName, number>;
}

/** The same input and seed give the same parts. */
export function proposeSplits(input: SplitInput, seed: number): ProposedSplits {
  const { present } = input;
  const split = present.filter((part) => part !== null);
  const shares =
    split.length === 0
      ? USUAL
      : (Object.fromEntries(splitNames.map((name) => [name, split.filter((part) => part === name).length / split.length])) as Record<
          SplitName,
          number
        >);
  const groups = groupsOf(input, new Random(seed));
  const proposed = new Array<SplitName>(present.length);
  const wanted = new Wanted(shares, groups);
  for (const group of groups) {
    const part = wanted.best(group, splitNames);
    wanted.take(group, part);
    for (const image of group.images) proposed[image] = part;
  }
  return { proposed, shares, mended: split.length === 0 ? null : mend(groups, present, shares) };
}

interface Group {
  images: number[];
  kind: number;
}

/** Large clusters first, since the small ones even out what they leave; those of one size by chance. */
function groupsOf({ cluster, kind }: SplitInput, random: Random): Group[] {
  const groups = new Map<number, Group>();
  cluster.forEach((first, image) => {
    const group = groups.get(first);
    if (group) group.images.push(image);
    else groups.set(first, { images: [image], kind: kind[first] as number });
  });
  const list = [...groups.values()];
  const order = random.shuffle(Uint32Array.from(list.keys()));
  return Array.from(order, (i) => list[i] as Group).sort((a, b) => b.images.length - a.images.length);
}

/** How many images each part still lacks, by kind and in all. */
class Wanted {
  readonly #byKind = new Map<number, Record<SplitName, number>>();
  readonly #all: Record<SplitName, number>;
  readonly #shares: Record<SplitName, number>;

  constructor(shares: Record<SplitName, number>, groups: readonly Group[]) {
    this.#shares = shares;
    const times = (images: number) => ({
      train: shares.train * images,
      validation: shares.validation * images,
      test: shares.test * images,
    });
    const sizes = new Map<number, number>();
    for (const { images, kind } of groups) sizes.set(kind, (sizes.get(kind) ?? 0) + images.length);
    for (const [kind, size] of sizes) this.#byKind.set(kind, times(size));
    this.#all = times(groups.reduce((sum, { images }) => sum + images.length, 0));
  }

  /** The part that lacks most of the group's kind; where kinds are small their rounding would add up, so that of all counts as well. */
  best({ kind }: Group, among: readonly SplitName[]): SplitName {
    const lack = (part: SplitName) => (this.#byKind.get(kind)?.[part] ?? 0) + Math.max(-1, Math.min(1, this.#all[part])) / 2;
    return among.filter((part) => this.#shares[part] > 0).reduce((best, part) => (lack(part) > lack(best) ? part : best));
  }

  take({ kind, images }: Group, part: SplitName): void {
    const own = this.#byKind.get(kind);
    if (own) own[part] -= images.length;
    this.#all[part] -= images.length;
  }
}

function mend(groups: readonly Group[], present: readonly (SplitName | null)[], shares: Record<SplitName, number>): (SplitName | null)[] {
  const mended = [...present];
  const wanted = new Wanted(shares, groups);
  const torn: { group: Group; parts: SplitName[] }[] = [];
  for (const group of groups) {
    const parts = splitNames.filter((name) => group.images.some((image) => present[image] === name));
    if (parts.length > 1) torn.push({ group, parts });
    else if (parts[0]) wanted.take(group, parts[0]);
  }
  for (const { group, parts } of torn) {
    const part = wanted.best(group, parts);
    wanted.take(group, part);
    for (const image of group.images) if (present[image] !== null) mended[image] = part;
  }
  return mended;
}
