import { mkdir, readdir } from 'node:fs/promises';
import type { AnalysisOptions } from '../../contract/analysis.ts';
import { type SkippedImage, STUDY_FORMAT, type StudyManifest } from '../../contract/study.ts';
import { imagesAtOnce } from '../model/images-at-once.ts';
import { decodeSource } from '../pixels/decode-source.ts';
import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';
import { SondeError } from '../sonde-error.ts';
import { openSource } from '../source/open-source.ts';
import type { Source } from '../source/source.ts';
import { writeImages } from '../study/images-table.ts';
import { MANIFEST_FILE, readManifest, writeManifest } from '../study/manifest.ts';
import { writeSkipped } from '../study/skipped-list.ts';
import { factColumns } from './images-table.ts';
import type { ProgressReporter } from './progress.ts';
import { studyName } from './study-name.ts';
import { versions } from './versions.ts';

export interface AnalysisRequest {
  /** An absolute path, or 'sample'. */
  source: string;
  /** The study's folder; made where it is missing. */
  folder: string;
  studyId: string;
  options: AnalysisOptions;
}

export interface Prepared {
  source: Source;
  manifest: StudyManifest;
  pixels: PixelSet;
  facts: ImageFacts;
  skipped: SkippedImage[];
}

/** @throws SondeError study-not-empty: a study there is never written over */
export async function claimFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const entries = (await readdir(folder)).filter((name) => name !== '.lock');
  if (entries.length === 0) return;
  const what = entries.includes(MANIFEST_FILE) ? 'a study' : `${entries.length} files`;
  throw new SondeError('study-not-empty', { path: folder }, `${folder} holds ${what}`);
}

/**
 * Finds and reads the images, and leaves a study that the window can already show: manifest, facts, thumbnails, skips.
 * With `earlier`, checks that the source still lists the images that the checkpoint was trained on.
 * @throws SondeError source-missing, source-unsupported, too-few-images, source-changed, cancelled
 */
export async function prepare(
  request: AnalysisRequest,
  reporter: ProgressReporter,
  signal: AbortSignal,
  earlier: StudyManifest | null,
): Promise<Prepared> {
  const { folder, options } = request;
  reporter.begin('scan');
  const scanning = { signal, onProgress: (done: number, total: number) => reporter.update(done, total) };
  const source = await openSource(request.source, scanning, { name: options.array, notes: [] });
  if (earlier && earlier.source.listingSha256 !== source.listingSha256)
    throw new SondeError('source-changed', { path: request.source }, 'the listing of paths and sizes is not the one this study began with');
  reporter.begin('decode', source.images.length);
  const { pixels, facts, skipped, windows, notes } = await decodeSource(source, {
    size: earlier?.image.size ?? options.size,
    color: earlier ? (earlier.image.channels === 1 ? 'gray' : 'rgb') : options.color,
    window: options.window,
    windows: earlier?.image.windows ?? [],
    folder,
    limit: options.limit,
    signal,
    onProgress: (done, total) => reporter.update(done, total),
    onSkip: (count) => {
      reporter.skipped = count;
    },
  });
  reporter.skipped = skipped.length;
  const labels = [...new Set(facts.label)].filter((label) => label !== '');
  const now = new Date().toISOString();
  const manifest: StudyManifest = {
    format: STUDY_FORMAT,
    id: request.studyId,
    name: earlier?.name ?? studyName(request.source),
    state: 'running',
    createdAt: earlier?.createdAt ?? now,
    updatedAt: now,
    source: { kind: source.kind, path: request.source, listingSha256: source.listingSha256, notes },
    counts: { found: pixels.count + skipped.length, usable: pixels.count, skipped: skipped.length, labels: labels.length },
    image: { size: pixels.size, channels: pixels.channels, windows },
    options: { ...options, batchSize: options.batchSize ?? imagesAtOnce(pixels.size * pixels.size * pixels.channels) },
    training: null,
    features: null,
    timings: {},
    versions: versions(),
    labels,
  };
  await writeImages(folder, factColumns(facts));
  await writeSkipped(folder, skipped);
  await writeManifest(folder, manifest);
  return { manifest, source, pixels, facts, skipped };
}

/** The study to go on with, as it was asked for. @throws SondeError no-such-study, study-unreadable */
export async function earlierRequest(folder: string): Promise<{ manifest: StudyManifest; request: AnalysisRequest }> {
  const manifest = await readManifest(folder);
  return { manifest, request: { source: manifest.source.path, folder, studyId: manifest.id, options: manifest.options } };
}
