/** One small picture in the kinds of files that fields use (test/fixtures/formats), and how far a reading is from what it shows. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { readHeader } from '../../../src/engine/pixels/image-header.ts';
import type { Raster } from '../../../src/engine/pixels/raster.ts';
import { samplesReader } from '../../../src/engine/pixels/read-samples.ts';
import { type Samples, toRaster } from '../../../src/engine/pixels/samples.ts';
import { WindowChooser } from '../../../src/engine/pixels/window.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/formats', import.meta.url));
export const [WIDTH, HEIGHT] = [24, 20];
export const red = (x: number, _y: number) => 10 * x;
export const green = (_x: number, y: number) => 12 * y;
export const blue = (x: number, y: number) => 6 * x + 5 * y;
export const gray = (x: number, y: number) => 5 * x + 6 * y;
export const other = (x: number, y: number) => 255 - gray(x, y);
export type Channel = (x: number, y: number) => number;
export const RGB = [red, green, blue];

export const file = (name: string): Buffer => readFileSync(path.join(FIXTURES, name));

export async function read(bytes: Uint8Array): Promise<Samples> {
  const header = readHeader(bytes);
  const reader = header && samplesReader(header, bytes);
  if (!reader) throw new Error('no reader');
  return reader(bytes);
}

/** Through the window that the image itself would choose. */
export async function shown(name: string): Promise<{ samples: Samples; raster: Raster; windows: [number, number][] }> {
  const samples = await read(file(name));
  const chooser = new WindowChooser();
  chooser.add(samples);
  const windows = chooser.windows(null);
  return { samples, raster: toRaster(samples, windows), windows: windows.map(({ low, high }) => [low, high]) };
}

/** The largest difference from what the picture is. */
export function furthest({ data, width, height, channels }: Raster, wanted: readonly Channel[]): number {
  expect([width, height, channels]).toEqual([WIDTH, HEIGHT, wanted.length]);
  let most = 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (const [c, channel] of wanted.entries())
        most = Math.max(most, Math.abs((data[(y * width + x) * channels + c] as number) - channel(x, y)));
  return most;
}
