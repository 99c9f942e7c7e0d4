import type { Estimate } from '../../contract/report.ts';
import { Z95 } from '../statistics/intervals.ts';
import type { Branch } from './kinds-tree.ts';
import type { Refit } from './refits.ts';
import type { ShownKind } from './shown-kinds.ts';

/**
 * A kind's share of all images with a 95 % interval that holds both what chance drew and where its border lies: the binomial variance
 * p (1 - p) / n, and the mean square by which the share of the same kind in refits differs from p.
 * @param parent what is left beside other kinds has as its share in a refit the parent's less theirs
 */
export function shareInterval(kind: ShownKind, parent: ShownKind | null, count: number, n: number, refits: readonly Refit[]): Estimate {
  const value = count / n;
  if (!parent) return { value, low: value, high: value };
  const inTree = kind.members.length;
  const shares = refits.map((refit) => {
    const share = (branch: Branch | null) => (refit.matches.get(branch as Branch)?.branch?.members.length ?? 0) / refit.drawn.length;
    if (kind.branch) return share(kind.branch);
    const beside = parent.children.filter((other) => other.branch).reduce((sum, other) => sum + share(other.branch), 0);
    return Math.max(0, share(parent.branch) - beside);
  });
  // Refits are of the images in the tree, whose share may differ from that of all by what was drawn into it.
  const all = refits[0] ? refits[0].nodeOf.length : n;
  const border = shares.reduce((sum, share) => sum + (share - inTree / all) ** 2, 0) / Math.max(1, shares.length);
  const half = Z95 * Math.sqrt((value * (1 - value)) / n + border);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}
