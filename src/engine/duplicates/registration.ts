/** Whether two grey pictures are the same after a small crop of one of them and any change of brightness and contrast. */

/** Edge of the grid on which pictures are compared. */
export const GRID = 24;
const CELLS = GRID * GRID;

/** Left, top and edge of a window, as shares of the picture's own edge. */
export type Window = readonly [left: number, top: number, edge: number];

export const WHOLE: Window = [0, 0, 1];
/** 5 % off each edge's length, from either side or both, and 5 % off all four sides. */
export const CROPS: readonly Window[] = [
  ...[0, 0.025, 0.05].flatMap((left) => [0, 0.025, 0.05].map((top): Window => [left, top, 0.95])),
  [0.05, 0.05, 0.9],
];

/**
 * A window of a grey picture on the grid, less its mean and scaled to length 1; all zeros where it is flat.
 * @param grey size x size, 0..255
 */
export function sampleWindow(grey: Float32Array, size: number, [left, top, edge]: Window, into: Float32Array): Float32Array {
  const step = (edge * size) / GRID;
  const place = (start: number, i: number): number => Math.min(size - 1, Math.max(0, start * size + (i + 0.5) * step - 0.5));
  for (let y = 0; y < GRID; y += 1) {
    const fy = place(top, y);
    const y0 = Math.floor(fy);
    const y1 = Math.min(size - 1, y0 + 1);
    const wy = fy - y0;
    for (let x = 0; x < GRID; x += 1) {
      const fx = place(left, x);
      const x0 = Math.floor(fx);
      const x1 = Math.min(size - 1, x0 + 1);
      const wx = fx - x0;
      const upper = (grey[y0 * size + x0] as number) * (1 - wx) + (grey[y0 * size + x1] as number) * wx;
      const lower = (grey[y1 * size + x0] as number) * (1 - wx) + (grey[y1 * size + x1] as number) * wx;
      into[y * GRID + x] = upper * (1 - wy) + lower * wy;
    }
  }
  return normalise(into);
}

/** Mean 0, length 1, in place; a spread of less than half a grey level is no picture and becomes zeros. */
function normalise(values: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i += 1) squares += ((values[i] as number) - mean) ** 2;
  const scale = squares > values.length / 4 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < values.length; i += 1) values[i] = ((values[i] as number) - mean) * scale;
  return values;
}

export function correlation(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  for (let i = 0; i < CELLS; i += 1) dot += (a[i] as number) * (b[i] as number);
  return dot;
}

/** A Gaussian blur of `sigma` pixels by two passes, edges repeated. grey: size x size. */
export function blurred(grey: Float32Array, size: number, sigma: number): Float32Array {
  const radius = Math.ceil(2.5 * sigma);
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const pass = (from: Float32Array, along: number, across: number): Float32Array => {
    const to = new Float32Array(from.length);
    const padded = new Float32Array(size + 2 * radius);
    for (let line = 0; line < size; line += 1) {
      for (let i = 0; i < padded.length; i += 1)
        padded[i] = from[line * across + Math.min(size - 1, Math.max(0, i - radius)) * along] as number;
      for (let i = 0; i < size; i += 1) {
        let sum = 0;
        for (let k = 0; k < kernel.length; k += 1) sum += (kernel[k] as number) * (padded[i + k] as number);
        to[line * across + i * along] = sum / total;
      }
    }
    return to;
  };
  return pass(pass(grey, 1, size), size, 1);
}
