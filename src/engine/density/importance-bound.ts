/** The importance-weighted bound on the log-likelihood (Burda, Grosse and Salakhutdinov 2016, equation 8). */
export interface ImportanceBound {
  /** Of each image in nats, n. */
  bound: Float64Array;
  mean: number;
  /** Of the mean over the images. */
  standardError: number;
  draws: number;
}

/** logWeights: n x draws, log p(x, z_k) - log q(z_k | x). */
export function importanceBound(logWeights: Float32Array, draws: number): ImportanceBound {
  const n = logWeights.length / draws;
  const bound = Float64Array.from({ length: n }, (_, i) => {
    const own = logWeights.subarray(i * draws, (i + 1) * draws);
    let most = Number.NEGATIVE_INFINITY;
    for (const weight of own) if (weight > most) most = weight;
    let sum = 0;
    for (const weight of own) sum += Math.exp(weight - most);
    return most + Math.log(sum / draws);
  });
  const mean = bound.reduce((sum, value) => sum + value, 0) / n;
  const squares = bound.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { bound, mean, standardError: n > 1 ? Math.sqrt(squares / (n - 1) / n) : Number.POSITIVE_INFINITY, draws };
}
