import { ranks } from './ranks.ts';

/** Shares of the values below each, ties at their middle: 0..1. */
export function percentiles(values: ArrayLike<number>): Float32Array {
  return Float32Array.from(ranks(values), (rank) => (rank - 0.5) / values.length);
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
