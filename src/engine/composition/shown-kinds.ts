/** Which splits of the tree are shown: those that refits repeat and that part two modes. */
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { holm } from '../statistics/binomial.ts';
import { type Branch, branchesOf } from './kinds-tree.ts';
import { type Refit, STABLE, stabilityOf } from './refits.ts';
import { twoModesPValue } from './two-modes.ts';

const LEVEL = 0.05;

export interface ShownKind {
  /** Ascending nodes. */
  members: Uint32Array;
  /** null of what is left beside the other children of its parent, and of all images. */
  branch: Branch | null;
  /** Of the split that parted it, adjusted over all splits that were tested; null where there was none. */
  pValue: number | null;
  children: ShownKind[];
}

/**
 * The tree of kinds that can be shown. A split is where both its sides come back in refits (mean Jaccard index at least .75), or one does
 * and the other is made of kinds that do, and where the dip test of the images that were not drawn has two modes along the direction between them in every space, adjusted by Holm. Below a split that
 * has not, what is found further down and comes back stands beside the rest of that branch.
 */
export async function shownKinds(
  tree: Branch,
  spaces: readonly Matrix[],
  refits: readonly Refit[],
  { signal }: Hooks = {},
): Promise<{ root: ShownKind; tested: number }> {
  const stable = new Map([...branchesOf(tree)].map((branch) => [branch, stabilityOf(branch, refits).jaccard >= STABLE]));
  // Of several kinds that lie about equally far from each other, which two are joined first is chance: what holds them does not come
  // back, though each of them does.
  const holdsKinds = (branch: Branch): boolean => [...branchesOf(branch)].some((below) => below !== branch && stable.get(below));
  const tested = [...branchesOf(tree)].filter(
    ({ children }) => children?.some((child) => stable.get(child)) && children.every((child) => stable.get(child) || holdsKinds(child)),
  );
  const pValues: number[] = [];
  for (const branch of tested) {
    const inEach: number[] = [];
    for (const points of spaces) inEach.push(await twoModesPValue(branch, points, refits, holdsKinds));
    pValues.push(Math.max(...inEach));
    await breathe(signal);
  }
  const adjusted = new Map(holm(pValues).map((pValue, i) => [tested[i] as Branch, pValue]));
  const supported = (branch: Branch) => (adjusted.get(branch) ?? 1) <= LEVEL;

  function parts(branch: Branch): ShownKind[] {
    if (!branch.children) return [];
    if (supported(branch)) {
      const pValue = adjusted.get(branch) ?? null;
      return branch.children.flatMap((child) => {
        const children = parts(child);
        if (stable.get(child)) return [{ members: child.members, branch: child, pValue, children }];
        // What holds several kinds by chance is no kind: they stand beside each other.
        return children.length > 0 ? children : [{ members: child.members, branch: null, pValue, children }];
      });
    }
    const found = branch.children.flatMap(parts).filter((part) => part.branch);
    if (found.length === 0) return [];
    const taken = new Set(found.flatMap(({ members }) => [...members]));
    const left = branch.members.filter((node) => !taken.has(node));
    return left.length === 0 ? found : [...found, { members: left, branch: null, pValue: null, children: [] }];
  }
  return { root: { members: tree.members, branch: tree, pValue: null, children: parts(tree) }, tested: tested.length };
}
