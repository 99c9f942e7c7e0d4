/** Shares of the values below each, ties at their middle: 0..1. */
export function percentiles(values: ArrayLike<number>): Float32Array {
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
  const out = new Float32Array(n);
  for (let from = 0; from < n; ) {
    let to = from;
    while (to + 1 < n && values[order[to + 1] as number] === values[order[from] as number]) to += 1;
    const share = (from + to + 1) / 2 / n;
    for (let i = from; i <= to; i += 1) out[order[i] as number] = share;
    from = to + 1;
  }
  return out;
}

/** Share of the ascending `sorted` values below x, ties at their middle. */
export function percentileAmong(sorted: Float32Array, x: number): number {
  const bound = (after: boolean): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const value = sorted[middle] as number;
      if (value < x || (after && value === x)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (bound(false) + bound(true)) / 2 / sorted.length;
}

/** 1 for the largest; ties in the order of their index. */
export function descendingRanks(values: Float32Array): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[b] as number) - (values[a] as number) || a - b,
  );
  const rank = new Uint32Array(values.length);
  order.forEach((index, i) => {
    rank[index] = i + 1;
  });
  return rank;
}
