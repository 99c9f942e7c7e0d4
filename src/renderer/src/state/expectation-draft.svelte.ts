/** Shares that a person states, as they are typed; what is typed outlives the report that it changes. */
import type { Expectation } from '../../../contract/report.ts';
import { latentColumn } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';
import type { Study } from './study.svelte.ts';

/** As typed: an empty or unreadable field is null, and an empty end is open. */
export interface Row {
  /** Kind and name: `attribute:brightness`. */
  subject: string;
  low: number | null;
  high: number | null;
  percent: number | null;
}
export type Subject = Pick<Expectation, 'kind' | 'name'>;

const MOST_ROWS = 50;
export const keyOf = ({ kind, name }: Subject): string => `${kind}:${name}`;
export const isRanged = (row: Row): boolean => /^(attribute|latent):/.test(row.subject);

/** What a row states, or null where it makes no sense: no share, no end, or ends that are crossed. */
export function statementOf(row: Row): Expectation | null {
  const at = row.subject.indexOf(':');
  const kind = row.subject.slice(0, at) as Expectation['kind'];
  const [low, high] = isRanged(row) ? [row.low ?? null, row.high ?? null] : [null, null];
  const share = row.percent == null ? Number.NaN : row.percent / 100;
  const sound = !isRanged(row) || (low === null ? high !== null : high === null || low <= high);
  const possible = share >= 0 && share <= 1;
  return sound && possible ? { kind, name: row.subject.slice(at + 1), low, high, share } : null;
}

const rowOf = (statement: Expectation): Row => ({
  subject: keyOf(statement),
  low: statement.low,
  high: statement.high,
  percent: Number((statement.share * 100).toPrecision(10)),
});

export class ExpectationDraft {
  readonly #study: Study;
  rows = $state<Row[]>([]);
  /** The number of the first row that makes no sense, from 1. */
  wrong = $state<number | null>(null);
  busy = $state(false);
  readonly #stated = $derived.by(() => (this.#study.report?.expectations ?? []).map(({ statement }) => statement));
  readonly changed = $derived(JSON.stringify(this.rows.map(statementOf)) !== JSON.stringify(this.#stated));
  /** Whether there is or was anything to test. */
  readonly testable = $derived(this.rows.length > 0 || this.#stated.length > 0);
  readonly full = $derived(this.rows.length >= MOST_ROWS);
  /** Of what a share can be stated. */
  readonly subjects = $derived.by((): { title: string; all: Subject[] }[] => {
    const { report, manifest } = this.#study;
    const of = (kind: Subject['kind'], names: string[]) => names.map((name) => ({ kind, name }));
    const active = (report?.latents ?? []).filter((latent) => latent.active);
    return [
      {
        title: m.expectation_subjects_attribute(),
        all: of(
          'attribute',
          (report?.attributes ?? []).map(({ name }) => name),
        ),
      },
      {
        title: m.expectation_subjects_latent(),
        all: of(
          'latent',
          active.map(({ latent }) => latentColumn(latent)),
        ),
      },
      {
        title: m.expectation_subjects_group(),
        all: of(
          'group',
          (report?.groups ?? []).map(({ id }) => String(id)),
        ),
      },
      { title: m.expectation_subjects_label(), all: of('label', manifest?.labels ?? []) },
    ].filter(({ all }) => all.length > 0);
  });

  constructor(study: Study) {
    this.#study = study;
    this.rows = this.#stated.map(rowOf);
  }

  add(): void {
    const first = this.subjects[0]?.all[0] ?? { kind: 'attribute', name: 'brightness' };
    this.rows.push({ subject: keyOf(first), low: null, high: null, percent: null });
  }

  remove(at: number): void {
    this.rows.splice(at, 1);
    this.wrong = null;
  }

  /** Tests all rows, or says which makes no sense. */
  async test(): Promise<void> {
    const statements = this.rows.map(statementOf);
    this.wrong = statements.indexOf(null) + 1 || null;
    if (this.wrong || this.busy) return;
    this.busy = true;
    await this.#study.testExpectations(statements as Expectation[]);
    this.busy = false;
  }
}
