import { breathe, type Hooks } from '../hooks.ts';
import { nearestTo } from '../latent/neighbours.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import { lumaOfImage } from './light.ts';

/** Edge of the pictures that are compared. */
const GRID = 24;
/** Edge of the coarse ones among which candidates are sought. */
const COARSE = 8;
const CANDIDATES = 3;
/** A picture that looks so much like its own mirror image has no mirrored copy that could be told from a copy. */
const SYMMETRIC = 0.8;
const IMAGES_A_BREATH = 64;

export interface Mirrored {
  /** Correlation of each image's mirror image with the most similar other image that is not as similar to the image itself. */
  correlation: Float32Array;
  /** Which image that is, -1: none. */
  partner: Int32Array;
}

/** Pictures that are there a second time as if seen in a mirror (left and right exchanged): luma less its surroundings, on a grid of 24 x 24. */
export async function mirroredCopies(pixels: PixelSet, { signal }: Hooks = {}): Promise<Mirrored> {
  const n = pixels.count;
  const grids: Matrix = { rows: n, columns: GRID * GRID, data: new Float32Array(n * GRID * GRID) };
  const luma = new Float32Array(pixels.size ** 2);
  for (let image = 0; image < n; image += 1) {
    if (image % IMAGES_A_BREATH === 0) await breathe(signal);
    gridOf(lumaOfImage(pixels, image, luma), pixels.size, grids.data.subarray(image * GRID * GRID, (image + 1) * GRID * GRID));
  }
  const correlation = new Float32Array(n);
  const partner = new Int32Array(n).fill(-1);
  if (n < 2) return { correlation, partner };
  const mirrors: Matrix = { ...grids, data: mirror(grids.data, GRID) };
  const k = Math.min(CANDIDATES, n);
  const { indices } = await nearestTo(coarse(grids), coarse(mirrors), k, { signal });
  for (let i = 0; i < n; i += 1) {
    if (product(mirrors, i, grids, i) > SYMMETRIC) continue;
    for (const j of indices.subarray(i * k, (i + 1) * k)) {
      const alike = product(mirrors, i, grids, j);
      if (i === j || alike <= (correlation[i] as number) || product(grids, i, grids, j) > SYMMETRIC * alike) continue;
      correlation[i] = alike;
      partner[i] = j;
    }
  }
  return { correlation, partner };
}

function product(a: Matrix, i: number, b: Matrix, j: number): number {
  let sum = 0;
  for (let c = 0; c < a.columns; c += 1) sum += (a.data[i * a.columns + c] as number) * (b.data[j * b.columns + c] as number);
  return sum;
}

/** Means over the grid's cells, less those of the 5 x 5 cells about them, of length one; zeros where there is nothing. */
function gridOf(luma: Float32Array, size: number, into: Float32Array): void {
  const cells = new Float32Array(GRID * GRID);
  for (let y = 0; y < GRID; y += 1)
    for (let x = 0; x < GRID; x += 1) {
      // Of pixels' centres, the same from either side, so that a mirrored picture has the mirrored grid.
      const [fx, fy] = [((x + 0.5) * size) / GRID - 0.5, ((y + 0.5) * size) / GRID - 0.5];
      const [x0, y0] = [Math.max(0, Math.floor(fx)), Math.max(0, Math.floor(fy))];
      const [x1, y1] = [Math.min(size - 1, x0 + 1), Math.min(size - 1, y0 + 1)];
      const [wx, wy] = [Math.max(0, fx) - x0, Math.max(0, fy) - y0];
      const value = (row: number, column: number) => luma[row * size + column] as number;
      cells[y * GRID + x] =
        (value(y0, x0) * (1 - wx) + value(y0, x1) * wx) * (1 - wy) + (value(y1, x0) * (1 - wx) + value(y1, x1) * wx) * wy;
    }
  let squares = 0;
  for (let y = 0; y < GRID; y += 1)
    for (let x = 0; x < GRID; x += 1) {
      let [sum, many] = [0, 0];
      for (let v = Math.max(0, y - 2); v <= Math.min(GRID - 1, y + 2); v += 1)
        for (let u = Math.max(0, x - 2); u <= Math.min(GRID - 1, x + 2); u += 1) {
          sum += cells[v * GRID + u] as number;
          many += 1;
        }
      const value = (cells[y * GRID + x] as number) - sum / many;
      into[y * GRID + x] = value;
      squares += value * value;
    }
  const scale = squares > GRID * GRID ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < into.length; i += 1) into[i] = (into[i] as number) * scale;
}

function mirror(data: Float32Array, edge: number): Float32Array {
  return Float32Array.from({ length: data.length }, (_, i) => data[i - (i % edge) + edge - 1 - (i % edge)] as number);
}

function coarse({ rows, data }: Matrix): Matrix {
  const cell = GRID / COARSE;
  const small: Matrix = { rows, columns: COARSE * COARSE, data: new Float32Array(rows * COARSE * COARSE) };
  for (let i = 0; i < data.length; i += 1) {
    const at = i % (GRID * GRID);
    const to =
      Math.floor(i / (GRID * GRID)) * COARSE * COARSE + Math.floor(Math.floor(at / GRID) / cell) * COARSE + Math.floor((at % GRID) / cell);
    small.data[to] = (small.data[to] as number) + (data[i] as number);
  }
  return small;
}
