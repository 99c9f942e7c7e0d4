import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import type { AnalysisOptions } from '../../contract/analysis.ts';
import { type SkippedImage, STUDY_FORMAT, type StudyManifest } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { writingError } from '../../study/atomic-write.ts';
import { MANIFEST_FILE } from '../../study/files.ts';
import { writeImages } from '../../study/images-table.ts';
import { makeFolder } from '../../study/make-folder.ts';
import { readManifest, writeManifest } from '../../study/manifest.ts';
import { writeSkipped } from '../../study/skipped-list.ts';
import { clearReading, isOfReading } from '../../study/unfinished.ts';
import { imagesAStep } from '../model/images-at-once.ts';
import { decodeSource } from '../pixels/decode-source.ts';
import type { ImageFacts, PixelSet } from '../pixels/pixel-set.ts';
import { countSkipped } from '../source/listing.ts';
import { openSource } from '../source/open-source.ts';
import type { Source } from '../source/source.ts';
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

/**
 * Makes the folder where it is missing, and clears away what a run left there that was killed while it read its images. Answers with the
 * topmost folder that it made, null where a person had made it.
 * @throws SondeError study-exists, study-not-empty: nothing there is written over; not-a-folder, not-writable, disk-full
 */
export async function claimFolder(folder: string): Promise<string | null> {
  const made = await makeFolder(folder);
  let entries: string[];
  try {
    entries = await readdir(folder);
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw writingError(cause, folder);
  }
  const study = entries.includes(MANIFEST_FILE);
  const unread = entries.every(isOfReading) && (!study || isUnread(await readManifest(folder)));
  if (!unread && study) throw new SondeError('study-exists', { path: folder });
  if (!unread) throw new SondeError('study-not-empty', { path: folder }, `${folder} holds ${entries.length} files`);
  return made;
}

/** Whether the run that began the study had not read its images yet. */
export const isUnread = ({ source }: StudyManifest): boolean => source.listingSha256 === null;

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
  const source = await openSource(request.source, scanning, options.array);
  if (earlier && earlier.source.listingSha256 !== source.listingSha256)
    throw new SondeError('source-changed', { path: request.source }, 'the listing of paths and sizes is not the one this study began with');
  const now = new Date().toISOString();
  const begun: StudyManifest = {
    format: STUDY_FORMAT,
    id: request.studyId,
    name: earlier?.name ?? studyName(request.source),
    state: 'running',
    createdAt: earlier?.createdAt ?? now,
    updatedAt: now,
    source: { kind: source.kind, path: request.source, listingSha256: null, notes: source.notes },
    counts: { found: source.images.length, usable: 0, skipped: 0, labels: 0 },
    image: { size: options.size ?? 0, channels: options.color === 'gray' ? 1 : 3, windows: [] },
    options,
    training: null,
    features: null,
    standsOn: null,
    pcaShares: null,
    files: {},
    timings: {},
    versions: versions(),
    labels: [],
  };
  // Whoever is killed while images are read can be begun anew: by the listing's hash, which is not there, it is known that they were not.
  if (!earlier) {
    await clearReading(folder);
    await writeManifest(folder, begun);
  }
  reporter.begin('decode', source.images.length);
  const { pixels, facts, skipped, beside, windows, notes } = await decodeSource(source, {
    size: earlier?.image.size ?? options.size,
    color: earlier ? (earlier.image.channels === 1 ? 'gray' : 'rgb') : options.color,
    window: options.window,
    windows: earlier?.image.windows ?? null,
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
  const manifest: StudyManifest = {
    ...begun,
    source: { ...begun.source, listingSha256: source.listingSha256, notes },
    counts: {
      found: pixels.count + skipped.length,
      usable: pixels.count,
      skipped: skipped.length,
      skippedBy: countSkipped(skipped),
      beside,
      labels: labels.length,
    },
    image: { size: pixels.size, channels: pixels.channels, windows },
    options: { ...options, batchSize: options.batchSize ?? imagesAStep(pixels.size * pixels.size * pixels.channels) },
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
