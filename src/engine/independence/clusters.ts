/** Images that are not independent of each other: sets of copies, and whatever else joins them. */

/** Of each image the first of its cluster: itself, where it repeats none. @param duplicateOf -1, or the first image of the set */
export const copyClusters = (duplicateOf: Int32Array): Int32Array => duplicateOf.map((first, image) => (first < 0 ? image : first));

/** The images of every cluster with more than one, ascending. @param cluster of each image the first of its cluster */
export function clustersOf(cluster: Int32Array): number[][] {
  const members = new Map<number, number[]>();
  cluster.forEach((first, image) => {
    if (first !== image) members.set(first, [...(members.get(first) ?? [first]), image]);
  });
  return [...members.values()];
}
