/** Every call the window may make: a zod schema for what comes in, a type for what goes back. */
import { z } from 'zod';
import { analysisOptions, LARGEST_LATENT, type TrainingCurve } from './analysis.ts';
import type { ComparedImages, Comparison, ComparisonProgress, Strangeness } from './comparison.ts';
import type { PixelBatch } from './pixel-batch.ts';
import { type BiasReport, type ExpectationResult, expectation } from './report.ts';
import type { ColumnData, RecentStudy, SkippedImage, StudyManifest } from './study.ts';

export type { PixelBatch };

/** An opaque name for a path that a person chose; main alone knows the path. */
export const grant = z.string().regex(/^g-[0-9a-f]{32}$/);
export type Grant = string;
const studyId = z.string().regex(/^[0-9a-z-]{8,64}$/);
const index = z.number().int().min(0);
/** Latent vectors that one call may carry: their pictures are at most 50 MB, and their decoding is some seconds. */
export const MOST_VECTORS = 4096;
const floats = z.instanceof(Float32Array).refine((values) => values.length <= MOST_VECTORS * LARGEST_LATENT, 'too many values');

/** Calls that the engine answers; main validates them, and replaces grants by paths (`source`, `target`). */
export const engineCalls = {
  /** Starts an analysis; progress comes as events. */
  startAnalysis: z.object({ source: z.union([grant, z.literal('sample')]), options: analysisOptions }),
  /** Continues an interrupted study from its checkpoint. */
  resumeAnalysis: z.object({ studyId }),
  pause: z.object({ runId: z.string() }),
  unpause: z.object({ runId: z.string() }),
  cancel: z.object({ runId: z.string() }),
  /** Ends training now and goes on with the rest of the analysis. */
  finishTraining: z.object({ runId: z.string() }),
  manifest: z.object({ studyId }),
  skipped: z.object({ studyId }),
  columns: z.object({ studyId, names: z.array(z.string().max(40)).max(200) }),
  /** Empty for a model that is not trained step by step. */
  trainingCurve: z.object({ studyId }),
  report: z.object({ studyId }),
  /** Latent vectors to pixels: z is n x latent, n at most MOST_VECTORS. Works while training too. */
  decode: z.object({ studyId, z: floats }),
  /** Posterior mean of one image. */
  encode: z.object({ studyId, image: index }),
  /** The k images whose latent means lie nearest. */
  nearest: z.object({ studyId, z: floats, k: z.number().int().min(1).max(64) }),
  /** Draws n latent vectors. */
  draw: z.object({ studyId, from: z.enum(['prior', 'mixture']), n: z.number().int().min(1).max(256), seed: z.number().int().min(0) }),
  /** Lines of equal density over a layout, each holding a stated share of the images. */
  contours: z.object({ studyId, layout: z.enum(['pca', 'umap']) }),
  /** Main prints the PDF from the engine's page. */
  exportReport: z.object({ studyId, target: grant, format: z.enum(['html', 'json', 'pdf']), locale: z.enum(['en', 'ko']) }),
  /** Tests what a person states, in place of what was stated before; the study's report is written anew. */
  testExpectations: z.object({ studyId, statements: z.array(expectation).max(50) }),
  /** Both resampling weights an image, as CSV. */
  exportWeights: z.object({ studyId, target: grant }),
  /** The study against a second set of images; one comparison at a time. */
  compare: z.object({ studyId, source: z.union([grant, z.literal('sample')]), seed: z.number().int().min(0).default(0) }),
  /** How far the comparison that runs is; null where none does. */
  comparisonProgress: z.object({ studyId }),
  /** The study's last comparison, as JSON. */
  exportComparison: z.object({ studyId, target: grant }),
  /** The comparison's own call then fails as `cancelled`. */
  cancelComparison: z.object({ studyId }),
} as const;
export type EngineCall = keyof typeof engineCalls;
export type EngineParams<C extends EngineCall> = z.output<(typeof engineCalls)[C]>;

export interface EngineResults {
  startAnalysis: { runId: string; studyId: string };
  resumeAnalysis: { runId: string; studyId: string };
  pause: null;
  unpause: null;
  cancel: null;
  finishTraining: null;
  manifest: StudyManifest;
  skipped: SkippedImage[];
  columns: Record<string, ColumnData>;
  trainingCurve: TrainingCurve;
  report: BiasReport;
  decode: PixelBatch;
  encode: { z: Float32Array };
  nearest: { indices: Uint32Array; distances: Float32Array };
  draw: { z: Float32Array };
  /** A line is x0, y0, x1, y1 ... in the layout's units. */
  contours: { levels: { share: number; lines: Float32Array[] }[] };
  exportReport: null;
  testExpectations: ExpectationResult[];
  exportWeights: null;
  /** `strangeness` is null for a study without scores. */
  compare: { comparison: Comparison; strangeness: Strangeness | null; images: ComparedImages };
  comparisonProgress: ComparisonProgress | null;
  exportComparison: null;
  cancelComparison: null;
}

/** Calls that main answers by itself. */
export const mainCalls = {
  /** A dialog; null where the person cancelled. */
  chooseSource: z.object({ kind: z.enum(['folder', 'file']) }),
  chooseStudy: z.object({}),
  chooseTarget: z.object({ suggestedName: z.string().max(200), extension: z.enum(['html', 'json', 'csv', 'png', 'pdf']) }),
  recentStudies: z.object({}),
  forgetStudy: z.object({ studyId }),
  openStudy: z.object({ studyId }),
  settings: z.object({}),
  changeSettings: z.object({ locale: z.enum(['system', 'en', 'ko']).optional(), theme: z.enum(['system', 'light', 'dark']).optional() }),
  revealStudy: z.object({ studyId }),
  engineState: z.object({}),
  /** The run that goes on, for a page that was loaded anew meanwhile. */
  currentRun: z.object({}),
  /** What the command line asked the first window to do; answered once. */
  launchRequest: z.object({}),
} as const;
export type MainCall = keyof typeof mainCalls;
export type MainParams<C extends MainCall> = z.output<(typeof mainCalls)[C]>;

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

export interface MainResults {
  chooseSource: GrantedSource | null;
  chooseStudy: { studyId: string } | null;
  chooseTarget: GrantedSource | null;
  recentStudies: RecentStudy[];
  forgetStudy: null;
  openStudy: StudyManifest;
  settings: Settings;
  changeSettings: Settings;
  revealStudy: null;
  engineState: { state: EngineState; detail: string };
  currentRun: { runId: string; studyId: string } | null;
  launchRequest: { source: 'sample' | null };
}

export const calls = { ...engineCalls, ...mainCalls };
export type Call = EngineCall | MainCall;
export type Params<C extends Call> = C extends EngineCall
  ? z.input<(typeof engineCalls)[C]>
  : C extends MainCall
    ? z.input<(typeof mainCalls)[C]>
    : never;
export type Results = EngineResults & MainResults;
