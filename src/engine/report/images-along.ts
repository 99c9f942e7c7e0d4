/** So many images stand for a value. */
const IMAGES_A_VALUE = 3;

/** For each value the images whose own lie nearest to it; none stands twice. @param rows the images that may be shown */
export function imagesAlong(values: Float32Array, at: readonly number[], rows: ArrayLike<number>): number[][] {
  const order = Uint32Array.from(rows).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  const taken = new Set<number>();
  return at.map((value) => {
    let right = firstNotBelow(values, order, value);
    let left = right - 1;
    const found: number[] = [];
    while (found.length < IMAGES_A_VALUE && (left >= 0 || right < order.length)) {
      const below = left >= 0 ? value - (values[order[left] as number] as number) : Number.POSITIVE_INFINITY;
      const above = right < order.length ? (values[order[right] as number] as number) - value : Number.POSITIVE_INFINITY;
      const image = order[below <= above ? left-- : right++] as number;
      if (taken.has(image)) continue;
      taken.add(image);
      found.push(image);
    }
    return found;
  });
}

function firstNotBelow(values: Float32Array, order: Uint32Array, value: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[order[middle] as number] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
