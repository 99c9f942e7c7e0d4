/** TIFF's YCbCr without JPEG (TIFF 6.0, section 21): libtiff hands its samples out as they lie, and libvips takes them for RGB. */

import type { SampleArray } from '../source/number-type.ts';
import { ImageRefused } from './image-refused.ts';
import type { TiffShape } from './tiff.ts';
import { TAG } from './tiff-directory.ts';
import { rewrap } from './tiff-rewrap.ts';

const [BLACK_IS_ZERO, RGB] = [1, 2];
/** Rec. 601. */
const LUMA = [0.299, 0.587, 0.114];
const REFERENCE = [0, 255, 128, 255, 128, 255];

type RawSamples = (file: Uint8Array, tiled: boolean) => Promise<{ data: SampleArray; bands: number }>;

/** height x width x 3 of sRGB. @throws ImageRefused */
export async function readYcbcr(shape: TiffShape, raw: RawSamples): Promise<Uint8Array> {
  const { directory, width, height, bits, samples, planes } = shape;
  const [across = 2, down = across] = directory.numbers(TAG.chromaSubsampling);
  const whole = across === 1 && down === 1;
  if (bits !== 8 || samples !== 3 || (planes && !whole))
    throw new ImageRefused(
      'unsupported',
      `a YCbCr TIFF of ${samples} samples of ${bits} bits${planes ? ' in planes' : ''} is not read: convert it to RGB`,
    );
  const convert = converter(directory.numbers(TAG.lumaCoefficients), directory.numbers(TAG.referenceBlackWhite));
  const rgb = new Uint8Array(width * height * 3);
  if (whole) {
    const { data } = await raw(rewrap(directory, new Map([[TAG.photometric, [RGB]]])), directory.tiled);
    for (let i = 0; i < rgb.length; i += 3) convert(data[i] as number, data[i + 1] as number, data[i + 2] as number, rgb, i);
    return rgb;
  }
  const { data, row } = await units(shape, across, down, raw);
  const unit = across * down + 2;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = Math.floor(y / down) * row + Math.floor(x / across) * unit;
      const luma = data[at + (y % down) * across + (x % across)] as number;
      convert(luma, data[at + unit - 2] as number, data[at + unit - 1] as number, rgb, 3 * (y * width + x));
    }
  }
  return rgb;
}

/** Units of across x down lumas, one Cb and one Cr, told to libtiff as a gray image in which each row is a row of units. */
async function units({ directory, width, height }: TiffShape, across: number, down: number, raw: RawSamples) {
  const unit = across * down + 2;
  const row = Math.ceil(width / across) * unit;
  const rows = Math.ceil(height / down);
  const changes = new Map<number, number[]>([
    [TAG.width, [row]],
    [TAG.height, [rows]],
    [TAG.samplesPerPixel, [1]],
    [TAG.bitsPerSample, [8]],
    [TAG.photometric, [BLACK_IS_ZERO]],
    [TAG.predictor, [1]],
    [TAG.sampleFormat, []],
  ]);
  const strip = Math.min(height, directory.number(TAG.rowsPerStrip, height));
  if (directory.number(TAG.predictor, 1) !== 1 || (strip < height && strip % down !== 0))
    throw new ImageRefused('unsupported', 'a subsampled YCbCr TIFF with a predictor or uneven strips is not read: convert it to RGB');
  if (directory.tiled) {
    changes.set(TAG.tileWidth, [(directory.number(TAG.tileWidth, 0) / across) * unit]);
    changes.set(TAG.tileHeight, [directory.number(TAG.tileHeight, 0) / down]);
  } else changes.set(TAG.rowsPerStrip, [Math.ceil(strip / down)]);
  const { data } = await raw(rewrap(directory, changes), directory.tiled);
  return { data, row };
}

/** TIFF 6.0, pages 91 to 94: coded values to full range by ReferenceBlackWhite, then to RGB by YCbCrCoefficients. */
function converter(luma: readonly number[], reference: readonly number[]) {
  const [red, green, blue] = (luma.length === 3 ? luma : LUMA) as [number, number, number];
  const range = (reference.length === 6 ? reference : REFERENCE) as [number, number, number, number, number, number];
  const full = (black: number, white: number, most: number) =>
    Float64Array.from({ length: 256 }, (_, code) => ((code - black) * most) / (white - black));
  const [lumas, blues, reds] = [full(range[0], range[1], 255), full(range[2], range[3], 127), full(range[4], range[5], 127)];
  const clamp = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));
  return (y: number, cb: number, cr: number, into: Uint8Array, at: number): void => {
    const light = lumas[y] as number;
    const r = light + (reds[cr] as number) * (2 - 2 * red);
    const b = light + (blues[cb] as number) * (2 - 2 * blue);
    into[at] = clamp(r);
    into[at + 1] = clamp((light - blue * b - red * r) / green);
    into[at + 2] = clamp(b);
  };
}
