/** Columns of images.parquet as the window asks for them: each crosses once. */
import type { ColumnData, ImageColumn } from '../../../contract/study.ts';
import { call } from './bridge.ts';

export type Numbers = Exclude<ColumnData, { dictionary: string[]; codes: Uint32Array }>;
export type ColumnName = ImageColumn | `z_${string}` | `factor_${string}`;

export class Columns {
  readonly #studyId: string;
  readonly #asked = new Map<ColumnName, Promise<ColumnData | null>>();

  constructor(studyId: string) {
    this.#studyId = studyId;
  }

  /** The column, or null where the study has none of that name. Throws CallError. */
  get(name: ColumnName): Promise<ColumnData | null> {
    let asked = this.#asked.get(name);
    if (!asked) {
      asked = call('columns', { studyId: this.#studyId, names: [name] }).then((columns) => columns[name] ?? null);
      // A failure is not kept: the study may have the column a phase later.
      asked.catch(() => this.#asked.delete(name));
      this.#asked.set(name, asked);
    }
    return asked;
  }

  async numbers(name: ColumnName): Promise<Numbers | null> {
    const column = await this.get(name);
    return column && !('dictionary' in column) ? column : null;
  }
}
