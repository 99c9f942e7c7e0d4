import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TrainingCurve, TrainingProgress } from '../contract/analysis.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';
import { TRAINING_FILE } from './files.ts';

const COLUMNS = ['step', 'loss', 'held_out_loss', 'reconstruction', 'kl', 'learning_rate'] as const;
/** Past this many rows every second one goes: a long run keeps its shape. */
const MOST_ROWS = 2000;

/** A value a column; a held-out loss that is not taken yet is null. */
type Row = readonly [step: number, loss: number, heldOut: number | null, reconstruction: number, kl: number, learningRate: number];

/** How a training went, kept in the study as training.csv. */
export class TrainingLog {
  readonly #file: string;
  #rows: Row[];
  #every = 1;
  #seen = 0;
  #savedAt = performance.now();
  #saving: Promise<void> = Promise.resolve();

  private constructor(file: string, rows: Row[]) {
    this.#file = file;
    this.#rows = rows;
  }

  static begin(folder: string): TrainingLog {
    return new TrainingLog(path.join(folder, TRAINING_FILE), []);
  }

  /** Goes on after what was logged up to the step that is reported next. */
  static async resume(folder: string): Promise<TrainingLog> {
    return new TrainingLog(path.join(folder, TRAINING_FILE), await readRows(folder));
  }

  /** Writes what there is every so many seconds, so that a lost engine costs no more of the curves than of the training. */
  add({ step, loss, heldOutLoss, reconstruction, kl, learningRate }: TrainingProgress, everySeconds: number): void {
    const last = this.#rows.at(-1)?.[0];
    if (step === last) return;
    if (last !== undefined && step < last) this.#rows = this.#rows.filter((row) => row[0] < step);
    this.#seen += 1;
    if (this.#seen % this.#every !== 0) return;
    this.#rows.push([step, loss, heldOutLoss, reconstruction, kl, learningRate]);
    if (this.#rows.length > MOST_ROWS) {
      this.#rows = this.#rows.filter((_, i) => i % 2 === 0 || i === this.#rows.length - 1);
      this.#every *= 2;
    }
    if (performance.now() - this.#savedAt < everySeconds * 1000) return;
    this.#savedAt = performance.now();
    const written = this.save();
    // What fails here fails again when training ends, and is thrown there.
    written.catch(() => undefined);
  }

  /** One write after the other. */
  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#write());
    return this.#saving;
  }

  async #write(): Promise<void> {
    if (this.#rows.length === 0) return;
    const lines = this.#rows.map((row) => row.map((value) => (value === null ? '' : Number(value.toPrecision(9)))).join(','));
    await writeAtomically(this.#file, `${[COLUMNS.join(','), ...lines].join('\n')}\n`);
  }
}

async function readRows(folder: string): Promise<Row[]> {
  const file = path.join(folder, TRAINING_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
  const [head, ...lines] = text.trimEnd().split('\n');
  const rows = lines.map((line) => line.split(',').map((cell) => (cell === '' ? null : Number(cell))));
  if (head !== COLUMNS.join(',') || rows.some((row) => row.length !== COLUMNS.length || row.some((value) => Number.isNaN(value))))
    throw new SondeError('study-unreadable', { path: file }, `${file} is no training log`);
  return rows as unknown as Row[];
}

/** Empty where nothing was trained step by step. @throws SondeError study-unreadable */
export async function readTrainingCurve(folder: string): Promise<TrainingCurve> {
  const rows = await readRows(folder);
  const column = (at: number) => Float32Array.from(rows, (row) => row[at] ?? Number.NaN);
  return { step: column(0), loss: column(1), heldOut: column(2), reconstruction: column(3), kl: column(4) };
}
