/** Features of a folder's images: fitted once, then the same for every image that is compared with it. */
import type { EncoderProvenance } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { breathe, type Hooks } from '../hooks.ts';
import type { Matrix } from '../linear/matrix.ts';
import { sampleRows } from '../linear/rows.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import type { SourceReader } from '../pixels/source-reader.ts';
import { Random } from '../random.ts';
import { ENCODER_FEATURES, ENCODER_SIZE } from './efficientnet-lite0.ts';
import type { LoadedEncoder } from './encoder-file.ts';
import { fitHalfWhitening, type HalfWhitening, halfWhitened } from './half-whitening.ts';
import { learnDictionary, type PatchDictionary } from './patch-dictionary.ts';
import { RawExtractor } from './raw-features.ts';

/** What a block keeps of principal components, and its root mean square in the joined space. In the order they are joined. */
const BLOCKS = {
  colour: { components: 32, weight: 1 },
  shape: { components: 64, weight: 1 },
  patches: { components: 64, weight: 1 },
  encoder: { components: 64, weight: 1.7 },
} as const;
export type BlockName = keyof typeof BLOCKS;
const NAMES = Object.keys(BLOCKS) as BlockName[];
export type Blocks = Partial<Record<BlockName, HalfWhitening>>;
type Raw = Partial<Record<BlockName, Matrix>>;

/** Images that the components are fitted on: their raw features are what takes memory, some 22 KB an image. */
const FITTED_ON = 8_000;
/** Images whose raw features are held at once beside those. */
const BLOCK = 256;

/** The images as the study holds them, and a way to their own pixels for the encoder. */
export interface Images {
  pixels: PixelSet;
  reader: SourceReader | null;
}
export interface Extracted {
  /** images x columns, to be compared by cosine. */
  features: Matrix;
  /**
   * What the encoder saw as it is, not whitened: scores on its components and, last, how much lies outside them. A new kind of image differs
   * in directions that the folder does not vary in, which components leave out and whitening makes little of. null without an encoder.
   */
  encoder: Matrix | null;
  /** Images that could not be read at the encoder's size: their encoder's columns are 0. */
  unseen: number;
}

type Joined = Pick<Extracted, 'features' | 'encoder'>;

export class FeatureExtractor {
  readonly size: number;
  readonly channels: 1 | 3;
  readonly dictionary: PatchDictionary;
  readonly blocks: Blocks;
  readonly #raw: RawExtractor;
  readonly #encoder: LoadedEncoder | null;

  /** @throws SondeError study-incomplete where the features have an encoder's block and the encoder is not here */
  constructor(
    size: number,
    dictionary: PatchDictionary,
    blocks: Blocks,
    encoder: LoadedEncoder | null,
    raw = new RawExtractor(dictionary, size),
  ) {
    if (blocks.encoder && !encoder)
      throw new SondeError(
        'study-incomplete',
        { path: 'resources/encoder' },
        'the features were seen through an encoder that is not installed here',
      );
    this.size = size;
    this.channels = dictionary.channels;
    this.dictionary = dictionary;
    this.blocks = blocks;
    this.#encoder = encoder;
    this.#raw = raw;
  }

  /**
   * Learns the dictionary and the components from a folder's images, and computes the features of all of them. The same images and seed
   * give the same features; no label and no clock enters.
   * @param encoder taken over: it goes with the extractor
   * @param hooks `learntFrom`: rows that the components are fitted on, so that the others' features are those of new images; all by default
   * @throws SondeError cancelled
   */
  static async fit(
    images: Images,
    seed: number,
    encoder: LoadedEncoder | null = null,
    hooks: Hooks & { learntFrom?: Uint32Array } = {},
  ): Promise<Extracted & { extractor: FeatureExtractor }> {
    const { pixels } = images;
    const { signal } = hooks;
    const random = new Random(seed);
    const dictionary = await learnDictionary(pixels, random, { signal });
    const from = hooks.learntFrom ?? Uint32Array.from({ length: pixels.count }, (_, i) => i);
    const rows = sampleRows(from.length, FITTED_ON, random)
      .map((i) => from[i] as number)
      .sort();
    const raw = new RawExtractor(dictionary, pixels.size);
    const blocks: Blocks = {};
    try {
      const sample = await rawFeatures(raw, encoder, images, rows, {
        signal,
        onProgress: (done) => hooks.onProgress?.(done, pixels.count),
      });
      for (const name of NAMES) {
        const { components, weight } = BLOCKS[name];
        const points = sample.blocks[name];
        if (points) blocks[name] = await fitHalfWhitening(points, components, weight, { signal });
      }
      const extractor = new FeatureExtractor(pixels.size, dictionary, blocks, encoder, raw);
      const joined = extractor.#empty(pixels.count);
      extractor.#join(sample.blocks, rows, joined);
      const fitted = new Set(rows);
      const others = Uint32Array.from({ length: pixels.count }, (_, i) => i).filter((i) => !fitted.has(i));
      const unseen = await extractor.#fill(images, others, joined, {
        signal,
        onProgress: (done) => hooks.onProgress?.(rows.length + done, pixels.count),
      });
      return { extractor, ...joined, unseen: sample.unseen + unseen };
    } catch (error) {
      raw.dispose();
      throw error;
    }
  }

  get encoder(): EncoderProvenance | null {
    return this.blocks.encoder ? (this.#encoder?.provenance ?? null) : null;
  }

  /** One a column: the block and the number of its component. */
  get names(): string[] {
    return NAMES.flatMap((name) => Array.from(this.blocks[name]?.scale ?? [], (_, i) => `${name}_${String(i).padStart(2, '0')}`));
  }

  /** The features of any images of the study's size and channels. @throws SondeError size-mismatch, cancelled */
  async transform(images: Images, hooks: Hooks = {}): Promise<Extracted> {
    const { size, channels, count } = images.pixels;
    if (size !== this.size || channels !== this.channels)
      throw new SondeError(
        'size-mismatch',
        { expected: `${this.size} x ${this.size} x ${this.channels}`, actual: `${size} x ${size} x ${channels}` },
        'the images differ in size or channels from those that the features were learnt from',
      );
    const joined = this.#empty(count);
    const rows = Uint32Array.from({ length: count }, (_, i) => i);
    const unseen = await this.#fill(images, rows, joined, hooks);
    return { ...joined, unseen };
  }

  #empty(rows: number): Joined {
    const zeros = (columns: number): Matrix => ({ rows, columns, data: new Float32Array(rows * columns) });
    const { encoder } = this.blocks;
    return { features: zeros(this.names.length), encoder: encoder ? zeros(encoder.scale.length + 1) : null };
  }

  /** The features of these images into their rows; returns how many the encoder did not see. */
  async #fill(images: Images, rows: Uint32Array, joined: Joined, { signal, onProgress }: Hooks): Promise<number> {
    let unseen = 0;
    for (let from = 0; from < rows.length; from += BLOCK) {
      const some = rows.subarray(from, from + BLOCK);
      const raw = await rawFeatures(this.#raw, this.blocks.encoder ? this.#encoder : null, images, some, {
        signal,
        onProgress: (done) => onProgress?.(from + done, rows.length),
      });
      unseen += raw.unseen;
      this.#join(raw.blocks, some, joined);
    }
    return unseen;
  }

  /** Half whitens each block and writes it into its columns of these rows. */
  #join(raw: Raw, rows: Uint32Array, { features, encoder }: Joined): void {
    let column = 0;
    for (const name of NAMES) {
      const [block, points] = [this.blocks[name], raw[name]];
      if (!block || !points) continue;
      const part = halfWhitened(block, points);
      rows.forEach((row, i) => {
        // An image that the encoder did not see is like none rather than like the mean of all.
        if (name === 'encoder' && isZero(points, i)) return;
        features.data.set(part.data.subarray(i * part.columns, (i + 1) * part.columns), row * features.columns + column);
        if (name === 'encoder') encoder?.data.set(unwhitened(block, points, part, i), row * encoder.columns);
      });
      column += part.columns;
    }
  }

  dispose(): void {
    this.#raw.dispose();
    this.#encoder?.net.dispose();
  }
}

/** One image's scores as they were before whitening, and the length of what is outside the components. */
function unwhitened({ pca, scale }: HalfWhitening, points: Matrix, part: Matrix, row: number): Float32Array {
  const seen = new Float32Array(scale.length + 1);
  let outside = 0;
  for (let j = 0; j < points.columns; j += 1) outside += ((points.data[row * points.columns + j] as number) - (pca.mean[j] as number)) ** 2;
  for (let j = 0; j < scale.length; j += 1) {
    const score = (scale[j] as number) > 0 ? (part.data[row * part.columns + j] as number) / (scale[j] as number) : 0;
    seen[j] = score;
    outside -= score * score;
  }
  seen[scale.length] = Math.sqrt(Math.max(0, outside));
  return seen;
}

function isZero({ columns, data }: Matrix, row: number): boolean {
  return data.subarray(row * columns, (row + 1) * columns).every((value) => value === 0);
}

/** Everything that is computed of these images before principal components. */
async function rawFeatures(
  raw: RawExtractor,
  encoder: LoadedEncoder | null,
  { pixels, reader }: Images,
  rows: Uint32Array,
  hooks: Hooks,
): Promise<{ blocks: Raw; unseen: number }> {
  const { signal, onProgress } = hooks;
  if (!encoder) return { blocks: await raw.of(pixels, rows, hooks), unseen: 0 };
  if (!reader) throw new SondeError('internal', {}, 'an encoder needs the images themselves');
  const own = await raw.of(pixels, rows, { signal });
  const seen: Matrix = { rows: rows.length, columns: ENCODER_FEATURES, data: new Float32Array(rows.length * ENCODER_FEATURES) };
  let unseen = 0;
  for (let from = 0; from < rows.length; from += BLOCK) {
    const some = rows.subarray(from, from + BLOCK);
    const { rgb, missing } = await reader.read(some, ENCODER_SIZE, { signal });
    seen.data.set(await encoder.net.features(rgb, () => breathe(signal)), from * ENCODER_FEATURES);
    for (const at of missing) seen.data.fill(0, (from + at) * ENCODER_FEATURES, (from + at + 1) * ENCODER_FEATURES);
    unseen += missing.length;
    onProgress?.(from + some.length, rows.length);
  }
  return { blocks: { ...own, encoder: seen }, unseen };
}
