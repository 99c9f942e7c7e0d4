/** A folder's subfolders held against what its images show. They are checked; nothing else is computed from them. */
import { type SubfolderChecks, splitNames } from '../../contract/subfolders.ts';
import type { Hooks } from '../hooks.ts';
import type { ImageNeighbours } from '../latent/layout-images.ts';
import { rolesOf } from '../source/roles.ts';
import { checkLabels } from './labels.ts';
import { findLeaks } from './leaks.ts';
import { proposeSplits } from './proposed-split.ts';
import { findShortcuts, type ShortcutInput } from './shortcuts.ts';

const LISTED_LEAKS = 24;
const LISTED_LABELS = 200;

export interface SubfolderInput extends ShortcutInput {
  /** Of each image the kind of the composition that holds it. */
  kind: ArrayLike<number>;
  /** Of each image -1, or the first image of the set that it repeats. */
  duplicateOf: Int32Array;
  /** null where images have none. */
  neighbours: ImageNeighbours | null;
}

/** @returns null where all images lie in one folder. @throws SondeError cancelled */
export async function checkSubfolders(input: SubfolderInput, seed: number, hooks: Hooks = {}): Promise<SubfolderChecks | null> {
  const { facts, cluster, kind, neighbours } = input;
  const { split, label } = rolesOf(facts.label);
  const parts = splitNames.map((name) => ({ name, count: split.reduce((sum, part) => sum + Number(part === name), 0) }));
  const splits = parts.filter(({ count }) => count > 0);
  const labels = countsOf(label);
  if (splits.length === 0 && labels.length < 2) return null;
  const common = { cluster, duplicateOf: input.duplicateOf, contentHash: facts.contentHash };
  const between = splits.length === 0 ? [] : findLeaks({ ...common, side: 'split', subfolder: split, order: splitNames });
  const contradicting =
    labels.length < 2 ? [] : findLeaks({ ...common, side: 'label', subfolder: label, order: labels.map(({ name }) => name) });
  const { mended } = splits.length === 0 ? { mended: null } : proposeSplits({ cluster, kind, present: split }, seed);
  const { shortcuts, tested } = await findShortcuts(input, { split, label }, seed, hooks);
  return {
    splits,
    unsplit: splits.length === 0 ? 0 : split.filter((part) => part === null).length,
    labels: labels.length < 2 ? [] : labels.slice(0, LISTED_LABELS),
    leaks: [...between.slice(0, LISTED_LEAKS), ...contradicting.slice(0, LISTED_LEAKS)],
    leaking: { split: between.length, label: contradicting.length },
    shortcuts,
    tried: tested,
    labelled: neighbours && labels.length > 1 ? await checkLabels({ label, cluster, neighbours }, seed, hooks) : null,
    moved: mended?.reduce((sum, part, image) => sum + Number(part !== split[image]), 0) ?? null,
  };
}

/** The most images first, names by their order in the folder. */
function countsOf(label: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of label) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
}
