/** What is open, and how a person comes to it: a study begun, opened, resumed or closed; what the other processes tell goes to whom it concerns. */
import type { TerminalMessage } from '../../../contract/analysis.ts';
import type { EngineState, GrantedSource, Params } from '../../../contract/calls.ts';
import type { RecentStudy } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';
import { call, listen } from './bridge.ts';
import { navigation } from './navigation.svelte.ts';
import { notices } from './notices.svelte.ts';
import { preferences } from './preferences.svelte.ts';
import { Study } from './study.svelte.ts';
import { Welcome } from './welcome.svelte.ts';

class Session {
  engine = $state.raw<{ state: EngineState; detail: string }>({ state: 'starting', detail: '' });
  recent = $state.raw<RecentStudy[] | null>(null);
  study = $state.raw<Study | null>(null);
  /** Anew with every visit: what a person chose there and did not start is forgotten. */
  welcome = $state.raw(new Welcome(this));
  starting = $state(false);
  readonly running = $derived(this.study?.run.going ?? false);
  /** The engine analyses one study at a time. */
  readonly busy = $derived(this.starting || this.running);
  /** Terminals that came before their run's id was known. */
  readonly #early = new Map<string, TerminalMessage>();
  /** Grows with everything that a person opens or closes: what was asked for before is no longer wanted. */
  #turn = 0;

  /** The study whose view is shown; views of a study exist only while one is open. */
  get opened(): Study {
    if (!this.study) throw new Error('no study is open');
    return this.study;
  }

  /** Begins to listen; call once. */
  async begin(): Promise<void> {
    listen({
      progress: (frame) => {
        const { study } = this;
        if (study && frame.runId === study.run.id && study.run.take(frame)) void study.loadManifest();
      },
      terminal: (message) => void this.#onTerminal(message),
      engine: (state) => this.#onEngine(state),
      settings: (settings) => {
        preferences.settings = settings;
      },
      menu: ({ command }) => {
        if (command === 'open-study') void this.chooseStudy();
        if (command === 'close-study') this.close();
        if (command === 'open-folder') {
          if (navigation.view !== 'welcome') this.close();
          void this.welcome.chooseFolder();
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
    const study = new Study(run.studyId);
    this.#show(study);
    this.#follow(study, run.runId);
    if (await study.loadManifest()) await study.loadCurve();
  }

  async forget(studyId: string): Promise<void> {
    await notices.attempt(call('forgetStudy', { studyId }));
    await this.loadRecent();
  }

  async loadRecent(): Promise<void> {
    this.recent = (await notices.attempt(call('recentStudies', {}))) ?? [];
  }

  /** Whether it began; else the reason is among the notices. */
  async start(source: GrantedSource['grant'] | 'sample', options: Partial<Params<'startAnalysis'>['options']>): Promise<boolean> {
    this.#turn += 1;
    this.starting = true;
    const started = await notices.attempt(call('startAnalysis', { source, options }));
    this.starting = false;
    if (!started) return false;
    const study = new Study(started.studyId);
    this.#show(study);
    this.#follow(study, started.runId);
    return true;
  }

  async resume(): Promise<void> {
    const { study } = this;
    if (!study) return;
    const started = await notices.attempt(call('resumeAnalysis', { studyId: study.id }));
    if (started) this.#follow(study, started.runId);
  }

  async open(studyId: string): Promise<void> {
    if (this.running) {
      // The engine analyses one study at a time, and the window shows that one.
      if (studyId === this.study?.id) navigation.view = 'train';
      return;
    }
    this.#turn += 1;
    const turn = this.#turn;
    const manifest = await notices.attempt(call('openStudy', { studyId }));
    if (!manifest || turn !== this.#turn) return;
    const study = new Study(studyId, manifest);
    this.#show(study);
    navigation.view = manifest.state === 'done' ? 'map' : 'data';
    await Promise.all([study.loadReport(), study.loadCurve()]);
  }

  async chooseStudy(): Promise<void> {
    const chosen = await notices.attempt(call('chooseStudy', {}));
    if (chosen) await this.open(chosen.studyId);
  }

  close(): void {
    this.#turn += 1;
    // A run goes on in the engine; the rail keeps its study until it ends.
    if (!this.running) this.#show(null);
    this.#goHome();
    void this.loadRecent();
  }

  #show(study: Study | null): void {
    this.study?.leave();
    this.study = study;
  }

  #follow(study: Study, runId: string): void {
    study.run.id = runId;
    navigation.view = 'train';
    const early = this.#early.get(runId);
    this.#early.clear();
    if (early) void this.#onTerminal(early);
  }

  async #onTerminal(message: TerminalMessage): Promise<void> {
    const { study } = this;
    if (!study || message.runId !== study.run.id) {
      this.#early.set(message.runId, message);
      return;
    }
    study.run.id = null;
    if (message.outcome === 'failed' && message.error) notices.error(message.error);
    if (message.outcome === 'done') notices.done(m.run_done());
    if (message.outcome === 'cancelled') notices.done(m.run_cancelled());
    const there = await study.loadManifest();
    if (!there && message.outcome !== 'done' && message.error?.code !== 'engine-lost') {
      // A run that ends before its images are read leaves no study behind.
      this.#forget(study);
      return;
    }
    if (message.outcome === 'done') study.finished();
    await study.loadReport();
    await this.loadRecent();
  }

  #onEngine(state: { state: EngineState; detail: string }): void {
    this.engine = state;
    const { study } = this;
    if (!study) return;
    if (state.state === 'ready' && !study.manifest && !study.run.going) void this.#findLost(study);
    if (state.state === 'lost' && study.run.id) {
      // Main also sends the terminal; whichever comes first ends the run here.
      void this.#onTerminal({
        kind: 'terminal',
        runId: study.run.id,
        studyId: study.id,
        outcome: 'failed',
        error: { code: 'engine-lost', params: {}, detail: state.detail },
      });
    }
  }

  /** After an engine that was lost before there was a study: it is there by now, or there is none. */
  async #findLost(study: Study): Promise<void> {
    const there = await study.loadManifest();
    if (!there && !study.run.going) this.#forget(study);
    await this.loadRecent();
  }

  /** What a person opened meanwhile stays. */
  #forget(study: Study): void {
    if (this.study !== study) return;
    this.#show(null);
    this.#goHome();
  }

  #goHome(): void {
    if (navigation.view !== 'welcome') this.welcome = new Welcome(this);
    navigation.view = 'welcome';
  }
}

export const session = new Session();
