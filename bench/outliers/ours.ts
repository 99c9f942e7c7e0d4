import { analysisOptions } from '../../src/contract/analysis.ts';
import { describedImages } from '../../src/engine/analysis/score-source.ts';
import { attributeLogs, type MeasuredAttributes } from '../../src/engine/density/attribute-distance.ts';
import type { Mixture } from '../../src/engine/density/mixture.ts';
import { type Described, fitNewDataScorer, type NewDataScorer, scoreNewData } from '../../src/engine/density/new-data.ts';
import { scoreInPlace } from '../../src/engine/density/outliers.ts';
import { selectMixture } from '../../src/engine/density/select-mixture.ts';
import { loadEncoder } from '../../src/engine/features/encoder-file.ts';
import { FeatureExtractor, type Images } from '../../src/engine/features/extractor.ts';
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

async function train(pixels: PixelSet, seed: number, epochs: number): Promise<Model> {
  const { model } = await trainModel(pixels, analysisOptions.parse({ epochs, seed }));
  return model;
}

/** The score in place with its components; no model takes part. */
export async function inPlace(given: Given, seed: number): Promise<Scores> {
  const encoder = given.reader && (await loadEncoder('efficientnet-lite0'));
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
  elbo: Float32Array | null;
  dispose(): void;
}

export async function study(given: Given, seed: number, epochs = EPOCHS): Promise<Study> {
  const { pixels, attributes } = given;
  const model = await train(pixels, seed, epochs);
  const { trained } = splitImages(pixels.count, seed);
  const encoder = given.reader && (await loadEncoder('efficientnet-lite0'));
  const { extractor, ...extracted } = await FeatureExtractor.fit(given, seed, encoder, { learntFrom: trained });
  const encoded = await encodeAll(model, pixels, seed);
  const { mixture } = await selectMixture(takeRows(encoded.mean, trained), { maximum: 50, seed });
  const own = describedImages(encoded, { ...extracted, names: extractor.names }, attributes);
  const scorer = await fitNewDataScorer(own, mixture, trained);
  const dispose = () => {
    model.dispose();
    extractor.dispose();
  };
  return { seed, model, mixture, scorer, extractor, own, elbo: encoded.elbo, dispose };
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
