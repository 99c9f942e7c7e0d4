/** One kind planted into others among photographs whose subfolders are kinds: what is planted, and the space it is looked at in. */
import path from 'node:path';
import { loadEncoder } from '../src/engine/features/encoder-file.ts';
import { FeatureExtractor } from '../src/engine/features/extractor.ts';
import { columnsOf, isEncoderColumn, type Space } from '../src/engine/features/space.ts';
import { attributeColumns } from '../src/engine/pixels/attribute-columns.ts';
import { decodeSource } from '../src/engine/pixels/decode-source.ts';
import { type ImageFacts, type PixelSet, takeImages } from '../src/engine/pixels/pixel-set.ts';
import { SourceReader } from '../src/engine/pixels/source-reader.ts';
import { Random } from '../src/engine/random.ts';
import { openSource } from '../src/engine/source/open-source.ts';

export const PHOTOGRAPHS = {
  hands: [
    { rare: '0', common: ['5'] },
    { rare: '3', common: ['1'] },
    { rare: '8', common: ['6'] },
  ],
  cifar: [
    { rare: 'deer', common: ['automobile', 'truck'] },
    { rare: 'ship', common: ['cat', 'dog'] },
    { rare: 'cat', common: ['airplane', 'ship'] },
  ],
} as const;
export const SHARES = [0.02, 0.05, 0.1];

export interface Planted {
  pixels: PixelSet;
  positive: Uint8Array;
  attributes: ReturnType<typeof attributeColumns>;
  /** The folder's own features, and with an encoder's where one is installed. */
  spaces: { name: string; features: Space }[];
}

/** Reads the folder or zip once; the returned function plants `share` of a kind among others. */
export async function openPhotographs(place: string) {
  const source = await openSource(path.resolve(place), {});
  const { pixels, facts } = await decodeSource(source, { size: null, color: null, folder: null, limit: null });
  return async (rare: string, common: readonly string[], share: number, seed: number): Promise<Planted> => {
    const random = new Random(seed);
    const rowsOf = (kinds: readonly string[]) =>
      random.shuffle(Uint32Array.from(facts.label.flatMap((label, row) => (kinds.includes(path.basename(label)) ? [row] : []))));
    const ordinary = rowsOf(common);
    const planted = rowsOf([rare]).slice(0, Math.round((share * ordinary.length) / (1 - share)));
    const rows = Uint32Array.from([...ordinary, ...planted]);
    const some = takeFacts(facts, rows);
    const images = takeImages(pixels, rows);
    const encoder = await loadEncoder('efficientnet-lite0');
    const reader = encoder && new SourceReader(source, some.path);
    const { extractor, features } = await FeatureExtractor.fit({ pixels: images, reader }, seed, encoder);
    const { names } = extractor;
    extractor.dispose();
    const isOwn = (name: string) => !isEncoderColumn(name);
    const own: Space = { points: columnsOf(features, names, isOwn), metric: 'cosine', names: names.filter(isOwn) };
    const spaces: Planted['spaces'] = [{ name: 'own features', features: own }];
    if (encoder) spaces.push({ name: 'with EfficientNet-Lite0', features: { points: features, metric: 'cosine', names } });
    const positive = Uint8Array.from(rows, (_, i) => (i >= ordinary.length ? 1 : 0));
    return { pixels: images, positive, attributes: attributeColumns(some), spaces };
  };
}

function takeFacts(facts: ImageFacts, rows: Uint32Array): ImageFacts {
  const whole = (column: Uint32Array) => Uint32Array.from(rows, (row) => column[row] as number);
  const floats = (column: Float32Array) => Float32Array.from(rows, (row) => column[row] as number);
  return {
    ...facts,
    path: Array.from(rows, (row) => facts.path[row] as string),
    label: Array.from(rows, (row) => facts.label[row] as string),
    width: whole(facts.width),
    height: whole(facts.height),
    bytes: Float64Array.from(rows, (row) => facts.bytes[row] as number),
    brightness: floats(facts.brightness),
    contrast: floats(facts.contrast),
    saturation: floats(facts.saturation),
    sharpness: floats(facts.sharpness),
    contentHash: new Uint8Array(32 * rows.length),
  };
}
