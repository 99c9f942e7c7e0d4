import { breathe, type Hooks } from '../hooks.ts';
import { choleskySolve, choleskyWithJitter } from '../linear/cholesky.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import type { Random } from '../random.ts';
import { tf } from '../tensorflow.ts';
import { lumaOfImage } from './light.ts';

/** Cells along an edge, and directions of light over the whole circle: a quarter turn takes cells to cells and directions to directions. */
const CELLS = 8;
const DIRECTIONS = 8;
const TURNS = 4;
const FOLDS = 4;
/** Images that it is learnt from: more make it no better and cost their share of a product of matrices. */
const MOST_LEARNT_FROM = 3000;
/** Added to the diagonal, over the mean variance of the columns. */
const RIDGE = 1;
/** Length of a cell's gradients, in levels, under which there is no direction to speak of. */
const WEAK = 8;
const IMAGES_A_BREATH = 64;

export interface Turned {
  /** How much more upright than as it is each image would be, were it turned: about 1 where it lies wrong beyond doubt, below 0 where it does not. */
  evidence: Float32Array;
  /** The quarter turns clockwise that would set it upright, 1 to 3. */
  quarterTurns: Uint8Array;
  /** Share of the images that look upright as they are, .25 in a folder without an up. */
  upright: number;
}

/**
 * Which images lie otherwise than their folder's: a linear rule is learnt that tells each image from the same image turned by one, two and
 * three quarters (Gidaris, Singh and Komodakis 2018 have a net learn it), from the directions of its light and the layout of its colours,
 * and asked about images that it was not learnt from. No image's own orientation need be known: most lie right.
 */
export async function turnedImages(pixels: PixelSet, random: Random, { signal }: Hooks = {}): Promise<Turned> {
  const { count } = pixels;
  const features = await describe(pixels, signal);
  const learnt = sampleRows(count, MOST_LEARNT_FROM, random);
  const fold = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) fold[i] = random.integer(FOLDS);
  const moments = [];
  for (let f = 0; f < FOLDS; f += 1) {
    moments.push(
      momentsOf(
        features,
        pixels.channels,
        learnt.filter((row) => fold[row] === f),
      ),
    );
    await breathe(signal);
  }
  const rules: Float32Array[] = [];
  for (let f = 0; f < FOLDS; f += 1) {
    rules.push(
      ruleOf(
        moments.filter((_, other) => other !== f),
        features.columns,
      ),
    );
    await breathe(signal);
  }
  const evidence = new Float32Array(count);
  const quarterTurns = new Uint8Array(count);
  const turned = new Float32Array(features.columns);
  let upright = 0;
  for (let i = 0; i < count; i += 1) {
    const rule = rules[fold[i] as number] as Float32Array;
    const own = features.data.subarray(i * features.columns, (i + 1) * features.columns);
    const says = Array.from({ length: TURNS }, (_, turns) => {
      const seen = turns === 0 ? own : turn(own, pixels.channels, turns, turned);
      return seen.reduce((sum, value, j) => sum + value * (rule[j] as number), 0);
    });
    const best = [1, 2, 3].reduce((a, b) => ((says[b] as number) > (says[a] as number) ? b : a));
    evidence[i] = (says[best] as number) - (says[0] as number);
    quarterTurns[i] = best;
    if ((evidence[i] as number) < 0) upright += 1;
    if (i % IMAGES_A_BREATH === 0) await breathe(signal);
  }
  return { evidence, quarterTurns, upright: upright / count };
}

/** Of each image CELLS x CELLS x DIRECTIONS, each cell by what lies around it, then CELLS x CELLS x channels, less the image's mean. */
async function describe(pixels: PixelSet, signal: AbortSignal | undefined): Promise<Matrix> {
  const { count, size, channels, data } = pixels;
  const columns = CELLS * CELLS * (DIRECTIONS + channels);
  const features: Matrix = { rows: count, columns, data: new Float32Array(count * columns) };
  const luma = new Float32Array(size * size);
  const cellOf = Uint8Array.from({ length: size }, (_, x) => Math.floor(((x + 0.5) * CELLS) / size));
  const light = new Float32Array(CELLS * CELLS * DIRECTIONS);
  const area = (size / CELLS) ** 2;
  for (let image = 0; image < count; image += 1) {
    if (image % IMAGES_A_BREATH === 0) await breathe(signal);
    lumaOfImage(pixels, image, luma);
    light.fill(0);
    for (let y = 1; y < size - 1; y += 1)
      for (let x = 1, at = y * size + 1; x < size - 1; x += 1, at += 1) {
        const gx = (luma[at + 1] as number) - (luma[at - 1] as number);
        const gy = (luma[at + size] as number) - (luma[at - size] as number);
        const length = Math.sqrt(gx * gx + gy * gy);
        const angle = ((Math.atan2(gy, gx) / (2 * Math.PI) + 1) % 1) * DIRECTIONS;
        const low = Math.floor(angle) % DIRECTIONS;
        const share = angle - Math.floor(angle);
        const cell = ((cellOf[y] as number) * CELLS + (cellOf[x] as number)) * DIRECTIONS;
        light[cell + low] = (light[cell + low] as number) + length * (1 - share);
        const high = cell + ((low + 1) % DIRECTIONS);
        light[high] = (light[high] as number) + length * share;
      }
    const into = features.data.subarray(image * columns, (image + 1) * columns);
    normaliseCells(light, area, into);
    layout(
      data.subarray(image * size * size * channels, (image + 1) * size * size * channels),
      size,
      channels,
      cellOf,
      into.subarray(light.length),
    );
  }
  return features;
}

/** Each cell's directions over the length of those of the 3 x 3 cells about it, square roots taken. */
function normaliseCells(light: Float32Array, area: number, into: Float32Array): void {
  const strength = new Float32Array(CELLS * CELLS);
  for (let c = 0; c < strength.length; c += 1) {
    let sum = 0;
    for (let d = 0; d < DIRECTIONS; d += 1) sum += ((light[c * DIRECTIONS + d] as number) / area) ** 2;
    strength[c] = sum;
  }
  for (let y = 0; y < CELLS; y += 1)
    for (let x = 0; x < CELLS; x += 1) {
      let [sum, many] = [0, 0];
      for (let v = Math.max(0, y - 1); v <= Math.min(CELLS - 1, y + 1); v += 1)
        for (let u = Math.max(0, x - 1); u <= Math.min(CELLS - 1, x + 1); u += 1) {
          sum += strength[v * CELLS + u] as number;
          many += 1;
        }
      const scale = 1 / (area * (Math.sqrt(sum / many) + WEAK));
      const at = (y * CELLS + x) * DIRECTIONS;
      for (let d = 0; d < DIRECTIONS; d += 1) into[at + d] = Math.sqrt((light[at + d] as number) * scale);
    }
}

/** Mean colours of the cells in units of 64 levels, less the image's mean. */
function layout(image: Uint8Array, size: number, channels: number, cellOf: Uint8Array, into: Float32Array): void {
  const many = new Uint32Array(CELLS * CELLS);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1) {
      const cell = (cellOf[y] as number) * CELLS + (cellOf[x] as number);
      many[cell] = (many[cell] as number) + 1;
      for (let c = 0; c < channels; c += 1)
        into[cell * channels + c] = (into[cell * channels + c] as number) + (image[(y * size + x) * channels + c] as number);
    }
  for (let c = 0; c < channels; c += 1) {
    let mean = 0;
    for (let cell = 0; cell < many.length; cell += 1) {
      const value = (into[cell * channels + c] as number) / ((many[cell] as number) * 64);
      into[cell * channels + c] = value;
      mean += value / many.length;
    }
    for (let cell = 0; cell < many.length; cell += 1) into[cell * channels + c] = (into[cell * channels + c] as number) - mean;
  }
}

/** The features of the image turned clockwise by quarters: cells change places, and directions turn with them. */
function turn(features: Float32Array, channels: number, quarters: number, into: Float32Array): Float32Array {
  const offset = CELLS * CELLS * DIRECTIONS;
  for (let y = 0; y < CELLS; y += 1)
    for (let x = 0; x < CELLS; x += 1) {
      let [fromY, fromX] = [y, x];
      for (let q = 0; q < quarters; q += 1) [fromY, fromX] = [CELLS - 1 - fromX, fromY];
      const [to, from] = [y * CELLS + x, fromY * CELLS + fromX];
      for (let d = 0; d < DIRECTIONS; d += 1)
        into[to * DIRECTIONS + ((d + (quarters * DIRECTIONS) / TURNS) % DIRECTIONS)] = features[from * DIRECTIONS + d] as number;
      for (let c = 0; c < channels; c += 1) into[offset + to * channels + c] = features[offset + from * channels + c] as number;
    }
  return into;
}

interface Moments {
  rows: number;
  products: Float32Array;
  sums: Float32Array;
  upright: Float32Array;
}

/** Sums over these images in all four positions, and over those that stand as they are. */
function momentsOf(features: Matrix, channels: number, rows: Uint32Array): Moments {
  const { columns } = features;
  const block = new Float32Array(rows.length * TURNS * columns);
  const upright = new Float32Array(columns);
  const sums = new Float32Array(columns);
  rows.forEach((row, i) => {
    const own = features.data.subarray(row * columns, (row + 1) * columns);
    for (let turns = 0; turns < TURNS; turns += 1) {
      const into = block.subarray((i * TURNS + turns) * columns, (i * TURNS + turns + 1) * columns);
      if (turns === 0) into.set(own);
      else turn(own, channels, turns, into);
      for (let j = 0; j < columns; j += 1) sums[j] = (sums[j] as number) + (into[j] as number);
    }
    for (let j = 0; j < columns; j += 1) upright[j] = (upright[j] as number) + (own[j] as number);
  });
  const products = tf.tidy(() => {
    const all = tf.tensor2d(block, [rows.length * TURNS, columns]);
    return tf.matMul(all, all, true, false).dataSync() as Float32Array;
  });
  return { rows: rows.length * TURNS, products, sums, upright };
}

/** Ridge regression of "upright" (3/4, else -1/4) on the features. */
function ruleOf(moments: readonly Moments[], columns: number): Float32Array {
  const rows = moments.reduce((sum, one) => sum + one.rows, 0);
  const total = (values: (one: Moments) => Float32Array, at: number) => moments.reduce((sum, one) => sum + (values(one)[at] as number), 0);
  const means = Float64Array.from({ length: columns }, (_, j) => total(({ sums }) => sums, j) / rows);
  const covariance = Float64Array.from({ length: columns * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return total(({ products }) => products, at) / rows - (means[i] as number) * (means[j] as number);
  });
  let trace = 0;
  for (let j = 0; j < columns; j += 1) trace += covariance[j * columns + j] as number;
  for (let j = 0; j < columns; j += 1) covariance[j * columns + j] = (covariance[j * columns + j] as number) + (RIDGE * trace) / columns;
  const target = Float64Array.from({ length: columns }, (_, j) => total(({ upright }) => upright, j) / rows - (means[j] as number) / TURNS);
  return Float32Array.from(choleskySolve(choleskyWithJitter(covariance, columns), target));
}
