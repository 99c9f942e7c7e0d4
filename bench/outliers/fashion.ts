import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PixelSet } from '../../src/engine/pixels/pixel-set.ts';
import type { Random } from '../../src/engine/random.ts';

export const EDGE = 28;
export const AREA = EDGE * EDGE;

export interface Labelled {
  images: Uint8Array;
  labels: Uint8Array;
}

/** The images and labels of one half of Fashion-MNIST, from its IDX files. */
export async function readLabelled(folder: string, half: 'train' | 't10k'): Promise<Labelled> {
  const read = async (name: string, header: number) => new Uint8Array(gunzipSync(await readFile(path.join(folder, name)))).slice(header);
  return { images: await read(`${half}-images-idx3-ubyte.gz`, 16), labels: await read(`${half}-labels-idx1-ubyte.gz`, 8) };
}

export const pixelSet = (images: Uint8Array): PixelSet => ({ count: images.length / AREA, size: EDGE, channels: 1, data: images });

export function take(images: Uint8Array, indices: ArrayLike<number>): Uint8Array {
  const taken = new Uint8Array(indices.length * AREA);
  for (let i = 0; i < indices.length; i += 1) {
    const from = (indices[i] as number) * AREA;
    taken.set(images.subarray(from, from + AREA), i * AREA);
  }
  return taken;
}

/** `count` images (or all there are) whose label is wanted, in a random order. */
export function draw({ labels }: Labelled, wanted: (label: number) => boolean, count: number, random: Random): Uint32Array {
  const all: number[] = [];
  for (const [index, label] of labels.entries()) if (wanted(label)) all.push(index);
  return random.shuffle(Uint32Array.from(all)).slice(0, count);
}

export interface Planted {
  pixels: PixelSet;
  /** 1 where an image is an outlier. */
  positive: Uint8Array;
}

const CONTAMINATED = 6_000;
const SHARE = 0.05;

/** 6,000 images of one class, 5 % of them replaced by others: of all other classes, or of one drawn by the seed. */
export function contaminate(data: Labelled, kind: number, by: 'mixed' | 'one class', random: Random): Planted {
  const rare = Math.round(SHARE * CONTAMINATED);
  const other = (kind + 1 + random.integer(9)) % 10;
  const wrong = draw(data, (label) => (by === 'mixed' ? label !== kind : label === other), rare, random);
  const right = draw(data, (label) => label === kind, CONTAMINATED - rare, random);
  const order = random.shuffle(Uint32Array.from({ length: CONTAMINATED }, (_, i) => i));
  const sources = [...right, ...wrong];
  return {
    pixels: pixelSet(
      take(
        data.images,
        Array.from(order, (i) => sources[i] as number),
      ),
    ),
    positive: Uint8Array.from(order, (i) => (i >= right.length ? 1 : 0)),
  };
}
