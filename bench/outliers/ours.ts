import { createHash } from 'node:crypto';
import { analysisOptions } from '../../src/contract/analysis.ts';
import { describedImages } from '../../src/engine/analysis/score-source.ts';
import { attributeLogs, type MeasuredAttributes } from '../../src/engine/density/attribute-distance.ts';
import type { Mixture } from '../../src/engine/density/mixture.ts';
import { type Described, fitNewDataScorer, type NewDataScorer, scoreNewData } from '../../src/engine/density/new-data.ts';
import { scoreInPlace } from '../../src/engine/density/outliers.ts';
import { selectMixture } from '../../src/engine/density/select-mixture.ts';
import { ENCODER_FEATURES, ENCODER_SIZE } from '../../src/engine/features/efficientnet-lite0.ts';
import { type LoadedEncoder, loadEncoder } from '../../src/engine/features/encoder-file.ts';
import { FeatureExtractor, type Images } from '../../src/engine/features/extractor.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { takeRows } from '../../src/engine/linear/rows.ts';
import { encodeAll } from '../../src/engine/model/encode-all.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { splitImages } from '../../src/engine/model/split.ts';
import { trainModel } from '../../src/engine/model/train.ts';
import { attributesOf, lumaOf } from '../../src/engine/pixels/attributes.ts';
import type { PixelSet } from '../../src/engine/pixels/pixel-set.ts';

/** Epochs, not seconds, so that a busy machine gives the same figures. */
export const EPOCHS = 8;

/** Named scores, higher is stranger. */
export type Scores = Record<string, ArrayLike<number>>;

/** With a reader of the images' own files the encoder looks too. */
export interface Given extends Images {
  attributes: MeasuredAttributes;
}

/** Images that lie in no file: their attributes are measured on their pixels. */
export function withoutFiles(pixels: PixelSet): Given {
  const { count, size, channels, data } = pixels;
  const area = size * size;
  const attributes: MeasuredAttributes = {
    brightness: new Float32Array(count),
    contrast: new Float32Array(count),
    saturation: new Float32Array(count),
    sharpness: new Float32Array(count),
  };
  const luma = new Uint8Array(area);
  for (let i = 0; i < count; i += 1) {
    const own = data.subarray(i * area * channels, (i + 1) * area * channels);
    const rgb = channels === 3 ? own : Uint8Array.from({ length: 3 * area }, (_, at) => own[Math.floor(at / 3)] as number);
    const measured = attributesOf(rgb, lumaOf(rgb, luma), size);
    for (const name of Object.keys(attributes) as (keyof MeasuredAttributes)[]) attributes[name][i] = measured[name];
  }
  return { pixels, reader: null, attributes };
}

export async function train(pixels: PixelSet, seed: number, epochs: number): Promise<Model> {
  const { model } = await trainModel(pixels, analysisOptions.parse({ epochs, seed }));
  return model;
}

let kept: LoadedEncoder | null = null;
const seen = new Map<string, Float32Array>();

/** The encoder, which looks at no picture twice: the same images stand in many settings. It outlives those that dispose of it. */
async function lens(): Promise<LoadedEncoder | null> {
  kept ??= await loadEncoder('efficientnet-lite0');
  if (!kept) return null;
  const { net, provenance } = kept;
  const features = async (rgb: Uint8Array, pause?: () => Promise<void>): Promise<Float32Array> => {
    const length = ENCODER_SIZE * ENCODER_SIZE * 3;
    const images = Array.from({ length: rgb.length / length }, (_, i) => rgb.subarray(i * length, (i + 1) * length));
    const keys = images.map((image) => createHash('sha1').update(image).digest('base64'));
    const fresh = [...new Map(keys.flatMap((key, i) => (seen.has(key) ? [] : [[key, images[i] as Uint8Array] as const])))];
    if (fresh.length > 0) {
      const found = await net.features(Uint8Array.from(Buffer.concat(fresh.map(([, image]) => image))), pause ?? (async () => {}));
      fresh.forEach(([key], i) => void seen.set(key, found.slice(i * ENCODER_FEATURES, (i + 1) * ENCODER_FEATURES)));
    }
    const all = new Float32Array(images.length * ENCODER_FEATURES);
    keys.forEach((key, i) => void all.set(seen.get(key) as Float32Array, i * ENCODER_FEATURES));
    return all;
  };
  return { provenance, net: { features, dispose: () => {} } as unknown as LoadedEncoder['net'] };
}

/** The score in place with its components; no model takes part. */
export async function inPlace(given: Given, seed: number): Promise<Scores> {
  const encoder = given.reader && (await lens());
  const { extractor, ...seen } = await FeatureExtractor.fit(given, seed, encoder);
  try {
    const { score, components } = await scoreInPlace(
      { points: seen.features, names: extractor.names },
      seen.encoder,
      attributeLogs(given.attributes),
      {
        seed,
      },
    );
    const alone = Object.entries(components).map(([name, values]) => [`Sonde, ${name} alone`, values]);
    return { '**Sonde, in place**': score, ...Object.fromEntries(alone) };
  } finally {
    extractor.dispose();
  }
}

/** A study of these images, ready for new ones. */
export interface Study {
  seed: number;
  model: Model;
  mixture: Mixture;
  scorer: NewDataScorer;
  extractor: FeatureExtractor;
  own: Described;
  /** Its images' features, all lenses joined. */
  features: Matrix;
  elbo: Float32Array | null;
  /** Other images as its model and features see them. */
  describe(given: Given): Promise<Described>;
  dispose(): void;
}

/** @param model of these images, kept by whoever trained it; null: one is trained */
export async function study(given: Given, seed: number, epochs = EPOCHS, trainedBefore: Model | null = null): Promise<Study> {
  const { pixels, attributes } = given;
  const model = trainedBefore ?? (await train(pixels, seed, epochs));
  const { trained } = splitImages(pixels.count, seed);
  const encoder = given.reader && (await lens());
  const { extractor, ...extracted } = await FeatureExtractor.fit(given, seed, encoder, { learntFrom: trained });
  const encoded = await encodeAll(model, pixels, seed);
  const { mixture } = await selectMixture(takeRows(encoded.mean, trained), { maximum: 50, seed });
  const own = describedImages(encoded, { ...extracted, names: extractor.names }, attributes);
  const scorer = await fitNewDataScorer(own, mixture, trained, new Int32Array(pixels.count).fill(-1));
  const dispose = () => {
    if (!trainedBefore) model.dispose();
    extractor.dispose();
  };
  const describe = async (other: Given): Promise<Described> =>
    describedImages(
      await encodeAll(model, other.pixels, seed),
      { ...(await extractor.transform(other)), names: extractor.names },
      other.attributes,
    );
  return { seed, model, mixture, scorer, extractor, own, features: extracted.features, elbo: encoded.elbo, describe, dispose };
}

const NAMES = {
  reconstruction: 'reconstruction',
  latent: 'latent mixture',
  features: 'own features',
  encoder: 'encoder',
  attributes: 'attributes',
} as const;

export interface Scored {
  scores: Scores;
  /** Shares of the study's own images that are less strange. */
  percentile: Float32Array;
  elbo: Float32Array | null;
}

export async function scoreNew({ model, scorer, extractor, seed }: Study, given: Given): Promise<Scored> {
  const encoded = await encodeAll(model, given.pixels, seed);
  const extracted = await extractor.transform(given);
  const found = await scoreNewData(scorer, describedImages(encoded, { ...extracted, names: extractor.names }, given.attributes));
  const scores: Scores = { '**Sonde, new data**': found.score };
  for (const [name, shares] of Object.entries(found.shares)) scores[`Sonde, ${NAMES[name as keyof typeof NAMES]} alone`] = shares;
  if (encoded.elbo) scores['Sonde, negative ELBO alone'] = encoded.elbo.map((value) => -value);
  return { scores, percentile: found.percentile, elbo: encoded.elbo };
}
