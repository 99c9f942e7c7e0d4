/**
 * JPEG, PNG, GIF and BMP through TensorFlow's own decoders: a batch of images a graph, resized by area on all cores, with their
 * thumbnails. A JPEG is scaled down inside its own transform first, as far as it stays at or above the wanted size.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { binding, DataType } from '../graph/binding.ts';
import { attr, GraphBuilder, type Output } from '../graph/graph-builder.ts';

/** So many images a run of the graph: at its end one thread waits for the other's last image, which many images make little of. */
export const DECODE_BATCH = 32;
const STRING = 7;
const TAG = 'decode';
const THUMBNAIL_QUALITY = 85;
export type Reduction = 1 | 2 | 4 | 8;
export interface Decoder {
  by: Reduction | 'other';
  /** How many times as large as wanted an image is first made; 1: it is not. */
  times: number;
}

export interface GraphImage {
  bytes: Uint8Array;
  /** Size of the thumbnail as stored, before orientation; null: none is made. */
  thumbnail: { width: number; height: number } | null;
  /** Where its pixels go, size x size x 3, as stored, before orientation and colour profile. */
  into: Uint8Array;
}

const uint8 = () => attr.type(DataType.uint8);
const int32 = () => attr.type(DataType.int32);

function decodeNode(graph: GraphBuilder, decoder: Decoder['by'], bytes: Output): Output {
  if (decoder === 'other')
    return graph.add('DecodeImage', [bytes], { channels: attr.int(3), dtype: uint8(), expand_animations: attr.bool(false) });
  return graph.add('DecodeJpeg', [bytes], {
    channels: attr.int(3),
    ratio: attr.int(decoder),
    fancy_upscaling: attr.bool(true),
    try_recover_truncated: attr.bool(false),
    acceptable_fraction: attr.float(1),
    // The fast one is off by up to 7 levels a pixel at quality 100, and by 3 % in sharpness.
    dct_method: attr.string('INTEGER_ACCURATE'),
  });
}

function build({ by, times }: Decoder): number {
  const graph = new GraphBuilder();
  const zero = graph.constant([], DataType.int32, Int32Array.of(0));
  const half = graph.scalar(0.5);
  const size = graph.placeholder('size', [2], DataType.int32);
  const coarse = graph.add('Mul', [size, graph.constant([], DataType.int32, Int32Array.of(times))], { T: int32() });
  const fours = graph.constant([2], DataType.int32, Int32Array.of(-1, 4));
  const float = () => attr.type(DataType.float);
  const [one, three] = [1, 3].map((at) => graph.constant([1], DataType.int32, Int32Array.of(at))) as [Output, Output];
  // As shrink.ts does it.
  const toBytes = (image: Output, edge: Output, type: typeof uint8): Output => {
    const shape = graph.add('Shape', [image], { T: type(), out_type: int32() });
    const own = graph.add('StridedSlice', [shape, one, three, one], { T: int32(), Index: int32() });
    const less = graph.add('Minimum', [own, edge], { T: int32() });
    const averaged = graph.add('ResizeArea', [image, less], { T: type(), align_corners: attr.bool(false) });
    const resized = graph.add('ResizeBilinear', [averaged, edge], { T: float(), half_pixel_centers: attr.bool(true) });
    const rounded = graph.add('AddV2', [resized, half], { T: float() });
    return graph.add('Cast', [rounded], { SrcT: float(), DstT: uint8() });
  };
  for (let i = 0; i < DECODE_BATCH; i += 1) {
    const bytes = graph.placeholder(`bytes_${i}`, [], STRING);
    const edges = graph.placeholder(`thumbnail_size_${i}`, [2], DataType.int32);
    const whole = graph.add('ExpandDims', [decodeNode(graph, by, bytes), zero], { T: uint8(), Tdim: int32() });
    // As shrinkTwice does it.
    const detour = times > 1;
    const image = detour ? graph.add('ResizeArea', [whole, coarse], { T: uint8(), align_corners: attr.bool(false) }) : whole;
    const type = detour ? float : uint8;
    const packed = graph.add('Reshape', [toBytes(image, size, type), fours], { T: uint8(), Tshape: int32() });
    // uint8 cannot be read from the binding: four bytes leave as one 32-bit integer.
    graph.add('Bitcast', [packed], { T: uint8(), type: int32() }, `pixels_${i}`);
    const small = graph.add('Squeeze', [toBytes(image, edges, type)], { T: uint8(), squeeze_dims: attr.ints([0]) });
    graph.add('EncodeJpeg', [small], { ...encodeAttributes(), format: attr.string('rgb') }, `thumbnail_${i}`);
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-decode-'));
  try {
    graph.save(folder, TAG);
    return binding.loadSavedModel(folder, TAG);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const encodeAttributes = () => ({
  quality: attr.int(THUMBNAIL_QUALITY),
  progressive: attr.bool(false),
  optimize_size: attr.bool(false),
  chroma_downsampling: attr.bool(true),
  density_unit: attr.string('in'),
  x_density: attr.int(300),
  y_density: attr.int(300),
  xmp_metadata: attr.string(''),
});

/** The decode graphs, each built when it is first needed and kept for the life of the process: they hold no weights. */
const sessions = new Map<string, number>();
/** Decoders that share a graph share a key. */
export const keyOf = ({ by, times }: Decoder): string => `${by}/${times}`;

/**
 * Decodes at most DECODE_BATCH images of one decoder to size x size x 3, `size` a multiple of 4. Returns their thumbnails, encoded JPEGs.
 * @throws Error where any of them cannot be read
 */
export function decodeInGraph(decoder: Decoder, size: number, images: readonly GraphImage[]): (Uint8Array | null)[] {
  let session = sessions.get(keyOf(decoder));
  if (session === undefined) {
    session = build(decoder);
    sessions.set(keyOf(decoder), session);
  }
  const ids: number[] = [];
  const feed = (shape: number[], dtype: number, values: unknown) => ids.push(binding.createTensor(shape, dtype, values as Uint8Array));
  try {
    feed([2], DataType.int32, Int32Array.of(size, size));
    const names = ['size'];
    const fetches: string[] = [];
    images.forEach(({ bytes, thumbnail }, i) => {
      feed([], STRING, [bytes]);
      names.push(`bytes_${i}`);
      fetches.push(`pixels_${i}`);
      if (!thumbnail) return;
      feed([2], DataType.int32, Int32Array.of(thumbnail.height, thumbnail.width));
      names.push(`thumbnail_size_${i}`);
      fetches.push(`thumbnail_${i}`);
    });
    const results = binding.runSavedModel(session, ids, names.join(','), fetches.join(','));
    ids.push(...results.map(({ id }) => id));
    const fetched = new Map(fetches.map((name, at) => [name, (results[at] as { id: number }).id]));
    return images.map(({ thumbnail, into }, i) => {
      const words = binding.tensorDataSync(fetched.get(`pixels_${i}`) as number) as Int32Array;
      into.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
      if (!thumbnail) return null;
      const [encoded] = binding.tensorDataSync(fetched.get(`thumbnail_${i}`) as number) as unknown as [Uint8Array];
      return encoded;
    });
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}
