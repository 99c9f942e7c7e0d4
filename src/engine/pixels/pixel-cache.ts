import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '../atomic-write.ts';
import { SondeError } from '../sonde-error.ts';
import type { PixelSet } from './pixel-set.ts';

export const PIXELS_FILE = 'pixels.bin';
const MAGIC = 'SNDP';
const HEADER_BYTES = 16;

/** pixels.bin: 'SNDP', u32 count, u32 size, u32 channels, then count x size x size x channels bytes. A cache: it may be deleted. */
export async function savePixels(folder: string, { count, size, channels, data }: PixelSet): Promise<void> {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  header.set(Buffer.from(MAGIC, 'latin1'));
  view.setUint32(4, count, true);
  view.setUint32(8, size, true);
  view.setUint32(12, channels, true);
  await writeAtomically(path.join(folder, PIXELS_FILE), [header, data]);
}

/** @throws SondeError study-incomplete, study-unreadable */
export async function loadPixels(folder: string): Promise<PixelSet> {
  const file = path.join(folder, PIXELS_FILE);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  }
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== MAGIC)
    throw new SondeError('study-unreadable', { path: file }, `${file} is no pixel cache`);
  const [count, size, channels] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
  if ((channels !== 1 && channels !== 3) || bytes.length !== HEADER_BYTES + count * size * size * channels)
    throw new SondeError('study-unreadable', { path: file }, `${file} is cut short`);
  return { count, size, channels, data: new Uint8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, count * size * size * channels) };
}
