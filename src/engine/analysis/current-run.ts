import { randomUUID } from 'node:crypto';
import type { ProgressFrame, TerminalMessage } from '../../contract/analysis.ts';
import { errorData } from '../../errors/sonde-error.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { Model } from '../model/model.ts';
import { TrainingControl } from '../model/training-control.ts';
import type { PixelSet } from '../pixels/pixel-set.ts';
import type { AnalysisRequest } from './prepare.ts';
import { ProgressReporter } from './progress.ts';
import { isCancelled, runAnalysis } from './run-analysis.ts';

/** One analysis on its way: what steers it, and what of it can already be asked. */
export class CurrentRun {
  readonly runId = randomUUID();
  readonly studyId: string;
  readonly folder: string;
  readonly control = new TrainingControl();
  readonly #calledOff = new AbortController();
  /** The model while it learns; null before and after. */
  model: Model | null = null;
  pixels: PixelSet | null = null;
  /** Latents of the live map's images. */
  live: { indices: Uint32Array; z: Matrix } | null = null;
  /** Settles, never rejects, once the terminal message is out. */
  readonly ended: Promise<void>;

  constructor(
    studyId: string,
    folder: string,
    what: { begin: AnalysisRequest } | { resume: string },
    emit: (message: ProgressFrame | TerminalMessage) => void,
  ) {
    this.studyId = studyId;
    this.folder = folder;
    this.ended = this.#run(what, emit);
  }

  cancel(): void {
    this.#calledOff.abort();
  }

  async #run(
    what: { begin: AnalysisRequest } | { resume: string },
    emit: (message: ProgressFrame | TerminalMessage) => void,
  ): Promise<void> {
    const terminal = { kind: 'terminal', runId: this.runId, studyId: this.studyId } as const;
    try {
      await runAnalysis(what, {
        signal: this.#calledOff.signal,
        control: this.control,
        reporter: new ProgressReporter(this.runId, this.studyId, emit),
        onPrepared: ({ pixels }) => {
          this.pixels = pixels;
        },
        onModel: (model) => {
          this.model = model;
        },
        onLatents: (indices, z) => {
          this.live = { indices, z };
        },
      });
      this.#forget();
      emit({ ...terminal, outcome: 'done', error: null });
    } catch (error) {
      this.#forget();
      emit({ ...terminal, outcome: isCancelled(error) ? 'cancelled' : 'failed', error: isCancelled(error) ? null : errorData(error) });
    }
  }

  /** The model is disposed of with the run; nothing may reach it afterwards. */
  #forget(): void {
    this.model = null;
    this.pixels = null;
    this.live = null;
  }
}
