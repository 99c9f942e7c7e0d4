/** Where the images of a layout lie densest: contours of a kernel density that hold given shares of the images. */
import { contours } from 'd3-contour';
import { breathe } from '../hooks.ts';

export interface DensityContours {
  levels: {
    /** Of the images, inside. */
    share: number;
    /** x0, y0, x1, y1 ... in the layout's coordinates; every line is closed and repeats its first point. */
    lines: Float32Array[];
  }[];
}

interface Grid {
  width: number;
  height: number;
  /** height x width */
  values: Float64Array;
}

const GRID = 160;
const SHARES = [0.5, 0.8, 0.95];
/** Half of Scott's width: layouts have several lumps, for which the rule of one Gaussian is too wide. */
const BANDWIDTH = 0.5;

/**
 * Highest-density regions (Hyndman 1996): the level that holds a share is the matching quantile of the density at the images themselves.
 * The density is a Gaussian kernel's on a 160 x 160 grid, its width half of Scott's rule an axis.
 * @param positions x0, y0, x1, y1 ...
 * @param options.levels shares between 0 and 1
 */
export async function densityContours(
  positions: Float32Array,
  { levels = SHARES, signal }: { levels?: number[] | undefined; signal?: AbortSignal | undefined } = {},
): Promise<DensityContours> {
  const n = positions.length / 2;
  if (n < 2) return { levels: levels.map((share) => ({ share, lines: [] })) };
  const axes = [0, 1].map((axis) => axisOf(positions, axis)) as [Axis, Axis];
  const grid: Grid = { width: GRID, height: GRID, values: histogram(positions, axes) };
  await breathe(signal);
  blur(grid, axes);
  await breathe(signal);
  const heights = new Float64Array(n);
  for (let i = 0; i < n; i += 1) heights[i] = interpolate(grid, place(positions, i, axes[0], 0), place(positions, i, axes[1], 1));
  heights.sort();
  const found: DensityContours['levels'] = [];
  for (const share of levels) {
    await breathe(signal);
    const level = heights[Math.min(n - 1, Math.floor((1 - share) * n))] as number;
    const { coordinates } = contours().size([grid.width, grid.height]).contour(Array.from(grid.values), level);
    // A value stands in the middle of its cell there, at its corner here.
    const lines = coordinates
      .flat()
      .map((ring) => Float32Array.from(ring.flatMap((point) => point.map((at, i) => toLayout(at - 0.5, axes[i] as Axis)))));
    found.push({ share, lines });
  }
  return { levels: found };
}

/** Grid coordinate = (layout coordinate - origin) / step. */
interface Axis {
  origin: number;
  step: number;
  /** Of the kernel, in cells. */
  deviation: number;
}

function axisOf(positions: Float32Array, axis: number): Axis {
  const n = positions.length / 2;
  let [low, high, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = axis; i < positions.length; i += 2) {
    const value = positions[i] as number;
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  for (let i = axis; i < positions.length; i += 2) squares += ((positions[i] as number) - sum / n) ** 2;
  const deviation = BANDWIDTH * Math.sqrt(squares / n) * n ** (-1 / 6) || 1;
  const margin = 3 * deviation;
  const step = (high - low + 2 * margin) / (GRID - 1);
  return { origin: low - margin, step, deviation: deviation / step };
}

const place = (positions: Float32Array, i: number, { origin, step }: Axis, axis: number) =>
  ((positions[2 * i + axis] as number) - origin) / step;
const toLayout = (at: number, { origin, step }: Axis) => origin + at * step;

/** Each image spread over the four cells around it, by nearness. */
function histogram(positions: Float32Array, [x, y]: [Axis, Axis]): Float64Array {
  const values = new Float64Array(GRID * GRID);
  for (let i = 0; i < positions.length / 2; i += 1) {
    const [px, py] = [place(positions, i, x, 0), place(positions, i, y, 1)];
    const [cx, cy] = [Math.floor(px), Math.floor(py)];
    const [fx, fy] = [px - cx, py - cy];
    const at = cy * GRID + cx;
    values[at] = (values[at] as number) + (1 - fx) * (1 - fy);
    values[at + 1] = (values[at + 1] as number) + fx * (1 - fy);
    values[at + GRID] = (values[at + GRID] as number) + (1 - fx) * fy;
    values[at + GRID + 1] = (values[at + GRID + 1] as number) + fx * fy;
  }
  return values;
}

function blur(grid: Grid, axes: [Axis, Axis]): void {
  for (const [axis, stride, across] of [
    [axes[0], 1, GRID],
    [axes[1], GRID, 1],
  ] as const) {
    const reach = Math.ceil(4 * axis.deviation);
    const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-(((i - reach) / axis.deviation) ** 2) / 2));
    const total = kernel.reduce((sum, value) => sum + value, 0);
    const line = new Float64Array(GRID);
    for (let row = 0; row < GRID; row += 1) {
      for (let i = 0; i < GRID; i += 1) line[i] = grid.values[row * across + i * stride] as number;
      for (let i = 0; i < GRID; i += 1) {
        let sum = 0;
        for (let j = Math.max(0, i - reach); j <= Math.min(GRID - 1, i + reach); j += 1)
          sum += (line[j] as number) * (kernel[j - i + reach] as number);
        grid.values[row * across + i * stride] = sum / total;
      }
    }
  }
}

function interpolate({ width, values }: Grid, x: number, y: number): number {
  const [cx, cy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - cx, y - cy];
  const at = cy * width + cx;
  const upper = (values[at] as number) * (1 - fx) + (values[at + 1] as number) * fx;
  const lower = (values[at + width] as number) * (1 - fx) + (values[at + width + 1] as number) * fx;
  return upper * (1 - fy) + lower * fy;
}
