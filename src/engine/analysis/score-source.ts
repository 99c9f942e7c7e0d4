import type { SkippedImage, SourceNote } from '../../contract/study.ts';
import { type Inversion, likelihoodInversion, type NewDataScores, scoreNewData } from '../density/new-data.ts';
import { hogFeatures } from '../features/hog.ts';
import type { Hooks } from '../hooks.ts';
import { type Encoded, encodeAll } from '../model/encode-all.ts';
import { type DecodedSource, decodeSource } from '../pixels/decode-source.ts';
import { openSource } from '../source/open-source.ts';
import { manifestOf, type OpenedStudy } from './opened-study.ts';

/** New images as the study's model sees them. */
export interface EncodedSource extends DecodedSource {
  encoded: Encoded;
}

/** Decodes a source at the study's size and colour, and encodes it. Nothing is written. @throws SondeError */
export async function encodeSource(study: OpenedStudy, path: string, hooks: Hooks, array: string | null = null): Promise<EncodedSource> {
  const model = await study.model();
  const manifest = await manifestOf(study.folder);
  const source = await openSource(path, hooks, array);
  const decoded = await decodeSource(source, {
    ...hooks,
    size: model.size,
    color: model.channels === 1 ? 'gray' : 'rgb',
    window: null,
    windows: manifest.image.windows,
    folder: null,
    limit: null,
    minimum: 1,
  });
  return { ...decoded, encoded: await encodeAll(model, decoded.pixels, 0, hooks) };
}

export interface ScoredSource {
  paths: string[];
  skipped: SkippedImage[];
  scores: NewDataScores;
  elbo: Float32Array | null;
  bitsPerDimension: Float32Array | null;
  inversion: Inversion | null;
}

/** Scores new images against a finished study. @throws SondeError */
export async function scoreSource(
  study: OpenedStudy,
  path: string,
  hooks: Hooks,
  array: string | null = null,
): Promise<ScoredSource & { notes: SourceNote[] }> {
  const source = await encodeSource(study, path, hooks, array);
  return { ...(await scoreEncoded(study, source, hooks)), notes: source.notes };
}

/** The same for images that were read and encoded already. @throws SondeError study-incomplete, cancelled */
export async function scoreEncoded(
  study: OpenedStudy,
  { pixels, facts, skipped, encoded }: EncodedSource,
  hooks: Hooks,
): Promise<ScoredSource> {
  const scorer = await study.scorer();
  const hog = await hogFeatures(pixels, hooks);
  const scores = await scoreNewData(scorer, { z: encoded.mean, hog, reconstructionError: encoded.reconstructionError }, hooks);
  const own = (await study.table()).get('elbo');
  return {
    paths: facts.path,
    skipped,
    scores,
    elbo: encoded.elbo,
    bitsPerDimension: encoded.bitsPerDimension,
    inversion: own && encoded.elbo ? likelihoodInversion(own as Float32Array, encoded.elbo) : null,
  };
}
