/** Netpbm's formats (netpbm.sourceforge.net/doc): PBM, PGM and PPM, plain and raw, PAM, and floating point PFM. */

import type { SampleArray } from '../source/number-type.ts';
import { ImageRefused } from './image-refused.ts';
import { asChannels, type Samples } from './samples.ts';

const [LINE_FEED, HASH] = [0x0a, 0x23];
/** Comments may be long; headers are not. */
const MOST_HEADER = 64 * 1024;
const WHITESPACE = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

export interface PnmHeader {
  kind: 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'PF' | 'Pf';
  width: number;
  height: number;
  depth: number;
  /** The value that is white; of PFM, negative for little-endian. */
  most: number;
  /** Where the pixels begin. */
  from: number;
}

/** null: not of these formats, or without a whole header. */
export function pnmHeader(bytes: Uint8Array): PnmHeader | null {
  if (bytes[0] !== 0x50) return null;
  const kind = `P${String.fromCharCode(bytes[1] ?? 0)}` as PnmHeader['kind'];
  if (kind === 'P7') return pamHeader(bytes);
  if (!/^P[1-6Ff]$/.test(kind) || !WHITESPACE.has(bytes[2] ?? 0)) return null;
  const bitmap = kind === 'P1' || kind === 'P4';
  let at = 2;
  const words: number[] = [];
  while (words.length < (bitmap ? 2 : 3)) {
    const word = nextWord(bytes, at, MOST_HEADER);
    if (!word || !/^[-+]?\d+(\.\d*)?(e[-+]?\d+)?$/i.test(word.text)) return null;
    words.push(Number(word.text));
    at = word.end;
  }
  const [width = 0, height = 0, most = 1] = words;
  const depth = kind === 'P3' || kind === 'P6' || kind === 'PF' ? 3 : 1;
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) return null;
  // One whitespace parts header and raw pixels.
  return { kind, width, height, depth, most, from: at + 1 };
}

function nextWord(bytes: Uint8Array, start: number, most: number): { text: string; end: number } | null {
  let at = start;
  for (; at < Math.min(bytes.length, most); at += 1) {
    if (bytes[at] === HASH) while (at < bytes.length && bytes[at] !== LINE_FEED) at += 1;
    else if (!WHITESPACE.has(bytes[at] as number)) break;
  }
  let end = at;
  while (end < bytes.length && !WHITESPACE.has(bytes[end] as number) && bytes[end] !== HASH) end += 1;
  return end === at || end - at > 32 ? null : { text: Buffer.from(bytes.subarray(at, end)).toString('latin1'), end };
}

function pamHeader(bytes: Uint8Array): PnmHeader | null {
  const text = Buffer.from(bytes.subarray(0, MOST_HEADER)).toString('latin1');
  const end = text.indexOf('\nENDHDR\n');
  if (end < 0) return null;
  const field = (name: string): number => Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(text.slice(0, end + 1))?.[1] ?? 0);
  const [width, height, depth, most] = ['WIDTH', 'HEIGHT', 'DEPTH', 'MAXVAL'].map(field) as [number, number, number, number];
  return width > 0 && height > 0 && depth > 0 && most > 0 ? { kind: 'P7', width, height, depth, most, from: end + 8 } : null;
}

/** @throws ImageRefused */
export async function readPnm(bytes: Uint8Array): Promise<Samples> {
  const header = pnmHeader(bytes);
  if (!header) throw new ImageRefused('truncated', 'a Netpbm image whose header is damaged or cut short');
  const { kind, width, height, depth, most } = header;
  const about = { width, height, orientation: 1, profile: null, inverted: false, notes: [] };
  if (kind === 'PF' || kind === 'Pf')
    return { ...about, channels: depth as 1 | 3, type: 'float', white: null, data: floats(bytes, header) };
  if (most > 65_535) throw new ImageRefused('corrupt', `a Netpbm image whose white is ${most}`);
  const values = kind === 'P1' || kind === 'P4' ? bits(bytes, header) : kind < 'P4' ? plain(bytes, header) : raw(bytes, header);
  // 65,535 is as wide as two bytes go, not a white that anybody chose: files of 12 bits carry it too.
  const white = most === 255 || most === 65_535 ? null : most;
  return { ...about, ...asChannels(values, depth), type: most > 255 ? 'uint16' : 'uint8', white };
}

const cutShort = (): ImageRefused => new ImageRefused('truncated', 'the file ends before its pixels do');

function raw(bytes: Uint8Array, { width, height, depth, most, from }: PnmHeader): SampleArray {
  const count = width * height * depth;
  const wide = most > 255 ? 2 : 1;
  if (bytes.length < from + count * wide) throw cutShort();
  if (wide === 1) return bytes.slice(from, from + count);
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, count * 2);
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(2 * i));
}

function plain(bytes: Uint8Array, { width, height, depth, most, from }: PnmHeader): SampleArray {
  const data = new (most > 255 ? Uint16Array : Uint8Array)(width * height * depth);
  let at = from;
  for (let i = 0; i < data.length; i += 1) {
    const word = nextWord(bytes, at, bytes.length);
    if (!word) throw cutShort();
    data[i] = Math.min(most, Number(word.text));
    at = word.end;
  }
  return data;
}

/** One is black. */
function bits(bytes: Uint8Array, { kind, width, height, from }: PnmHeader): SampleArray {
  const data = new Uint8Array(width * height);
  if (kind === 'P1') {
    let at = from;
    for (let i = 0; i < data.length; i += 1) {
      // Digits need nothing between them.
      while (at < bytes.length && bytes[at] !== 0x30 && bytes[at] !== 0x31) at += 1;
      if (at >= bytes.length) throw cutShort();
      data[i] = bytes[at++] === 0x30 ? 1 : 0;
    }
    return data;
  }
  const stride = Math.ceil(width / 8);
  if (bytes.length < from + stride * height) throw cutShort();
  for (let y = 0, i = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, i += 1) data[i] = ((bytes[from + y * stride + (x >> 3)] as number) >> (7 - (x & 7))) & 1 ? 0 : 1;
  return data;
}

/** Rows from the bottom up. */
function floats(bytes: Uint8Array, { width, height, depth, most, from }: PnmHeader): SampleArray {
  const row = width * depth;
  if (bytes.length < from + 4 * row * height) throw cutShort();
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, 4 * row * height);
  return Float32Array.from({ length: row * height }, (_, i) => {
    const y = height - 1 - Math.floor(i / row);
    return view.getFloat32(4 * (y * row + (i % row)), most < 0);
  });
}
