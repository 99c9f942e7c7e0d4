/** Where a person begins: a source on its way in, and the options that it will be analysed with. */
import { type AnalysisOptions, analysisOptions } from '../../../contract/analysis.ts';
import type { GrantedSource } from '../../../contract/calls.ts';
import { SourceIntake } from './source-intake.svelte.ts';

/** What begins an analysis. */
interface Beginning {
  readonly busy: boolean;
  start(source: GrantedSource['grant'] | 'sample', options: AnalysisOptions): Promise<boolean>;
}

export class Welcome {
  options = $state.raw<AnalysisOptions>(analysisOptions.parse({}));
  /** Whether the options are open: then a source waits for a person to start; otherwise it begins at once. */
  advanced = $state(false);
  /** What waits to be started. */
  source = $state.raw<GrantedSource | null>(null);
  readonly intake = new SourceIntake((granted) => void this.#take(granted));
  readonly #beginning: Beginning;

  constructor(beginning: Beginning) {
    this.#beginning = beginning;
  }

  get busy(): boolean {
    return this.#beginning.busy;
  }

  async chooseFolder(): Promise<void> {
    if (!this.busy) await this.intake.choose('folder');
  }

  /** Starts what waits; refused, it goes on waiting. */
  async begin(): Promise<void> {
    const { source } = this;
    if (source && (await this.#beginning.start(source.grant, this.options))) this.source = null;
  }

  async trySample(): Promise<void> {
    await this.#beginning.start('sample', this.options);
  }

  async #take(granted: GrantedSource): Promise<void> {
    if (this.busy) return;
    this.source = granted;
    if (!this.advanced) await this.begin();
  }
}
