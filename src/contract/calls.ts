/**
 * Every call the window may make, once: a schema for what comes in, a type for what goes back. The window's call, main's check and relay
 * and the engine's method are derived from the entry.
 */
import { z } from 'zod';
import { analysisOptions, LARGEST_LATENT, type TrainingCurve } from './analysis.ts';
import type { ComparedImages, Comparison, ComparisonProgress, Strangeness } from './comparison.ts';
import {
  type CheckedOf,
  type ParamsOf,
  type RelayedOf,
  type RequestOf,
  type ResultOf,
  type StudyPlace,
  standsFor,
  takes,
} from './endpoint.ts';
import type { PixelBatch } from './pixel-batch.ts';
import { type BiasReport, type ExpectationResult, expectation, FACTOR_NAME_LENGTH, type FactorSummary } from './report.ts';
import type { ColumnData, RecentStudy, SkippedImage, StudyManifest } from './study.ts';

export type { PixelBatch };

/** An opaque name for a path that a person chose; main alone knows the path. */
const grant = z.string().regex(/^g-[0-9a-f]{32}$/);
export type Grant = string;
const studyId = standsFor('study', z.string().regex(/^[0-9a-z-]{8,64}$/));
/** To the engine: an absolute path, or 'sample'. */
const source = standsFor('source', z.union([grant, z.literal('sample')]));
/** To the engine: an absolute path, which is overwritten. */
const target = standsFor('target', z.string().regex(/^g-[0-9a-f]{32}$/));
const run = { runId: z.string() };
const index = z.number().int().min(0);
const locale = z.enum(['en', 'ko']);
/** Latent vectors that one call may carry: their pictures are at most 50 MB, and their decoding is some seconds. */
export const MOST_VECTORS = 4096;
const floats = z.instanceof(Float32Array).refine((values) => values.length <= MOST_VECTORS * LARGEST_LATENT, 'too many values');

/** Calls that the engine answers, by one method each; main checks them and relays them with paths in place of grants. */
export const engineCalls = {
  /** Starts an analysis, in a place that main makes for it; answers as soon as it is accepted. Progress comes as events. */
  startAnalysis: takes({ source, options: analysisOptions }).relayedWith<StudyPlace>().gives<{ runId: string; studyId: string }>(),
  /** Continues an interrupted study from its checkpoint. */
  resumeAnalysis: takes({ studyId }).gives<{ runId: string; studyId: string }>(),
  pause: takes(run).gives<null>(),
  unpause: takes(run).gives<null>(),
  /** Answers at once; the run's terminal message follows. */
  cancel: takes(run).gives<null>(),
  /** Ends training now and goes on with the rest of the analysis. */
  finishTraining: takes(run).gives<null>(),
  manifest: takes({ studyId }).gives<StudyManifest>(),
  skipped: takes({ studyId }).gives<SkippedImage[]>(),
  columns: takes({ studyId, names: z.array(z.string().max(40)).max(200) }).gives<Record<string, ColumnData>>(),
  /** Empty for a model that is not trained step by step. */
  trainingCurve: takes({ studyId }).gives<TrainingCurve>(),
  report: takes({ studyId }).gives<BiasReport>(),
  /** Latent vectors to pixels: z is n x latent, n at most MOST_VECTORS. Works while training too. */
  decode: takes({ studyId, z: floats }).gives<PixelBatch>(),
  /** Posterior mean of one image. */
  encode: takes({ studyId, image: index }).gives<{ z: Float32Array }>(),
  /** The k images whose latent means lie nearest. */
  nearest: takes({ studyId, z: floats, k: z.number().int().min(1).max(64) }).gives<{ indices: Uint32Array; distances: Float32Array }>(),
  /** Draws n latent vectors. */
  draw: takes({ studyId, from: z.enum(['prior', 'mixture']), n: z.number().int().min(1).max(256), seed: z.number().int().min(0) }).gives<{
    z: Float32Array;
  }>(),
  /** Lines of equal density over a layout, each holding a stated share of the images. A line is x0, y0, x1, y1 ... in the layout's units. */
  contours: takes({ studyId, layout: z.enum(['pca', 'umap']) }).gives<{ levels: { share: number; lines: Float32Array[] }[] }>(),
  /** Main prints the PDF from the engine's page. */
  exportReport: takes({ studyId, target, format: z.enum(['html', 'json', 'md', 'pdf']), locale })
    .relayedWith<{ format: 'html' | 'json' | 'md' }>()
    .gives<null>(),
  /** Tests what a person states, in place of what was stated before; the study's report is written anew. */
  testExpectations: takes({ studyId, statements: z.array(expectation).max(50) }).gives<ExpectationResult[]>(),
  /** What a person calls a factor; null: its number again. The study's report is written anew; answers with all factors, named. */
  nameFactor: takes({ studyId, factor: index, name: z.string().trim().min(1).max(FACTOR_NAME_LENGTH).nullable() }).gives<FactorSummary[]>(),
  /** Both resampling weights an image, as CSV. */
  exportWeights: takes({ studyId, target }).gives<null>(),
  /** A split in which no picture stands in two parts, as CSV. */
  exportSplit: takes({ studyId, target }).gives<null>(),
  /** The study against a second set of images, one comparison at a time; `strangeness` is null for a study without scores. */
  compare: takes({ studyId, source, seed: z.number().int().min(0).default(0) }).gives<{
    comparison: Comparison;
    strangeness: Strangeness | null;
    images: ComparedImages;
  }>(),
  /** How far the comparison that runs is; null where none does. */
  comparisonProgress: takes({ studyId }).gives<ComparisonProgress | null>(),
  /** The study's last comparison, as JSON. */
  exportComparison: takes({ studyId, target }).gives<null>(),
  /** The comparison's own call then fails as `cancelled`. */
  cancelComparison: takes({ studyId }).gives<null>(),
} as const;

/** Calls that main answers by itself. */
export const mainCalls = {
  /** A dialog; null where the person cancelled. */
  chooseSource: takes({ kind: z.enum(['folder', 'file']) }).gives<GrantedSource | null>(),
  /** A File that was dropped on the window. The preload asks the browser for its path, for a path that the page names is nobody's choice. */
  takeDropped: takes({ path: z.string().max(32_768) })
    .handed<{ file: File }>()
    .gives<GrantedSource>(),
  chooseStudy: takes({}).gives<{ studyId: string } | null>(),
  chooseTarget: takes({
    suggestedName: z.string().max(200),
    extension: z.enum(['html', 'json', 'md', 'csv', 'png', 'pdf']),
  }).gives<GrantedSource | null>(),
  recentStudies: takes({}).gives<RecentStudy[]>(),
  forgetStudy: takes({ studyId }).gives<null>(),
  openStudy: takes({ studyId }).gives<StudyManifest>(),
  settings: takes({}).gives<Settings>(),
  changeSettings: takes({
    locale: z.enum(['system', 'en', 'ko']).optional(),
    theme: z.enum(['system', 'light', 'dark']).optional(),
  }).gives<Settings>(),
  revealStudy: takes({ studyId }).gives<null>(),
  engineState: takes({}).gives<{ state: EngineState; detail: string }>(),
  /** The run that goes on, for a page that was loaded anew meanwhile. */
  currentRun: takes({}).gives<{ runId: string; studyId: string } | null>(),
  /** What the command line asked the first window to do; answered once. */
  launchRequest: takes({}).gives<{ source: 'sample' | null }>(),
} as const;

export interface Settings {
  locale: 'system' | 'en' | 'ko';
  theme: 'system' | 'light' | 'dark';
  systemLocale: string;
}
export type EngineState = 'starting' | 'ready' | 'lost' | 'missing';
export interface GrantedSource {
  grant: Grant;
  name: string;
  kind: 'folder' | 'file';
}

export const calls = { ...engineCalls, ...mainCalls };
type Calls = typeof calls;
type EngineCalls = typeof engineCalls;
export type Call = keyof Calls;
export type EngineCall = keyof EngineCalls;
export type MainCall = keyof typeof mainCalls;

/** What the window sends, and what it is answered. */
export type Params<C extends Call> = ParamsOf<Calls[C]>;
export type Results = { [C in Call]: ResultOf<Calls[C]> };
/** What main has once it is checked. */
export type Checked<C extends Call> = CheckedOf<Calls[C]>;
/** What the engine is asked once main has turned grants into paths and study ids into folders. */
export type EngineRequest<C extends EngineCall> = RequestOf<EngineCalls[C]>;
/** One method a call. It may reject with a SondeError; anything else that it throws crosses as `internal`. */
export type EngineApi = { [C in EngineCall]: (request: EngineRequest<C>) => Promise<Results[C]> };
/** The calls that main's own hand completes. */
export type CompletedByMain = { [C in EngineCall]: unknown extends RelayedOf<EngineCalls[C]> ? never : C }[EngineCall];
