import { analysisOptions } from '../../src/contract/analysis.ts';
import type { Mixture } from '../../src/engine/density/mixture.ts';
import { fitNewDataScorer, type NewDataScorer, scoreNewData } from '../../src/engine/density/new-data.ts';
import { scoreInPlace } from '../../src/engine/density/outliers.ts';
import { selectMixture } from '../../src/engine/density/select-mixture.ts';
import { hogFeatures } from '../../src/engine/features/hog.ts';
import type { Matrix } from '../../src/engine/linear/matrix.ts';
import { type Encoded, encodeAll } from '../../src/engine/model/encode-all.ts';
import type { Model } from '../../src/engine/model/model.ts';
import { trainModel } from '../../src/engine/model/train.ts';
import type { PixelSet } from '../../src/engine/pixels/pixel-set.ts';

/** Epochs, not seconds, so that a busy machine gives the same figures. */
export const EPOCHS = 8;

/** Named scores, higher is stranger. */
export type Scores = Record<string, ArrayLike<number>>;

export async function train(pixels: PixelSet, seed: number, epochs = EPOCHS): Promise<Model> {
  const { model } = await trainModel(pixels, analysisOptions.parse({ epochs, seed }));
  return model;
}

/** JHG with its components, and the model's own scores, of images that the model was trained on. */
export async function inPlace(pixels: PixelSet, seed: number): Promise<Scores> {
  const model = await train(pixels, seed);
  try {
    const encoded = await encodeAll(model, pixels, seed);
    const { score, j, h, g } = await scoreInPlace(pixels, encoded.mean, { seed });
    return {
      '**Sonde, JHG**': score,
      'Sonde, J alone': j,
      'Sonde, H alone': h,
      'Sonde, G alone': g,
      'Sonde, reconstruction error alone': encoded.reconstructionError,
    };
  } finally {
    model.dispose();
  }
}

/** A study of good images, ready for new ones. */
export interface Study {
  model: Model;
  mixture: Mixture;
  scorer: NewDataScorer;
  elbo: Float32Array | null;
}

export async function study(pixels: PixelSet, seed: number, epochs = EPOCHS): Promise<Study> {
  const model = await train(pixels, seed, epochs);
  const encoded = await encodeAll(model, pixels, seed);
  const { mixture } = await selectMixture(encoded.mean, { maximum: 50, seed });
  const scorer = await fitNewDataScorer(described(encoded, await hogFeatures(pixels)), mixture);
  return { model, mixture, scorer, elbo: encoded.elbo };
}

const described = ({ mean, reconstructionError }: Encoded, hog: Matrix) => ({ z: mean, reconstructionError, hog });

export async function scoreNew(
  { model, scorer }: Study,
  pixels: PixelSet,
  seed: number,
): Promise<{ scores: Scores; elbo: Float32Array | null }> {
  const encoded = await encodeAll(model, pixels, seed);
  const found = await scoreNewData(scorer, described(encoded, await hogFeatures(pixels)));
  const scores: Scores = {
    '**Sonde, new data**': found.score,
    'Sonde, reconstruction alone': found.reconstruction,
    'Sonde, latent mixture alone': found.latent,
    'Sonde, shape (HOG) alone': found.shape,
  };
  if (encoded.elbo) scores['Sonde, negative ELBO alone'] = encoded.elbo.map((value) => -value);
  return { scores, elbo: encoded.elbo };
}
