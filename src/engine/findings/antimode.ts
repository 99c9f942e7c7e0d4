const GRID = 256;
const HALVINGS = 30;

/**
 * The lowest place between two modes: the Gaussian kernel density's least value between its modes at the smallest bandwidth that
 * leaves two of them (Silverman 1981, J. R. Statist. Soc. B 43).
 * @param sorted ascending, of which one mode was rejected
 */
export function antimode(sorted: ArrayLike<number>): number {
  const low = sorted[0] as number;
  const high = sorted[sorted.length - 1] as number;
  const step = (high - low) / (GRID - 1);
  const counts = new Float64Array(GRID);
  for (let i = 0; i < sorted.length; i += 1) {
    const at = Math.round(((sorted[i] as number) - low) / step);
    counts[at] = (counts[at] as number) + 1;
  }
  let [one, many] = [GRID, 0.25];
  for (let i = 0; i < HALVINGS; i += 1) {
    const bandwidth = Math.sqrt(one * many);
    if (modesOf(smooth(counts, bandwidth)).length <= 2) one = bandwidth;
    else many = bandwidth;
  }
  const density = smooth(counts, one);
  const [first, last] = modesOf(density);
  // So wide a kernel leaves one mode where the bandwidths of two and of three meet: the widest empty place parts the values then.
  if (first === undefined || last === undefined) return widestGap(sorted);
  let least = first;
  for (let at = first; at <= last; at += 1) if ((density[at] as number) < (density[least] as number)) least = at;
  return low + least * step;
}

function smooth(counts: Float64Array, bandwidth: number): Float64Array {
  const reach = Math.min(GRID, Math.ceil(5 * bandwidth));
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp((-0.5 * (i - reach) ** 2) / bandwidth ** 2));
  return Float64Array.from({ length: GRID }, (_, at) => {
    let sum = 0;
    for (let j = Math.max(0, at - reach); j <= Math.min(GRID - 1, at + reach); j += 1)
      sum += (counts[j] as number) * (kernel[j - at + reach] as number);
    return sum;
  });
}

/** Places of the local maxima; the first of equal values. */
function modesOf(density: Float64Array): number[] {
  const modes: number[] = [];
  for (let at = 0; at < density.length; at += 1) {
    const here = density[at] as number;
    let next = at + 1;
    while (next < density.length && density[next] === here) next += 1;
    const rises = at === 0 || (density[at - 1] as number) < here;
    if (rises && here > 0 && (next === density.length || (density[next] as number) < here)) modes.push(at);
    at = next - 1;
  }
  return modes;
}

function widestGap(sorted: ArrayLike<number>): number {
  let at = 1;
  const gap = (i: number): number => (sorted[i] as number) - (sorted[i - 1] as number);
  for (let i = 2; i < sorted.length; i += 1) if (gap(i) > gap(at)) at = i;
  return ((sorted[at] as number) + (sorted[at - 1] as number)) / 2;
}
