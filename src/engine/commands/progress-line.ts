import type { Phase, ProgressFrame } from '../../contract/analysis.ts';

export type ProgressStyle = 'bar' | 'plain' | 'json';

const BAR_WIDTH = 24;
const PLAIN_SECONDS = 5;
const CLEAR_LINE = '\r\x1b[2K';

const seconds = (value: number | null): string =>
  value === null ? '' : `${value < 90 ? `${value.toFixed(0)} s` : `${(value / 60).toFixed(1)} min`} left`;

function figures(frame: ProgressFrame): string {
  const parts: string[] = [];
  const t = frame.training;
  if (t) {
    parts.push(`step ${t.step}`, `loss ${t.loss.toFixed(1)}`, `${Math.round(t.imagesPerSecond)} img/s`, `${t.activeLatents} active`);
    if (t.heldOut) parts.push(`${(t.heldOut.meanSquaredError / t.heldOut.pcaMeanSquaredError).toFixed(2)} of PCA's error held out`);
    else if (t.meanImageSquaredError > 0)
      parts.push(`${(100 * (1 - t.meanSquaredError / t.meanImageSquaredError)).toFixed(0)} % better than the mean image`);
  } else if (frame.total > 0) {
    parts.push(`${frame.done}/${frame.total}`);
    if (frame.rate > 0 && frame.phase === 'decode') parts.push(`${Math.round(frame.rate)} img/s`);
  }
  if (frame.skipped > 0) parts.push(`${frame.skipped} skipped`);
  if (frame.secondsLeft !== null) parts.push(seconds(frame.secondsLeft));
  return parts.join(', ');
}

/** Writes frames for a person (a bar that is redrawn on a terminal, a line now and then elsewhere) or for a machine (a JSON line each). */
export class ProgressLine {
  readonly #style: ProgressStyle;
  readonly #write: (text: string) => void;
  #phase: Phase | null = null;
  #last = 0;

  constructor(style: ProgressStyle, write: (text: string) => void) {
    this.#style = style;
    this.#write = write;
  }

  show(frame: ProgressFrame): void {
    if (this.#style === 'json') {
      // The live map is for eyes: a machine finds the positions in images.parquet.
      this.#write(`${JSON.stringify({ ...frame, map: null })}\n`);
      return;
    }
    const fresh = frame.phase !== this.#phase;
    this.#phase = frame.phase;
    if (this.#style === 'bar') {
      const share = frame.total > 0 ? Math.min(1, frame.done / frame.total) : 0;
      const filled = Math.round(share * BAR_WIDTH);
      this.#write(`${CLEAR_LINE}${frame.phase.padEnd(10)} ${'━'.repeat(filled)}${'─'.repeat(BAR_WIDTH - filled)} ${figures(frame)}`);
      return;
    }
    if (!fresh && frame.elapsedSeconds - this.#last < PLAIN_SECONDS) return;
    this.#last = frame.elapsedSeconds;
    this.#write(`${frame.elapsedSeconds.toFixed(1).padStart(7)} s  ${frame.phase} ${figures(frame)}\n`);
  }

  end(): void {
    if (this.#style === 'bar' && this.#phase !== null) this.#write(CLEAR_LINE);
  }
}
