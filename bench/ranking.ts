/** Share of pairs (positive, negative) that the score puts in the right order; ties count half. */
export function areaUnderCurve(scores: ArrayLike<number>, positive: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let rankSum = 0;
  let positives = 0;
  let from = 0;
  while (from < order.length) {
    let to = from + 1;
    while (to < order.length && scores[order[to] as number] === scores[order[from] as number]) to += 1;
    for (let i = from; i < to; i += 1)
      if (positive[order[i] as number]) {
        rankSum += (from + 1 + to) / 2;
        positives += 1;
      }
    from = to;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (scores.length - positives));
}

/** Mean precision at each positive, highest score first (scikit-learn's average_precision_score where no scores are tied). */
export function averagePrecision(scores: ArrayLike<number>, positive: ArrayLike<number>): number {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  let hits = 0;
  let sum = 0;
  order.forEach((image, place) => {
    if (!positive[image]) return;
    hits += 1;
    sum += hits / (place + 1);
  });
  return sum / hits;
}

/** Hubert and Arabie (1985): agreement of two partitions, 1 where they are the same, about 0 by chance. */
export function adjustedRandIndex(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  const [cells, ofA, ofB] = [new Map<string, number>(), new Map<unknown, number>(), new Map<unknown, number>()];
  const count = <K>(map: Map<K, number>, at: K) => map.set(at, (map.get(at) ?? 0) + 1);
  for (let i = 0; i < a.length; i += 1) {
    count(cells, `${a[i]} ${b[i]}`);
    count(ofA, a[i]);
    count(ofB, b[i]);
  }
  const pairs = (counts: Iterable<number>) => [...counts].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const [together, inA, inB] = [pairs(cells.values()), pairs(ofA.values()), pairs(ofB.values())];
  const expected = (inA * inB) / ((a.length * (a.length - 1)) / 2);
  const most = (inA + inB) / 2;
  return most === expected ? 0 : (together - expected) / (most - expected);
}
