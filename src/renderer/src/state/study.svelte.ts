/** The study that is open, as far as it is there. Big data is replaced whole; everything else derives from it. */
import type { BiasReport, Expectation } from '../../../contract/report.ts';
import type { StudyManifest } from '../../../contract/study.ts';
import { CallError, call } from './bridge.ts';
import { Columns } from './columns.ts';
import { Comparing } from './comparing.svelte.ts';
import { MapState } from './map.svelte.ts';
import { notices } from './notices.svelte.ts';
import { Run } from './run.svelte.ts';
import { SampleState } from './sample.svelte.ts';

/** What a study that is not finished answers. */
const absent = new Set(['study-incomplete', 'no-such-study', 'engine-lost']);

export class Study {
  readonly id: string;
  manifest = $state.raw<StudyManifest | null>(null);
  report = $state.raw<BiasReport | null>(null);
  /** Null until the analysis is done. */
  columns = $state.raw<Columns | null>(null);
  readonly usable = $derived(this.manifest?.counts.usable ?? 0);
  /** Variables of the report that refits found again. */
  readonly factors = $derived(this.report?.factors?.filter((factor) => factor.stable) ?? []);
  /** How many latents the model has, while it still trains too; 0 while there is none. */
  readonly latentDimensions = $derived.by(() => {
    const { manifest, report } = this;
    if (report) return report.latents.length;
    if (manifest?.training) return manifest.training.latent;
    if (!manifest || !this.run.frame?.training) return 0;
    return manifest.options.latent ?? (manifest.image.channels === 1 ? 16 : 32);
  });
  readonly run = new Run();
  readonly map = new MapState(this);
  readonly sample = new SampleState(this);
  readonly comparing: Comparing;

  /** Of a study that is known already, its manifest. */
  constructor(id: string, manifest: StudyManifest | null = null) {
    this.id = id;
    this.manifest = manifest;
    this.comparing = new Comparing(id);
    if (manifest?.state === 'done') this.finished();
  }

  /** The analysis is done: its tables can be read. */
  finished(): void {
    this.columns = new Columns(this.id);
  }

  /** Whether the study is there: early in a run nothing is on disk yet, which is no fault. */
  async loadManifest(): Promise<boolean> {
    try {
      const manifest = await call('manifest', { studyId: this.id });
      // While images are read there is nothing to show of it yet.
      if (!(this.run.going && manifest.source.listingSha256 === null)) this.manifest = manifest;
      return true;
    } catch (error) {
      if (error instanceof CallError && absent.has(error.data.code)) return false;
      notices.failed(error);
      return this.manifest !== null;
    }
  }

  async loadCurve(): Promise<void> {
    const curve = await notices.attempt(call('trainingCurve', { studyId: this.id }));
    if (curve) this.run.history.load(curve);
  }

  async loadReport(): Promise<void> {
    try {
      this.report = await call('report', { studyId: this.id });
    } catch (error) {
      if (error instanceof CallError && (absent.has(error.data.code) || this.manifest?.state !== 'done')) return;
      notices.failed(error);
    }
  }

  /** Gives a factor a person's name, or with null its number again. */
  async nameFactor(factor: number, name: string | null): Promise<void> {
    const factors = await notices.attempt(call('nameFactor', { studyId: this.id, factor, name }));
    if (factors && this.report) this.report = { ...this.report, factors };
  }

  /** Tests shares that a person states; the report's findings follow from them, so it is read anew. */
  async testExpectations(statements: Expectation[]): Promise<void> {
    if (!(await notices.attempt(call('testExpectations', { studyId: this.id, statements })))) return;
    const anew = await notices.attempt(call('report', { studyId: this.id }));
    if (anew) this.report = anew;
  }

  /** Nobody looks at it any more. */
  leave(): void {
    void this.comparing.leave();
  }
}
