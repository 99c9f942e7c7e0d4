/** The map of a study: what a person set up, which outlives the view, and what is drawn for it. */
import { type ColumnData, factorColumn, latentColumn } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';
import { columnWords, factorWords, kindWords } from '../../../words/words.ts';
import { muted, tint } from '../plots/colour-scales.ts';
import { emphasise, ofColumn, type PointColours, plain } from '../plots/point-colours.ts';
import type { Contours } from '../plots/scatter-overlay.ts';
import { SpatialIndex } from '../plots/spatial-index.ts';
import { Asked } from './asked.svelte.ts';
import { call } from './bridge.ts';
import type { ColumnName, Columns } from './columns.ts';
import { navigation } from './navigation.svelte.ts';
import { notices } from './notices.svelte.ts';
import { preferences } from './preferences.svelte.ts';
import type { Study } from './study.svelte.ts';

export type Layout = 'pca' | 'umap';
export type ColourBy = ColumnName | 'none';
const layoutColumns: Record<Layout, [ColumnName, ColumnName]> = { pca: ['x', 'y'], umap: ['umap_x', 'umap_y'] };

/** x0, y0, x1, y1 ..., or null where the study has no such layout. */
async function positionsOf(columns: Columns, layout: Layout): Promise<Float32Array | null> {
  const [x, y] = await Promise.all(layoutColumns[layout].map((name) => columns.numbers(name)));
  if (!x || !y) return null;
  const joined = new Float32Array(x.length * 2);
  for (let i = 0; i < x.length; i += 1) {
    joined[i * 2] = x[i] as number;
    joined[i * 2 + 1] = y[i] as number;
  }
  return joined;
}

export class MapState {
  readonly #study: Study;
  #layout = $state<Layout | null>(null);
  #colourBy = $state<ColourBy | null>(null);
  selection = $state.raw(new Uint32Array(0));
  focus = $state<number | null>(null);
  withContours = $state(false);
  /** Answers for the layout that is shown, once it can. */
  index = $state.raw<SpatialIndex | null>(null);

  readonly #umap = new Asked(() => this.#study.columns?.numbers('umap_x') ?? null);
  readonly #positions = new Asked(() => this.#study.columns && positionsOf(this.#study.columns, this.layout));
  readonly #column = new Asked(() => this.#study.columns && this.#columnOf(this.#study.columns, this.colourBy));
  readonly #contours = new Asked(
    () => {
      const { layout } = this;
      if (!this.withContours || !this.#study.columns) return null;
      return call('contours', { studyId: this.#study.id, layout }).then((found) => ({ layout, found }));
    },
    (error) => {
      this.withContours = false;
      notices.failed(error);
    },
  );

  readonly hasUmap = $derived(this.#umap.answer !== null);
  /** Until a person says which: UMAP where there is one, since it stands on what tells images apart best. */
  readonly layout: Layout = $derived(this.#layout ?? (this.hasUmap ? 'umap' : 'pca'));
  readonly #labelled = $derived.by(() => (this.#study.manifest?.labels.length ?? 0) > 1);
  /** What the folder consists of; the first is all of it. */
  readonly #kinds = $derived.by(() => this.#study.report?.composition?.kinds ?? []);
  /** Until a person says by what: what tells most of a folder's kinds. */
  readonly colourBy: ColourBy = $derived(this.#colourBy ?? (this.#labelled ? 'label' : this.#kinds.length > 1 ? 'kind' : 'group'));
  readonly positions = $derived(this.#positions.answer);
  readonly #points = $derived((this.positions?.length ?? 0) >> 1);
  readonly contours: Contours | null = $derived(this.#contours.answer?.layout === this.layout ? this.#contours.answer.found : null);
  readonly painted: (PointColours & { by: ColourBy }) | null = $derived.by(() => {
    const shown = this.#column.answer;
    return shown && this.#points > 0 ? { by: shown.by, ...this.#paint(this.#points, shown) } : null;
  });
  /** A colour a point; what is not selected stands back. */
  readonly colours = $derived(this.painted ? emphasise(this.painted.colours, this.selection, preferences.theme) : new Uint32Array(0));
  /** By what a person may colour. */
  readonly choices = $derived.by((): { name: string; columns: ColumnName[] }[] => {
    const { factors, report } = this.#study;
    const latents = (report?.latents ?? []).filter(({ active }) => active).sort((a, b) => b.kl - a.kl);
    return [
      {
        name: m.map_color_group_general(),
        columns: [
          ...(this.#labelled ? (['label'] as const) : []),
          ...(this.#kinds.length > 1 ? (['kind'] as const) : []),
          'group',
          'log_density',
        ],
      },
      { name: m.map_color_group_attributes(), columns: ['brightness', 'contrast', 'saturation', 'sharpness', 'width', 'height', 'bytes'] },
      {
        name: m.map_color_group_scores(),
        columns: [
          ...(['outlier_score', 'rarity', 'rarity_attributes', 'reconstruction_error', 'elbo', 'bits_per_dimension'] as const),
          'resampling_weight',
        ],
      },
      { name: m.report_section_latents(), columns: factors.map(({ factor }) => factorColumn(factor)) },
      { name: m.map_color_group_latents(), columns: latents.map(({ latent }) => latentColumn(latent)) },
    ].filter(({ columns }) => columns.length > 0) as { name: string; columns: ColumnName[] }[];
  });

  constructor(study: Study) {
    this.#study = study;
  }

  /** For as long as the view that begins here is shown, what is drawn follows what is wanted. */
  follow(): void {
    for (const asked of [this.#umap, this.#positions, this.#column, this.#contours]) asked.follow();
    $effect(() => {
      if (!this.positions) return;
      const built = new SpatialIndex(this.positions);
      let current = true;
      built.ready.then(() => {
        if (current) this.index = built;
      }, notices.failed);
      return () => {
        current = false;
        this.index = null;
        built.dispose();
      };
    });
  }

  choose(layout: Layout): void {
    this.#layout = layout;
  }

  colour(by: ColourBy): void {
    this.#colourBy = by;
  }

  /** Goes to the map, with one image in focus. */
  show(image: number): void {
    this.focus = image;
    navigation.view = 'map';
  }

  /** Adding one image that is there takes it out again. */
  select(indices: Uint32Array, how: 'replace' | 'add'): void {
    if (how === 'replace') {
      this.selection = new Uint32Array(indices);
      return;
    }
    const one = indices.length === 1 ? indices[0] : undefined;
    this.selection =
      one !== undefined && this.selection.includes(one)
        ? this.selection.filter((image) => image !== one)
        : Uint32Array.from(new Set([...this.selection, ...indices])).sort();
  }

  /** Selects all images of a category of the legend. */
  selectCategory(code: number): void {
    const column = this.#column.answer?.column;
    if (!column) return;
    const codes = 'dictionary' in column ? column.codes : column;
    const members: number[] = [];
    codes.forEach((of: number, i: number) => {
      if (of === code) members.push(i);
    });
    this.select(Uint32Array.from(members), 'replace');
  }

  /** A column in words; a factor as a person called it. */
  nameOf(column: ColourBy): string {
    const factor = this.#study.factors.find((one) => factorColumn(one.factor) === column);
    return factor ? factorWords(factor) : columnWords(column);
  }

  async #columnOf(columns: Columns, by: ColourBy): Promise<{ by: ColourBy; column: ColumnData | null }> {
    return { by, column: by === 'none' ? null : await columns.get(by) };
  }

  #paint(n: number, { by, column }: { by: ColourBy; column: ColumnData | null }): PointColours {
    const { theme } = preferences;
    if (by === 'none') return plain(n, tint(theme));
    if (!column) return plain(n, muted(theme));
    const named = (code: number) =>
      by === 'kind' ? kindWords({ id: code, rest: this.#kinds[code]?.rest ?? false }) : m.report_group_name({ number: String(code) });
    return ofColumn(column, by === 'group' || by === 'kind', named, theme);
  }
}
