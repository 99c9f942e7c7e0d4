/** Images that are not independent of each other: sets of copies, and whatever else joins them. */

/** Of each image the first of its cluster: itself, where it repeats none. @param duplicateOf -1, or the first image of the set */
export const copyClusters = (duplicateOf: Int32Array): Int32Array => duplicateOf.map((first, image) => (first < 0 ? image : first));

/** Clusters with these pairs of images in one as well. */
export function joinClusters(cluster: Int32Array, pairs: readonly (readonly [number, number])[]): Int32Array {
  const roots = cluster.slice();
  const rootOf = (image: number): number => {
    let at = image;
    while (roots[at] !== at) {
      // Halved on the way, or the frames of a long video would be one long chain.
      roots[at] = roots[roots[at] as number] as number;
      at = roots[at] as number;
    }
    return at;
  };
  for (const [a, b] of pairs) {
    const [first, second] = [rootOf(a), rootOf(b)];
    roots[Math.max(first, second)] = Math.min(first, second);
  }
  return roots.map((_, image) => rootOf(image));
}

/** The images of every cluster with more than one, ascending. @param cluster of each image the first of its cluster */
export function clustersOf(cluster: Int32Array): number[][] {
  const members = new Map<number, number[]>();
  cluster.forEach((first, image) => {
    if (first === image) return;
    const own = members.get(first);
    if (own) own.push(image);
    else members.set(first, [first, image]);
  });
  return [...members.values()];
}
