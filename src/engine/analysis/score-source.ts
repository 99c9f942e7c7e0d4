import type { SkippedImage, SourceNote } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { isLocked } from '../../study/lock.ts';
import { presentManifest } from '../../study/manifest.ts';
import { attributeLogs, type MeasuredAttributes } from '../density/attribute-distance.ts';
import { type Described, type Inversion, likelihoodInversion, type NewDataScores, scoreNewData } from '../density/new-data.ts';
import { type ImagesNovelty, noveltyOf } from '../density/novelty.ts';
import type { Extracted } from '../features/extractor.ts';
import { loadExtractor } from '../features/extractor-file.ts';
import { columnsOf, isEncoderColumn, unitRows } from '../features/space.ts';
import type { Hooks } from '../hooks.ts';
import { type Encoded, encodeAll } from '../model/encode-all.ts';
import { type DecodedSource, decodeSource } from '../pixels/decode-source.ts';
import { SourceReader } from '../pixels/source-reader.ts';
import { openSource } from '../source/open-source.ts';
import type { OpenedStudy } from './opened-study.ts';

/** What the study's extractor gives, and the names of its columns. */
export type NamedFeatures = Pick<Extracted, 'features' | 'encoder'> & { names: readonly string[] };

/** What images are scored by. */
export function describedImages(
  { mean, reconstructionError }: Encoded,
  { features, encoder, names }: NamedFeatures,
  facts: MeasuredAttributes,
): Described {
  const own = unitRows(columnsOf(features, names, (name) => !isEncoderColumn(name)));
  return { z: mean, reconstructionError, features: own, encoder, attributes: attributeLogs(facts) };
}

/** New images as the study's model and features see them. */
export interface EncodedSource extends DecodedSource {
  encoded: Encoded;
  /** null for a study that is older than they are. */
  features: NamedFeatures | null;
}

/** Decodes a source at the study's size and colour, and encodes it. Nothing is written. @throws SondeError */
export async function encodeSource(study: OpenedStudy, path: string, hooks: Hooks, array: string | null = null): Promise<EncodedSource> {
  const model = await study.model();
  const manifest = await presentManifest(study.folder, isLocked);
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
  const encoded = await encodeAll(model, decoded.pixels, 0, hooks);
  if (!manifest.features) return { ...decoded, encoded, features: null };
  const extractor = await loadExtractor(study.folder);
  try {
    const reader = extractor.encoder ? new SourceReader(source, decoded.facts.path, decoded.windows) : null;
    const extracted = await extractor.transform({ pixels: decoded.pixels, reader }, hooks);
    return { ...decoded, encoded, features: { ...extracted, names: extractor.names } };
  } finally {
    extractor.dispose();
  }
}

export interface ScoredSource {
  paths: string[];
  skipped: SkippedImage[];
  scores: NewDataScores;
  novelty: ImagesNovelty;
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

/** The same for images that were read and encoded already. @throws SondeError study-too-old, study-incomplete, cancelled */
export async function scoreEncoded(
  study: OpenedStudy,
  { facts, skipped, encoded, features }: EncodedSource,
  hooks: Hooks,
): Promise<ScoredSource> {
  if (!features) throw new SondeError('study-too-old');
  const scorer = await study.scorer();
  const scores = await scoreNewData(scorer, describedImages(encoded, features, facts), hooks);
  const own = (await study.table()).get('elbo');
  return {
    paths: facts.path,
    skipped,
    scores,
    novelty: noveltyOf(scores.rank, scorer.calibration.length),
    elbo: encoded.elbo,
    bitsPerDimension: encoded.bitsPerDimension,
    inversion: own && encoded.elbo ? likelihoodInversion(own as Float32Array, encoded.elbo) : null,
  };
}
