/**
 * Conformal p-values: how strange a new value is beside values that nothing was learnt from (Bates, Candès, Lei, Romano and Sesia, "Testing for
 * outliers with conformal p-values", Annals of Statistics 51, 2023).
 */

/**
 * 1 + how many of the calibration values are at least as great: over calibration.length + 1 it is the p-value. Where a new value is drawn as they
 * were, no rank is likelier than 1 / (n + 1), whatever the distribution; ties only make it greater.
 * @param calibration ascending
 */
export function conformalRanks(calibration: Float32Array, values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => {
    const value = values[i] as number;
    let [low, high] = [0, calibration.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((calibration[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return calibration.length - low + 1;
  });
}

/**
 * Benjamini and Hochberg's adjusted p-values (1995): of the images with an adjusted p-value of at most q, a share of at most q is expected to be
 * of the null. That holds for conformal p-values although they share their calibration values (Bates et al., theorem 2).
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const n = pValues.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => (pValues[b] as number) - (pValues[a] as number));
  const adjusted = new Float64Array(n);
  let least = 1;
  order.forEach((index, position) => {
    least = Math.min(least, ((pValues[index] as number) * n) / (n - position));
    adjusted[index] = least;
  });
  return adjusted;
}
