import type { Estimate } from '../../contract/report.ts';
import { Z95 } from '../statistics/intervals.ts';
import type { Branch } from './kinds-tree.ts';
import type { Refit } from './refits.ts';
import type { ShownKind } from './shown-kinds.ts';

/**
 * A kind's share of all images with a 95 % interval that holds both what chance drew and where its border lies: the binomial variance
 * p (1 - p) / n, times the design effect of clusters, and the mean square by which the share of the same kind in refits differs from p. In a refit too the kinds beside each
 * other make up the one above: the branches that are most like them may be unlike in what they leave out, and what two kinds gain and lose
 * is the same, so that their intervals mirror each other.
 * @param parent what is left beside other kinds has as its share in a refit the parent's less theirs
 */
export function shareInterval(
  kind: ShownKind,
  parent: ShownKind | null,
  { count, n, effect }: { count: number; n: number; effect: number },
  refits: readonly Refit[],
): Estimate {
  const value = count / n;
  if (!parent) return { value, low: value, high: value };
  const inTree = kind.members.length;
  // Refits are of the images in the tree, whose share may differ from that of all by what was drawn into it.
  const all = refits[0] ? refits[0].nodeOf.length : n;
  const border = refits.reduce((sum, refit) => {
    const found = shareIn(refit, kind, parent);
    return found === null ? sum : sum + (found - inTree / all) ** 2 / refits.length;
  }, 0);
  const half = Z95 * Math.sqrt((effect * value * (1 - value)) / n + border);
  return { value, low: Math.max(0, value - half), high: Math.min(1, value + half) };
}

/** null where nothing of the parent came back. */
function shareIn(refit: Refit, kind: ShownKind, parent: ShownKind): number | null {
  const share = (branch: Branch | null) => (refit.matches.get(branch as Branch)?.branch?.members.length ?? 0) / refit.drawn.length;
  const whole = share(parent.branch);
  const kinds = parent.children.filter(({ branch }) => branch);
  const found = kinds.reduce((sum, other) => sum + share(other.branch), 0);
  const left = kinds.length < parent.children.length ? Math.max(0, whole - found) : 0;
  const total = found + left;
  if (!(total > 0)) return null;
  return (whole * (kind.branch ? share(kind.branch) : left)) / total;
}
