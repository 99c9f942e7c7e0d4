import type { AttributeName, Estimate } from '../../../contract/report.ts';
import { shownName } from '../../../contract/shown-name.ts';
import type { statistics } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';

type StatisticName = (typeof statistics)[number];
export type ReportLocale = 'en' | 'ko';

/** For element content and quoted attributes alike. Names come from outside: what hides in them is written out. */
export function escapeHtml(text: string): string {
  return shownName(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Numbers and the contract's keys as the report's language writes them. Returned text is not escaped. */
export class Words {
  readonly locale: ReportLocale;
  readonly options: { locale: ReportLocale };

  constructor(locale: ReportLocale) {
    this.locale = locale;
    this.options = { locale };
  }

  count(value: number): string {
    return this.#format(value, { maximumFractionDigits: 0 });
  }

  /** Three significant digits. */
  number(value: number, digits = 3): string {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(digits - 1).replaceAll('-', '−');
    return this.#format(value, { maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(size + 1))) });
  }

  percent(share: number, digits = 1): string {
    return `${this.#format(share * 100, { minimumFractionDigits: digits, maximumFractionDigits: digits })}\u00a0%`;
  }

  date(iso: string): string {
    const time = new Date(iso);
    if (Number.isNaN(time.getTime())) return iso;
    // The clock of the machine that renders must not change the page.
    return `${new Intl.DateTimeFormat(this.locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(time)} UTC`;
  }

  /** "lower to higher" of an interval. */
  between({ low, high }: Estimate, write: (value: number) => string): string {
    return m.report_interval({ low: write(low), high: write(high) }, this.options);
  }

  attribute(name: AttributeName): string {
    return attributeWords[name]({}, this.options);
  }

  /** An attribute, a latent as z_07, or the name itself. */
  feature(name: string): string {
    if (name in attributeWords) return this.attribute(name as AttributeName);
    const latent = /^z_?(\d+)$/.exec(name);
    return latent ? m.latent_name({ number: String(Number(latent[1])) }, this.options) : name;
  }

  space(name: string): string {
    return spaceWords[name]?.({}, this.options) ?? name;
  }

  statistic(name: StatisticName): string {
    return statisticWords[name]({}, this.options);
  }

  /** What an outlier score's component says of an image. */
  component(name: string): string {
    return componentWords[name]?.({}, this.options) ?? name;
  }

  #format(value: number, options: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat(this.locale, options).format(value).replaceAll('-', '−');
  }
}

type Sentence = (params: Record<string, never>, options: { locale: ReportLocale }) => string;
const attributeWords: Record<AttributeName, Sentence> = {
  brightness: m.attribute_brightness,
  contrast: m.attribute_contrast,
  saturation: m.attribute_saturation,
  sharpness: m.attribute_sharpness,
  aspect: m.attribute_aspect,
  size: m.attribute_size,
};
const spaceWords: Record<string, Sentence> = {
  latents: m.report_space_latents,
  hog: m.report_space_hog,
  pixels: m.report_space_pixels,
  attributes: m.report_space_attributes,
  features: m.report_space_features,
  encoder: m.report_space_encoder,
};
const statisticWords: Record<StatisticName, Sentence> = {
  neighbours: m.report_statistic_neighbours,
  umap: m.report_statistic_umap,
  rarity: m.report_statistic_rarity,
  pca: m.report_statistic_pca,
  'nearest-to-decoded': m.report_statistic_nearest,
  density: m.report_statistic_density,
};
const componentWords: Record<string, Sentence> = {
  J: m.report_component_J,
  H: m.report_component_H,
  G: m.report_component_G,
  reconstruction: m.report_component_reconstruction,
  latent: m.report_component_latent,
  shape: m.report_component_shape,
  features: m.report_component_features,
  bulk: m.report_component_bulk,
  encoder: m.report_component_encoder,
  attributes: m.report_component_attributes,
};
