import type { PixelBatch } from '../../contract/calls.ts';
import type { BiasReport } from '../../contract/report.ts';
import { m } from '../../messages/messages.js';
import { attributesSection } from './page/attributes-section.ts';
import {
  densitySection,
  dimensionSection,
  diversitySection,
  expectationsSection,
  fitSection,
  outliersSection,
  provenanceSection,
  weightsSection,
} from './page/figures-sections.ts';
import { groupsSection } from './page/groups-section.ts';
import { latentsSection } from './page/latents-section.ts';
import type { PageContext } from './page/pieces.ts';
import { pageStyle } from './page/style.ts';
import { summary } from './page/summary.ts';
import { escapeHtml, type ReportLocale, Words } from './page/text.ts';

export interface RenderOptions {
  locale: ReportLocale;
  /** A data: URL of an image's thumbnail, or null where there is none. */
  thumbnails(index: number): string | null;
  /** How many of the pictures that belong in it there are not. */
  missing: number;
  /** Latent vectors (n x latent) to pixels, or null where the model is not at hand: then there are no strips. */
  decode: ((z: Float32Array) => PixelBatch) | null;
}

/** The report as one HTML page that needs nothing else: no script, no network, pictures inside; light, dark and A4 paper. */
export function renderReportHtml(report: BiasReport, { locale, thumbnails, missing, decode }: RenderOptions): string {
  const words = new Words(locale);
  const options = { locale };
  const context: PageContext = { report, words, options, thumbnails, decode };
  const contents: [string, string][] = [
    ['groups', m.report_section_groups({}, options)],
    ['latents', m.report_section_latents({}, options)],
    ['attributes', m.report_section_attributes({}, options)],
    ['outliers', m.report_section_outliers({}, options)],
    ['expectations', m.report_section_expectations({}, options)],
    ['weights', m.report_section_weights({}, options)],
    ['diversity', m.report_section_diversity({}, options)],
    ['dimension', m.report_section_dimension({}, options)],
    ['density', m.report_section_density({}, options)],
    ['fit', m.report_section_fit({}, options)],
    ['provenance', m.report_section_provenance({}, options)],
  ];
  const title = m.report_title({}, options);
  return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(report.name)} · ${escapeHtml(title)}</title><style>${pageStyle}</style></head>
<body><main>
<header><p class="kicker">${escapeHtml(title)} · ${escapeHtml(words.date(report.createdAt))}</p><h1>${escapeHtml(report.name)}</h1>
<p class="lead">${escapeHtml(m.report_lead({}, options))}</p>
${summary(context)}
${missing > 0 ? `<p class="note">${escapeHtml(m.report_pictures_missing({ count: words.count(missing) }, options))}</p>` : ''}
<p class="note">${escapeHtml(m.report_interval_note({}, options))}</p>
<nav aria-label="${escapeHtml(m.report_contents({}, options))}">${contents.map(([id, name]) => `<a href="#${id}">${escapeHtml(name)}</a>`).join('')}</nav></header>
${groupsSection(context)}
${latentsSection(context)}
${attributesSection(context)}
${outliersSection(context)}
${expectationsSection(context)}
${weightsSection(context)}
${diversitySection(context)}
${dimensionSection(context)}
${densitySection(context)}
${fitSection(context)}
${provenanceSection(context)}
<footer>${escapeHtml(m.report_page_footer({}, options))}</footer>
</main></body></html>
`;
}
