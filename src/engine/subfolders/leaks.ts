/** Pictures that stand in more than one subfolder, and bursts that were torn. */
import type { Leak } from '../../contract/subfolders.ts';
import { clustersOf, copyClusters } from '../independence/clusters.ts';

const PAIRS = 6;
const CONTENT_HASH_BYTES = 32;

export interface LeakInput {
  side: Leak['side'];
  /** Of each image, null where it is in none that is looked at. */
  subfolder: readonly (string | null)[];
  /** Names in the order in which the earlier is `from`. */
  order: readonly string[];
  /** Of each image the first of its cluster. */
  cluster: Int32Array;
  /** Of each image -1, or the first image of the set that it repeats. */
  duplicateOf: Int32Array;
  /** SHA-256 of each image's bytes, 32 an image. */
  contentHash: Uint8Array;
}

/** Every two subfolders that share pictures or bursts, most copies first. Each image is counted once for each subfolder that it repeats. */
export function findLeaks({ side, subfolder, order, cluster, duplicateOf, contentHash }: LeakInput): Leak[] {
  const bytesOf = (image: number) =>
    Buffer.from(contentHash.buffer, contentHash.byteOffset + image * CONTENT_HASH_BYTES, CONTENT_HASH_BYTES).toString('latin1');
  const setOf = copyClusters(duplicateOf);
  const totals = new Map<string, number>();
  for (const name of subfolder) if (name !== null) totals.set(name, (totals.get(name) ?? 0) + 1);
  const rank = new Map(order.map((name, i) => [name, i]));
  const found = new Map<string, Leak>();
  for (const members of clustersOf(cluster)) {
    const parts = new Map<string, number[]>();
    for (const image of members) {
      const name = subfolder[image];
      if (name === null || name === undefined) continue;
      const own = parts.get(name);
      if (own) own.push(image);
      else parts.set(name, [image]);
    }
    if (parts.size < 2) continue;
    const sorted = [...parts].sort(([a], [b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
    sorted.forEach(([to, images], i) => {
      for (const [from, originals] of sorted.slice(0, i)) {
        const known = new Map(originals.map((image) => [bytesOf(image), image]));
        const repeated = new Map(originals.map((image) => [setOf[image] as number, image]));
        const key = JSON.stringify([from, to]);
        const leak = found.get(key) ?? { side, from, to, count: 0, exact: 0, total: totals.get(to) ?? 0, burst: 0, pairs: [] };
        found.set(key, leak);
        for (const image of images) {
          const same = known.get(bytesOf(image));
          const copy = same ?? repeated.get(setOf[image] as number);
          if (copy === undefined) leak.burst += 1;
          else leak.count += 1;
          if (same !== undefined) leak.exact += 1;
          if (leak.pairs.length < PAIRS) leak.pairs.push([copy ?? (originals[0] as number), image]);
        }
      }
    });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || b.burst - a.burst);
}
