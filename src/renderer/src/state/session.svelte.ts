/** What is open and what is running. Big data is replaced whole; everything else derives from it. */
import type { LiveMap, ProgressFrame, SondeErrorData, TerminalMessage, TrainingProgress } from '../../../contract/analysis.ts';
import type { EngineState, GrantedSource, Params } from '../../../contract/calls.ts';
import type { BiasReport } from '../../../contract/report.ts';
import type { RecentStudy, StudyManifest } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';
import { CallError, call, errorDataOf, listen } from './bridge.ts';
import { type ColumnName, Columns } from './columns.ts';
import { Comparing } from './comparing.svelte.ts';
import { notices } from './notices.svelte.ts';
import { preferences } from './preferences.svelte.ts';
import { TrainingHistory } from './training-history.svelte.ts';

export const views = ['data', 'train', 'map', 'sample', 'report', 'compare'] as const;
export type StudyView = (typeof views)[number];

/** What a person set up in a view and finds again on coming back. */
export interface ViewMemory {
  map?: { layout: 'pca' | 'umap'; colourBy: ColumnName | 'none'; selection: Uint32Array; focus: number | null; withContours: boolean };
  sample?: { z: Float32Array; strip: number | null; raw: boolean };
}

class Session {
  view = $state<'welcome' | StudyView>('welcome');
  engine = $state.raw<{ state: EngineState; detail: string }>({ state: 'starting', detail: '' });
  recent = $state.raw<RecentStudy[] | null>(null);
  studyId = $state<string | null>(null);
  manifest = $state.raw<StudyManifest | null>(null);
  report = $state.raw<BiasReport | null>(null);
  columns = $state.raw<Columns | null>(null);
  comparing = $state.raw<Comparing | null>(null);
  runId = $state<string | null>(null);
  frame = $state.raw<ProgressFrame | null>(null);
  /** The last frame that carried one: not every frame does. */
  liveMap = $state.raw<LiveMap | null>(null);
  /** The newest training figures: they stay while later phases run. */
  training = $state.raw<TrainingProgress | null>(null);
  history = $state.raw(new TrainingHistory());
  /** Where each view was left; not drawn from, so it need not be watched. */
  left: ViewMemory = {};
  outcome = $state.raw<{ outcome: TerminalMessage['outcome']; error: SondeErrorData | null } | null>(null);
  /** The image that the map was asked to show, and the one that Sample was asked to begin with. */
  focusImage = $state<number | null>(null);
  startImage = $state<number | null>(null);
  /** The menu asked for a folder: the welcome view opens the dialog. */
  folderWanted = $state(false);
  starting = $state(false);
  readonly running = $derived(this.runId !== null);
  readonly paused = $derived(this.frame?.training?.paused ?? false);
  readonly usable = $derived(this.manifest?.counts.usable ?? 0);
  /** How many latents a model that still trains was given; 0 while there is none. */
  readonly latentDimensions = $derived.by(() => {
    if (!this.manifest || !(this.frame?.training || this.manifest.training)) return 0;
    return this.manifest.options.latent ?? (this.manifest.image.channels === 1 ? 16 : 32);
  });
  /** Terminals that came before their run's id was known. */
  readonly #early = new Map<string, TerminalMessage>();

  /** Begins to listen; call once. */
  async begin(): Promise<void> {
    listen({
      progress: (frame) => this.#onProgress(frame),
      terminal: (message) => void this.#onTerminal(message),
      engine: (state) => this.#onEngine(state),
      settings: (settings) => {
        preferences.settings = settings;
      },
      menu: ({ command }) => {
        if (command === 'open-study') void this.chooseStudy();
        if (command === 'close-study') this.close();
        if (command === 'open-folder') {
          if (this.view !== 'welcome') this.close();
          this.folderWanted = true;
        }
      },
    });
    const state = await notices.attempt(call('engineState', {}));
    if (state) this.engine = state;
    await this.loadRecent();
    await this.#rejoin();
    const launch = await notices.attempt(call('launchRequest', {}));
    if (launch?.source === 'sample') await this.start('sample', {});
  }

  /** A page that was loaded anew finds the run that went on without it. */
  async #rejoin(): Promise<void> {
    const run = await notices.attempt(call('currentRun', {}));
    if (!run) return;
    this.#show(run.studyId, null);
    this.#follow(run.runId);
    this.view = 'train';
    if (await this.#loadManifest()) await this.#loadCurve();
  }

  async loadRecent(): Promise<void> {
    this.recent = (await notices.attempt(call('recentStudies', {}))) ?? [];
  }

  async start(source: GrantedSource['grant'] | 'sample', options: Partial<Params<'startAnalysis'>['options']>): Promise<boolean> {
    this.starting = true;
    const started = await notices.attempt(call('startAnalysis', { source, options }));
    this.starting = false;
    if (!started) return false;
    this.#show(started.studyId, null);
    this.#follow(started.runId);
    this.view = 'train';
    return true;
  }

  async resume(): Promise<void> {
    if (!this.studyId) return;
    const started = await notices.attempt(call('resumeAnalysis', { studyId: this.studyId }));
    if (!started) return;
    this.#follow(started.runId);
    this.view = 'train';
  }

  async open(studyId: string): Promise<void> {
    if (this.running) {
      // The engine analyses one study at a time, and the window shows that one.
      if (studyId === this.studyId) this.view = 'train';
      return;
    }
    const manifest = await notices.attempt(call('openStudy', { studyId }));
    if (!manifest) return;
    this.#show(studyId, manifest);
    this.view = manifest.state === 'done' ? 'map' : 'data';
    await Promise.all([this.#loadReport(), this.#loadCurve()]);
  }

  async chooseStudy(): Promise<void> {
    const chosen = await notices.attempt(call('chooseStudy', {}));
    if (chosen) await this.open(chosen.studyId);
  }

  close(): void {
    // A run goes on in the engine; the rail keeps its study until it ends.
    this.view = 'welcome';
    if (!this.running) this.#show(null, null);
    void this.loadRecent();
  }

  async control(name: 'pause' | 'unpause' | 'cancel' | 'finishTraining'): Promise<void> {
    if (this.runId) await notices.attempt(call(name, { runId: this.runId }));
  }

  /** For promises whose value an effect takes later. */
  readonly failed = (error: unknown): void => notices.error(errorDataOf(error));

  #show(studyId: string | null, manifest: StudyManifest | null): void {
    this.studyId = studyId;
    this.manifest = manifest;
    this.report = null;
    void this.comparing?.leave();
    this.comparing = studyId ? new Comparing(studyId) : null;
    this.columns = studyId && manifest?.state === 'done' ? new Columns(studyId) : null;
    this.frame = null;
    this.liveMap = null;
    this.training = null;
    this.left = {};
    this.outcome = null;
    this.focusImage = null;
    this.startImage = null;
    this.history = new TrainingHistory();
  }

  #follow(runId: string): void {
    this.outcome = null;
    this.runId = runId;
    const early = this.#early.get(runId);
    this.#early.clear();
    if (early) void this.#onTerminal(early);
  }

  #onProgress(frame: ProgressFrame): void {
    if (frame.runId !== this.runId) return;
    const phaseChanged = this.frame?.phase !== frame.phase;
    this.frame = frame;
    if (frame.map) this.liveMap = frame.map;
    if (frame.training) {
      this.training = frame.training;
      this.history.add(frame.training);
    }
    if (phaseChanged) void this.#loadManifest();
  }

  async #onTerminal(message: TerminalMessage): Promise<void> {
    if (message.runId !== this.runId) {
      this.#early.set(message.runId, message);
      return;
    }
    this.runId = null;
    this.outcome = { outcome: message.outcome, error: message.error };
    if (message.outcome === 'failed' && message.error) notices.error(message.error);
    if (message.outcome === 'done') notices.done(m.run_done());
    if (message.outcome === 'cancelled') notices.done(m.run_cancelled());
    const there = await this.#loadManifest();
    if (!there && message.outcome !== 'done' && message.error?.code !== 'engine-lost') {
      // A run that ends before its images are read leaves no study behind.
      this.#show(null, null);
      this.view = 'welcome';
      return;
    }
    if (message.outcome === 'done' && this.studyId) this.columns = new Columns(this.studyId);
    await this.#loadReport();
    await this.loadRecent();
  }

  #onEngine(state: { state: EngineState; detail: string }): void {
    this.engine = state;
    if (state.state === 'ready' && this.studyId && !this.manifest && !this.running) void this.#findLost();
    if (state.state === 'lost' && this.runId) {
      // Main also sends the terminal; whichever comes first ends the run here.
      void this.#onTerminal({
        kind: 'terminal',
        runId: this.runId,
        studyId: this.studyId ?? '',
        outcome: 'failed',
        error: { code: 'engine-lost', params: {}, detail: state.detail },
      });
    }
  }

  /** After an engine that was lost before there was a study: it is there by now, or there is none. */
  async #findLost(): Promise<void> {
    const there = await this.#loadManifest();
    if (!there && !this.running) {
      this.#show(null, null);
      this.view = 'welcome';
    }
    await this.loadRecent();
  }

  /** Whether the study is there: early in a run nothing is on disk yet, which is no fault. */
  async #loadManifest(): Promise<boolean> {
    const studyId = this.studyId;
    if (!studyId) return false;
    try {
      const manifest = await call('manifest', { studyId });
      // While images are read there is nothing to show of it yet.
      if (studyId === this.studyId && !(this.running && manifest.source.listingSha256 === null)) this.manifest = manifest;
      return true;
    } catch (error) {
      if (error instanceof CallError && absent.has(error.data.code)) return false;
      this.failed(error);
      return this.manifest !== null;
    }
  }

  async #loadCurve(): Promise<void> {
    const studyId = this.studyId;
    if (!studyId) return;
    const curve = await notices.attempt(call('trainingCurve', { studyId }));
    if (curve && studyId === this.studyId) this.history.load(curve);
  }

  async #loadReport(): Promise<void> {
    const studyId = this.studyId;
    if (!studyId) return;
    try {
      const report = await call('report', { studyId });
      if (studyId === this.studyId) this.report = report;
    } catch (error) {
      if (error instanceof CallError && (absent.has(error.data.code) || this.manifest?.state !== 'done')) return;
      if (error instanceof CallError) notices.error(error.data);
      else throw error;
    }
  }
}

/** What a study that is not finished answers. */
const absent = new Set(['study-incomplete', 'no-such-study', 'engine-lost']);

export const session = new Session();
