/** The contact sheet of a study and what is told beside it: which images, in which order, and what was read. */
import type { SkippedImage } from '../../../contract/study.ts';
import { Asked } from './asked.svelte.ts';
import { CallError, call } from './bridge.ts';
import type { ColumnName, Columns } from './columns.ts';
import type { Study } from './study.svelte.ts';

export const sortable: ColumnName[] = [
  'brightness',
  'contrast',
  'saturation',
  'sharpness',
  'bytes',
  'outlier_score',
  'rarity',
  'rarity_attributes',
  'reconstruction_error',
  'group',
];
const MOST_SIZES = 8;

export interface Sizes {
  /** The most frequent, first the one that most images have. */
  most: { width: number; height: number; count: number }[];
  /** How many other sizes there are. */
  others: number;
}

/** Throws CallError. */
async function sizesOf(columns: Columns): Promise<Sizes | null> {
  const [widths, heights] = await Promise.all([columns.numbers('width'), columns.numbers('height')]);
  if (!widths || !heights) return null;
  const tally = new Map<number, Map<number, number>>();
  for (let i = 0; i < widths.length; i += 1) {
    const [width, height] = [widths[i] as number, heights[i] as number];
    const ofWidth = tally.get(width) ?? new Map<number, number>();
    tally.set(width, ofWidth.set(height, (ofWidth.get(height) ?? 0) + 1));
  }
  const ranked = [...tally]
    .flatMap(([width, ofWidth]) => [...ofWidth].map(([height, count]) => ({ width, height, count })))
    .sort((a, b) => b.count - a.count);
  const most = ranked.slice(0, MOST_SIZES);
  return { most, others: ranked.length - most.length };
}

interface Order {
  /** How many images there are. */
  images: number;
  by: ColumnName | 'index';
  descending: boolean;
  /** The label that is shown alone. */
  label: string | null;
}

/** Images in the order wanted; what has no value comes last either way. Throws CallError. */
async function orderOf(columns: Columns, { images, by, descending, label }: Order): Promise<Uint32Array> {
  const [values, labels] = await Promise.all([by === 'index' ? null : columns.numbers(by), label === null ? null : columns.get('label')]);
  let chosen = Uint32Array.from({ length: images }, (_, i) => i);
  if (labels && 'dictionary' in labels && label !== null) {
    const code = labels.dictionary.indexOf(label);
    chosen = chosen.filter((i) => labels.codes[i] === code);
  }
  const sign = descending ? -1 : 1;
  const key = (i: number) => (Number.isFinite(values?.[i]) ? sign * (values?.[i] as number) : Infinity);
  if (values) chosen.sort((a, b) => key(a) - key(b) || a - b);
  return chosen;
}

/** Null while the run that writes it goes on. */
async function skippedOf(study: Study): Promise<SkippedImage[] | null> {
  try {
    return await call('skipped', { studyId: study.id });
  } catch (error) {
    if (error instanceof CallError && error.data.code === 'study-incomplete') return null;
    throw error;
  }
}

export class DataState {
  readonly #study: Study;
  sort = $state<ColumnName | 'index'>('index');
  descending = $state(true);
  /** Which of the manifest's labels is shown alone; -1: all are. */
  label = $state(-1);
  /** The image whose details are shown. */
  picked = $state<number | null>(null);

  readonly #order = new Asked(() => {
    const { columns, manifest, usable } = this.#study;
    const { sort, descending } = this;
    const label = manifest?.labels[this.label] ?? null;
    if (!columns || (sort === 'index' && label === null)) return null;
    return orderOf(columns, { images: usable, by: sort, descending, label });
  });
  readonly #skipped = new Asked(() => {
    const { manifest } = this.#study;
    return manifest && manifest.counts.skipped > 0 ? skippedOf(this.#study) : null;
  });
  readonly #sizes = new Asked(() => this.#study.columns && sizesOf(this.#study.columns));

  /** Null: as they come. */
  readonly order = $derived(this.#order.answer);
  readonly total = $derived.by(() => this.order?.length ?? this.#study.usable);
  readonly skipped = $derived(this.#skipped.answer ?? []);
  readonly sizes: Sizes = $derived(this.#sizes.answer ?? { most: [], others: 0 });
  /** Thumbnails exist once the pixels were read. */
  readonly decoded = $derived.by(() => {
    const { run, usable } = this.#study;
    return usable > 0 && !(run.going && (run.frame === null || run.frame.phase === 'scan' || run.frame.phase === 'decode'));
  });

  constructor(study: Study) {
    this.#study = study;
  }

  /** For as long as the view that begins here is shown, what is shown follows what is wanted. */
  follow(): void {
    for (const asked of [this.#order, this.#skipped, this.#sizes]) asked.follow();
  }
}
