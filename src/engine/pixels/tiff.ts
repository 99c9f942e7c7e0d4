/** TIFF: which of its many kinds are read, and how. Everything that can be is libtiff's to decode, by way of sharp. */
import sharp from 'sharp';
import type { SampleArray } from '../source/number-type.ts';
import { cielabToRgb } from './cielab.ts';
import { colourTransform } from './colour-profile.ts';
import { ImageRefused } from './image-refused.ts';
import type { ImageNote } from './notes.ts';
import type { Samples } from './samples.ts';
import { MOST_PIXELS } from './sharp-decode.ts';
import { decompressBlocks, decompressed } from './tiff-blocks.ts';
import { TAG, TiffDirectory } from './tiff-directory.ts';
import { rewrap } from './tiff-rewrap.ts';
import { readYcbcr } from './tiff-ycbcr.ts';
import { unpackSamples } from './unpack-samples.ts';

/** Photometric interpretations: TIFF 6.0, page 37, and supplements. */
const [WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, CIELAB, ICCLAB] = [0, 1, 2, 3, 5, 6, 8, 9];
/** How many samples of a pixel are its colour. */
const COLOURS: ReadonlyMap<number, number> = new Map([
  [WHITE_IS_ZERO, 1],
  [BLACK_IS_ZERO, 1],
  [RGB, 3],
  [PALETTE, 1],
  [CMYK, 4],
  [YCBCR, 3],
  [CIELAB, 3],
  [ICCLAB, 3],
]);
const CAMERA_RAW = new Set([32803, 34892]);
const [UNSIGNED, SIGNED, FLOAT] = [1, 2, 3];
const OLD_JPEG = 6;
const JPEG = 7;
const [ASSOCIATED_ALPHA, UNASSOCIATED_ALPHA] = [1, 2];
/** Compressions that sharp's libtiff decodes. */
const BY_LIBTIFF = new Set([1, 2, 3, 4, 5, JPEG, 8, 32773, 32946, 50001]);
const COMPRESSIONS: Readonly<Record<number, string>> = {
  6: 'JPEG of before 1995',
  32766: 'NeXT',
  32809: 'ThunderScan',
  34661: 'JBIG',
  34676: 'SGILog',
  34677: 'SGILog24',
  34713: 'Nikon NEF',
  34925: 'LZMA',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};
/** Bytes that one decoded image may take: those of the largest image as RGBA. */
const MOST_BYTES = 4 * MOST_PIXELS;

/** What the first directory says of the pixels. */
export interface TiffShape {
  directory: TiffDirectory;
  width: number;
  height: number;
  /** Samples of a pixel. */
  samples: number;
  bits: number;
  format: number;
  photometric: number;
  compression: number;
  planes: boolean;
  predictor: number;
}

const remedy = 'convert it to an 8- or 16-bit TIFF or PNG';

/** @throws ImageRefused where the directory cannot be read, or the pixels are of a kind that is not */
export function tiffShape(bytes: Uint8Array): TiffShape {
  let shape: TiffShape;
  try {
    shape = shapeOf(new TiffDirectory(bytes));
  } catch (cause) {
    if (cause instanceof ImageRefused) throw cause;
    throw new ImageRefused('truncated', `its TIFF directory lies outside the file or is cut short: ${(cause as Error).message}`, { cause });
  }
  const { width, height, samples, bits, compression } = shape;
  if (width === 0 || height === 0) throw new ImageRefused('corrupt', 'a TIFF without a width or a height');
  if (width * height > MOST_PIXELS) throw new ImageRefused('too-large', `${width} x ${height} pixels`);
  if ((width * height * samples * bits) / 8 > MOST_BYTES)
    throw new ImageRefused('too-large', `${width} x ${height} pixels of ${samples} samples of ${bits} bits`);
  if (!BY_LIBTIFF.has(compression) && !decompressed(compression) && compression !== OLD_JPEG)
    throw new ImageRefused(
      'unsupported',
      `a TIFF compressed by method ${compression}${COMPRESSIONS[compression] ? ` (${COMPRESSIONS[compression]})` : ''} is not read: save it with LZW, deflate or ZSTD`,
    );
  return shape;
}

function shapeOf(directory: TiffDirectory): TiffShape {
  const bits = directory.numbers(TAG.bitsPerSample);
  const formats = directory.numbers(TAG.sampleFormat);
  const photometric = directory.number(TAG.photometric, BLACK_IS_ZERO);
  const isCameraRaw =
    directory.entries.has(TAG.dngVersion) ||
    CAMERA_RAW.has(photometric) ||
    (directory.entries.has(TAG.subDirectories) && (directory.number(TAG.subfileType, 0) & 1) === 1);
  if (isCameraRaw) throw new ImageRefused('unsupported', 'a raw camera file is not read: develop it to TIFF or JPEG');
  if (!COLOURS.has(photometric))
    throw new ImageRefused('unsupported', `a TIFF of photometric interpretation ${photometric} is not read: ${remedy}`);
  if (new Set(bits).size > 1) throw new ImageRefused('unsupported', `a TIFF of ${bits.join(', ')} bits a sample is not read: ${remedy}`);
  const format = formats[0] ?? UNSIGNED;
  if (new Set(formats).size > 1) throw new ImageRefused('unsupported', `a TIFF of several sample formats is not read: ${remedy}`);
  if (format === 5 || format === 6) throw new ImageRefused('unsupported', `a TIFF of complex numbers is not read: ${remedy}`);
  return {
    directory,
    width: directory.number(TAG.width, 0),
    height: directory.number(TAG.height, 0),
    samples: directory.number(TAG.samplesPerPixel, 1),
    bits: bits[0] ?? 1,
    format: format === SIGNED || format === FLOAT ? format : UNSIGNED,
    photometric,
    compression: directory.number(TAG.compression, 1),
    planes: directory.number(TAG.planarConfiguration, 1) === 2,
    predictor: directory.number(TAG.predictor, 1),
  };
}

/** The file's first image. @throws ImageRefused */
export async function readTiff(bytes: Uint8Array): Promise<Samples> {
  const shape = tiffShape(bytes);
  try {
    return { ...(await decode(shape)), notes: notesOf(shape) };
  } catch (cause) {
    if (cause instanceof ImageRefused) throw cause;
    const message = (cause as Error).message.split('\n')[0] ?? '';
    if (endsEarly(shape.directory)) throw new ImageRefused('truncated', `the file ends before its pixels do: ${message}`, { cause });
    throw new ImageRefused(/not configured|not implemented/.test(message) ? 'unsupported' : 'corrupt', message, { cause });
  }
}

/** Whether a strip or tile lies, in part, beyond the end of the file. */
function endsEarly(directory: TiffDirectory): boolean {
  try {
    const { offsets, counts } = directory.blocks();
    return offsets.some((offset, i) => offset + (counts[i] ?? 0) > directory.bytes.length);
  } catch {
    // Even the list of strips lies beyond it.
    return true;
  }
}

/** Alpha is only what is declared as such (TIFF 6.0, ExtraSamples); everything else that is more than a colour is a band. */
function alphaOf({ directory, samples, photometric }: TiffShape): number {
  const extra = directory.numbers(TAG.extraSamples);
  const declared = extra.findIndex((kind) => kind === ASSOCIATED_ALPHA || kind === UNASSOCIATED_ALPHA);
  const at = samples - extra.length + declared;
  return declared < 0 || at < 1 || at >= samples || photometric === CMYK ? -1 : at;
}

/** Of gray and further bands the first three are shown, of two the first. */
function bandsOf(shape: TiffShape): { shown: number; all: number } {
  const all = shape.samples - (alphaOf(shape) < 0 ? 0 : 1);
  const colours = COLOURS.get(shape.photometric) as number;
  if (shape.photometric > RGB) return { shown: colours, all };
  return { shown: all >= 3 ? 3 : 1, all };
}

function notesOf(shape: TiffShape): ImageNote[] {
  const { shown, all } = bandsOf(shape);
  return [
    ...(all > shown ? [{ kind: 'bands' as const, shown, all }] : []),
    ...(shape.directory.laterPages > 0 ? [{ kind: 'pages' as const }] : []),
  ];
}

type Decoded = Omit<Samples, 'notes'>;

async function decode(shape: TiffShape): Promise<Decoded> {
  const { directory, width, height, photometric, compression, bits, format } = shape;
  const orientation = directory.number(TAG.orientation, 1);
  const profile = directory.block(TAG.colourProfile);
  const about = {
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    profile: null,
    white: null,
    inverted: false,
  };
  if (compression === OLD_JPEG) return { ...about, ...(await oldJpeg(shape)) };
  const file = decompressed(compression) ? await decompressBlocks(shape) : directory.bytes;
  const plain = file === directory.bytes ? shape : { ...shape, directory: new TiffDirectory(file) };
  if (photometric === YCBCR && compression !== JPEG)
    return { ...about, channels: 3, type: 'uint8', data: await readYcbcr(plain, rawSamples) };
  if (photometric === CIELAB || photometric === ICCLAB) return { ...about, channels: 3, type: 'uint8', data: await lab(plain) };
  const transform = colourTransform(profile);
  // Four inks, palettes and profiles that are more than a matrix are the library's to convert.
  const byLibrary = photometric === CMYK || photometric === PALETTE || (transform.kind === 'unknown' && bits <= 8);
  if (byLibrary && bits <= 16 && format === UNSIGNED) return { ...about, ...(await displayed(plain)) };
  const known = { ...about, profile: transform.kind === 'matrix' ? transform.profile : null };
  const isStandard = format === FLOAT ? bits === 32 : [1, 2, 4, 8, 16, 32].includes(bits);
  if (!isStandard) return { ...known, ...picked(plain, await packed(plain)) };
  return { ...known, ...picked(plain, await standard(plain)) };
}

interface Bands {
  data: SampleArray;
  bands: number;
  type: Samples['type'];
  white: number | null;
  /** Whether WhiteIsZero is still to be undone. */
  inverted: boolean;
}

const ARRAYS = {
  uchar: Uint8Array,
  char: Int8Array,
  ushort: Uint16Array,
  short: Int16Array,
  uint: Uint32Array,
  int: Int32Array,
  float: Float32Array,
} as const;
const TYPES = { uchar: 'uint8', char: 'int8', ushort: 'uint16', short: 'int16', uint: 'uint32', int: 'int32', float: 'float' } as const;
type Depth = keyof typeof ARRAYS;

function open(file: Uint8Array, failOn: 'error' | 'warning') {
  return sharp(file, { failOn, limitInputPixels: false, limitInputChannels: false, unlimited: true, ignoreIcc: true, pages: 1 });
}

/**
 * The file's samples, all bands, as stored. Of strips an error is reported; a damaged tile is left black and only warned of, so that of a
 * tiled file warnings are errors, save those that come after every tile was read.
 */
async function rawSamples(
  file: Uint8Array,
  tiled: boolean,
  as: 'srgb' | null = null,
): Promise<{ data: SampleArray; bands: number; depth: Depth }> {
  const { space, depth } = await open(file, 'error').metadata();
  if (!(depth in ARRAYS)) throw new ImageRefused('unsupported', `a TIFF of type ${depth} is not read: ${remedy}`);
  const read = (failOn: 'error' | 'warning') =>
    open(file, failOn)
      .toColourspace(as ?? space)
      .raw({ depth: depth as Depth })
      .toBuffer({ resolveWithObject: true });
  const { data, info } = await read(tiled ? 'warning' : 'error').catch((error: Error) => {
    if (/^Warning treated as error/.test(error.message)) return read('error');
    throw error;
  });
  const array = ARRAYS[depth as Depth];
  return {
    data: new array(data.buffer, data.byteOffset, data.length / array.BYTES_PER_ELEMENT),
    bands: info.channels,
    depth: depth as Depth,
  };
}

async function standard(shape: TiffShape): Promise<Bands> {
  const { directory, samples, bits, photometric } = shape;
  // Told as RGB all bands come out; gray of eight bits would lose all but the first.
  const file = photometric < RGB && samples >= 3 ? rewrap(directory, new Map([[TAG.photometric, [RGB]]])) : directory.bytes;
  // Gray with alpha comes out with both only as RGB with alpha.
  const grayAlpha = samples === 2 && bits <= 8 && alphaOf(shape) === 1;
  const { data, bands, depth } = await rawSamples(file, directory.tiled, grayAlpha ? 'srgb' : null);
  const type = TYPES[depth];
  const inverted = photometric === WHITE_IS_ZERO;
  // libvips undoes WhiteIsZero of gray itself, against the whole range of the type, where a window has yet to come.
  const undone = inverted && samples < 3 && type.startsWith('u');
  if (undone && type !== 'uint8') invertAgain(data, 2 ** bits - 1);
  const eight = type === 'uint8';
  return { data, bands, type, white: eight && inverted && !undone ? 255 : null, inverted: inverted && !(eight && undone) };
}

function invertAgain(data: SampleArray, most: number): void {
  for (let i = 0; i < data.length; i += 1) data[i] = most - (data[i] as number);
}

/** Tags that tell a row of pixels as a longer row of single gray samples of eight bits. */
function asOneSample({ directory, width }: TiffShape, perPixel: number, bitsEach: number, changes: Map<number, number[]>): void {
  const bytes = (pixels: number): number => Math.ceil((pixels * perPixel * bitsEach) / 8);
  changes.set(TAG.width, [bytes(width)]);
  changes.set(TAG.bitsPerSample, [8]);
  changes.set(TAG.samplesPerPixel, [1]);
  changes.set(TAG.photometric, [BLACK_IS_ZERO]);
  changes.set(TAG.sampleFormat, [UNSIGNED]);
  changes.set(TAG.extraSamples, []);
  if (directory.tiled) changes.set(TAG.tileWidth, [bytes(directory.number(TAG.tileWidth, 0))]);
}

/** Samples of 10, 12, 14, 24 or 64 bits, and half floats: libtiff gives their bytes, which are taken apart here. */
async function packed(shape: TiffShape): Promise<Bands> {
  const { directory, width, height, samples, bits, format, photometric, planes, predictor } = shape;
  if (predictor !== 1 || (planes && samples > 1))
    throw new ImageRefused('unsupported', `a TIFF of ${bits} bits a sample with a predictor or in planes is not read: ${remedy}`);
  const changes = new Map<number, number[]>();
  asOneSample(shape, samples, bits, changes);
  const { data } = await rawSamples(rewrap(directory, changes), directory.tiled);
  const unpacked = unpackSamples(data as Uint8Array, {
    width,
    height,
    samples,
    bits,
    float: format === FLOAT,
    signed: format === SIGNED,
    little: directory.little,
  });
  if (!unpacked) throw new ImageRefused('unsupported', `a TIFF of ${bits} bits a sample is not read: ${remedy}`);
  return { ...unpacked, bands: samples, inverted: photometric === WHITE_IS_ZERO };
}

/** The bands that are shown, and alpha where it is declared. */
function picked(
  shape: TiffShape,
  { data, bands, type, white, inverted }: Bands,
): Pick<Samples, 'data' | 'channels' | 'type' | 'white' | 'inverted'> {
  const pixels = shape.width * shape.height;
  if (data.length < pixels * bands) throw new ImageRefused('truncated', 'the file ends before its pixels do');
  const { shown } = bandsOf(shape);
  const alpha = alphaOf(shape);
  const from = shown === 3 ? [0, 1, 2] : [0];
  if (alpha >= 0 && alpha < bands) {
    while (from.length < 3) from.push(0);
    from.push(alpha);
  }
  const channels = from.length as 1 | 3 | 4;
  // Gray that came out as RGB with alpha is that already.
  if (shape.samples === 2 && bands === 4) return { data, channels: 4, type, white, inverted };
  if (bands === channels && from.every((band, i) => band === i)) return { data, channels, type, white, inverted };
  const out = new (data.constructor as new (length: number) => SampleArray)(pixels * channels);
  for (let i = 0, at = 0; at < out.length; i += bands) for (const band of from) out[at++] = data[i + band] as number;
  return { data: out, channels, type, white, inverted };
}

/** As the library shows it on an sRGB screen. */
async function displayed({ directory, width, height }: TiffShape): Promise<Pick<Samples, 'data' | 'channels' | 'type'>> {
  const read = (failOn: 'error' | 'warning') =>
    sharp(directory.bytes, { failOn, limitInputPixels: false, limitInputChannels: false, unlimited: true, pages: 1 })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer();
  const data = await read(directory.tiled ? 'warning' : 'error').catch((error: Error) => {
    if (/^Warning treated as error/.test(error.message)) return read('error');
    throw error;
  });
  const bands = data.length / (width * height);
  if (bands === 1 || bands === 3 || bands === 4) return { data: new Uint8Array(data), channels: bands, type: 'uint8' };
  throw new ImageRefused('unsupported', `a TIFF that comes out with ${bands} channels is not read: ${remedy}`);
}

/** The JPEG stream that TIFF's first kind of JPEG carries whole, where it does (TIFF 6.0, section 22: JPEGInterchangeFormat). */
async function oldJpeg({ directory, width, height }: TiffShape): Promise<Pick<Samples, 'data' | 'channels' | 'type'>> {
  const [at, length] = [directory.number(TAG.jpegOffset, 0), directory.number(TAG.jpegLength, 0)];
  const stream = directory.bytes.subarray(at, at + length);
  if (at === 0 || stream[0] !== 0xff || stream[1] !== 0xd8)
    throw new ImageRefused('unsupported', `a TIFF compressed by method 6 (${COMPRESSIONS[6]}) is not read: ${remedy}`);
  const { data, info } = await sharp(stream, { failOn: 'error', limitInputPixels: MOST_PIXELS })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== width || info.height !== height || (info.channels !== 1 && info.channels !== 3))
    throw new ImageRefused('unsupported', `a TIFF whose JPEG is not the whole image is not read: ${remedy}`);
  return { data: new Uint8Array(data), channels: info.channels, type: 'uint8' };
}

async function lab(shape: TiffShape): Promise<Uint8Array> {
  const { bits, samples, photometric, planes } = shape;
  if (bits !== 8 || samples < 3 || planes)
    throw new ImageRefused('unsupported', `a CIELAB TIFF of ${samples} samples of ${bits} bits is not read: ${remedy}`);
  const file = rewrap(
    shape.directory,
    new Map([
      [TAG.photometric, [RGB]],
      [TAG.sampleFormat, [UNSIGNED]],
    ]),
  );
  const { data, bands } = await rawSamples(file, shape.directory.tiled);
  return cielabToRgb(data as Uint8Array, bands, photometric === CIELAB);
}
