/**
 * What the engine answers once main has turned grants into paths and study ids into folders: one method a call of the contract.
 * `createEngineApi(emit)` in api.ts implements it; entry.ts serves it on a pipe.
 */
import type { AnalysisOptions, ProgressFrame, TerminalMessage } from '../contract/analysis.ts';
import type { EngineCall, EngineResults } from '../contract/calls.ts';
import type { Expectation } from '../contract/report.ts';

/** A study and where it lies; every call about a study carries both. */
export interface StudyPlace {
  studyId: string;
  /** Absolute path of the study's folder. */
  folder: string;
}

interface EngineRequests {
  /** Answers as soon as the run is accepted; the folder does not exist yet. `source`: an absolute path, or 'sample'. */
  startAnalysis: StudyPlace & { source: string; options: AnalysisOptions };
  resumeAnalysis: StudyPlace;
  pause: { runId: string };
  unpause: { runId: string };
  /** Answers at once; the run's terminal message follows. */
  cancel: { runId: string };
  finishTraining: { runId: string };
  manifest: StudyPlace;
  skipped: StudyPlace;
  columns: StudyPlace & { names: string[] };
  trainingCurve: StudyPlace;
  report: StudyPlace;
  decode: StudyPlace & { z: Float32Array };
  encode: StudyPlace & { image: number };
  nearest: StudyPlace & { z: Float32Array; k: number };
  draw: StudyPlace & { from: 'prior' | 'mixture'; n: number; seed: number };
  contours: StudyPlace & { layout: 'pca' | 'umap' };
  /** `target`: an absolute path, which is overwritten. */
  exportReport: StudyPlace & { target: string; format: 'html' | 'json'; locale: 'en' | 'ko' };
  testExpectations: StudyPlace & { statements: Expectation[] };
  /** `target`: an absolute path, which is overwritten. */
  exportWeights: StudyPlace & { target: string };
  /** `source`: an absolute path, or 'sample'. */
  compare: StudyPlace & { source: string; seed: number };
  comparisonProgress: StudyPlace;
  /** `target`: an absolute path, which is overwritten. */
  exportComparison: StudyPlace & { target: string };
  cancelComparison: StudyPlace;
}

/** A call of the contract that has no entry above does not compile. */
export type EngineRequest<C extends EngineCall> = EngineRequests[C];

/** Every method may reject with a SondeError; anything else that it throws crosses as `internal`. */
export type EngineApi = { [C in EngineCall]: (request: EngineRequest<C>) => Promise<EngineResults[C]> };

/** What the engine says unasked: progress (the latest wins) and exactly one terminal message a run. */
export type EngineMessage = ProgressFrame | TerminalMessage;

export type CreateEngineApi = (emit: (message: EngineMessage) => void) => EngineApi;
