import type { LiveMap, Phase, ProgressFrame, TrainingProgress } from '../../contract/analysis.ts';

const FRAME_MILLISECONDS = 50;
/** Rates are taken over this window, so that the time left follows what the machine does now. */
const WINDOW_MILLISECONDS = 4000;

/** Turns what the steps say of themselves into frames: at most twenty a second, the latest wins, the first of a phase at once. */
export class ProgressReporter {
  readonly #emit: (frame: ProgressFrame) => void;
  readonly #runId: string;
  readonly #studyId: string;
  readonly #clock: () => number;
  readonly #started: number;
  readonly timings: Record<string, number> = {};
  #phase: Phase = 'scan';
  #phaseStarted: number;
  #done = 0;
  #total = 0;
  #samples: [time: number, done: number][] = [];
  #training: TrainingProgress | null = null;
  #map: LiveMap | null = null;
  #lastFrame = Number.NEGATIVE_INFINITY;
  skipped = 0;

  constructor(runId: string, studyId: string, emit: (frame: ProgressFrame) => void, clock: () => number = () => performance.now()) {
    this.#runId = runId;
    this.#studyId = studyId;
    this.#emit = emit;
    this.#clock = clock;
    this.#started = clock();
    this.#phaseStarted = this.#started;
  }

  /** Begins a phase; total 0 where it is not known. */
  begin(phase: Phase, total = 0): void {
    this.#closePhase();
    this.#phase = phase;
    this.#done = 0;
    this.#total = total;
    this.#samples = [];
    this.#map = null;
    if (phase !== 'train') this.#training = null;
    this.#frame();
  }

  update(done: number, total = this.#total): void {
    this.#done = done;
    this.#total = total;
    this.#maybeFrame();
  }

  training(progress: TrainingProgress): void {
    this.#training = progress;
    this.update(progress.step, progress.totalSteps);
  }

  map(map: LiveMap): void {
    this.#map = map;
    this.#maybeFrame();
  }

  finish(): void {
    this.#closePhase();
  }

  #closePhase(): void {
    const seconds = (this.#clock() - this.#phaseStarted) / 1000;
    this.timings[this.#phase] = Math.round(((this.timings[this.#phase] ?? 0) + seconds) * 1000) / 1000;
    this.#phaseStarted = this.#clock();
  }

  #maybeFrame(): void {
    if (this.#clock() - this.#lastFrame >= FRAME_MILLISECONDS) this.#frame();
  }

  #frame(): void {
    const now = this.#clock();
    this.#lastFrame = now;
    this.#samples.push([now, this.#done]);
    while (this.#samples.length > 2 && now - (this.#samples[0]?.[0] ?? now) > WINDOW_MILLISECONDS) this.#samples.shift();
    const [firstTime, firstDone] = this.#samples[0] ?? [now, this.#done];
    const rate = now > firstTime ? ((this.#done - firstDone) * 1000) / (now - firstTime) : 0;
    const map = this.#map;
    this.#map = null;
    this.#emit({
      kind: 'progress',
      runId: this.#runId,
      studyId: this.#studyId,
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      rate,
      secondsLeft: rate > 0 && this.#total > 0 ? Math.max(0, (this.#total - this.#done) / rate) : null,
      elapsedSeconds: (now - this.#started) / 1000,
      skipped: this.skipped,
      training: this.#training,
      map,
    });
  }
}
