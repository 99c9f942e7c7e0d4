/** The analysis of a study while the engine works at it, as it streams in. */
import type { LiveMap, ProgressFrame, TrainingProgress } from '../../../contract/analysis.ts';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';
import { TrainingHistory } from './training-history.svelte.ts';

export class Run {
  /** Null while nothing runs. */
  id = $state<string | null>(null);
  frame = $state.raw<ProgressFrame | null>(null);
  /** The last frame that carried one: not every frame does. */
  liveMap = $state.raw<LiveMap | null>(null);
  /** The newest training figures: they stay while later phases run. */
  training = $state.raw<TrainingProgress | null>(null);
  readonly history = new TrainingHistory();
  readonly going = $derived(this.id !== null);
  readonly paused = $derived(this.frame?.training?.paused ?? false);
  /** Of the phase, from 0 to 1; null where nobody knows how much there is. */
  readonly share = $derived(this.frame && this.frame.total > 0 ? Math.min(1, this.frame.done / this.frame.total) : null);
  /** Images a second: in training the frame's rate counts steps, and people count images. */
  readonly throughput = $derived(this.frame?.phase === 'train' ? (this.frame.training?.imagesPerSecond ?? 0) : (this.frame?.rate ?? 0));

  /** Takes a frame of this run, and says whether a phase begins with it. */
  take(frame: ProgressFrame): boolean {
    const phaseChanged = this.frame?.phase !== frame.phase;
    this.frame = frame;
    if (frame.map) this.liveMap = frame.map;
    if (frame.training) {
      this.training = frame.training;
      this.history.add(frame.training);
    }
    return phaseChanged;
  }

  async control(name: 'pause' | 'unpause' | 'cancel' | 'finishTraining'): Promise<void> {
    if (this.id) await notices.attempt(call(name, { runId: this.id }));
  }
}
