/** Folders of known composition: some kinds at unlike shares, drawn from photographs whose subfolders are kinds or from Fashion-MNIST. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { loadEncoder } from '../src/engine/features/encoder-file.ts';
import { FeatureExtractor } from '../src/engine/features/extractor.ts';
import { columnsOf, isEncoderColumn, type Space } from '../src/engine/features/space.ts';
import { decodeSource } from '../src/engine/pixels/decode-source.ts';
import { type PixelSet, takeImages } from '../src/engine/pixels/pixel-set.ts';
import { SourceReader } from '../src/engine/pixels/source-reader.ts';
import type { Random } from '../src/engine/random.ts';
import { openSource } from '../src/engine/source/open-source.ts';

export interface LabelledImages {
  pixels: PixelSet;
  labels: string[];
  /** The images' own files, for an encoder; null where they are no photographs. */
  readerOf: ((rows: Uint32Array) => SourceReader) | null;
  /** Images of the largest kind of a draw. */
  largest: number;
}

export async function photographs(place: string): Promise<LabelledImages> {
  const source = await openSource(path.resolve(place), {});
  const { pixels, facts } = await decodeSource(source, { size: null, color: null, folder: null, limit: null });
  const readerOf = (rows: Uint32Array) =>
    new SourceReader(
      source,
      Array.from(rows, (row) => facts.path[row] as string),
    );
  return { pixels, labels: facts.label.map((label) => path.basename(label)), readerOf, largest: 250 };
}

/** Fashion-MNIST's test images. @param folder holds its IDX files */
export async function fashion(folder: string): Promise<LabelledImages> {
  const read = async (name: string, header: number) => new Uint8Array(gunzipSync(await readFile(path.join(folder, name)))).slice(header);
  const data = await read('t10k-images-idx3-ubyte.gz', 16);
  const labels = Array.from(await read('t10k-labels-idx1-ubyte.gz', 8), String);
  return { pixels: { count: labels.length, size: 28, channels: 1, data }, labels, readerOf: null, largest: 700 };
}

/** `count` kinds, the first with all that it may have, the others with .3 to 1 of that. Rows in the source's order. */
export function drawKinds({ labels, largest }: LabelledImages, count: number, random: Random): Uint32Array {
  const kinds = [...new Set(labels)].sort();
  const chosen = random.shuffle(Uint32Array.from(kinds.keys())).slice(0, count);
  const rows: number[] = [];
  chosen.forEach((kind, at) => {
    const all = random.shuffle(Uint32Array.from(labels.flatMap((label, row) => (label === kinds[kind] ? [row] : []))));
    rows.push(...all.slice(0, Math.round(Math.min(largest, all.length) * (at === 0 ? 1 : 0.3 + 0.7 * random.uniform()))));
  });
  return Uint32Array.from(rows).sort();
}

/** What a study would compare these images by: the folder's own features, and of photographs those with an encoder's where one is installed. */
export async function spacesOf({ pixels, readerOf }: LabelledImages, rows: Uint32Array, seed: number): Promise<Map<string, Space>> {
  const encoder = readerOf ? await loadEncoder('efficientnet-lite0') : null;
  const { extractor, features } = await FeatureExtractor.fit(
    { pixels: takeImages(pixels, rows), reader: encoder && readerOf ? readerOf(rows) : null },
    seed,
    encoder,
  );
  const { names } = extractor;
  extractor.dispose();
  const isOwn = (name: string) => !isEncoderColumn(name);
  const own: Space = { points: columnsOf(features, names, isOwn), metric: 'cosine', names: names.filter(isOwn) };
  const spaces = new Map<string, Space>([['own features', own]]);
  if (encoder) spaces.set('with EfficientNet-Lite0', { points: features, metric: 'cosine', names });
  return spaces;
}
