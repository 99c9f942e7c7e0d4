import type { LatentSummary } from '../../../contract/report.ts';
import { m } from '../../../messages/messages.js';
import { FOLLOWS_ABOVE } from '../latent-summaries.ts';
import { factorsPart } from './factors-part.ts';
import { histogramSvg } from './histogram-svg.ts';
import { absence, estimateHtml, imagesUnderStrip, type PageContext, section } from './pieces.ts';
import { stripUrl } from './png.ts';
import { escapeHtml } from './text.ts';

/** The factors, then, folded, each active latent variable: its histogram with the tails marked, its tails' shares, and what the model draws along it. */
export function latentsSection(context: PageContext): string {
  const { report, words, options } = context;
  const active = report.latents.filter((latent) => latent.active);
  const inactive = report.latents.length - active.length;
  const lead = [
    m.report_section_latents_lead({}, options),
    m.report_strip_quantiles({}, options),
    ...(inactive > 0
      ? [m.report_latents_inactive({ number: words.count(inactive), total: words.count(report.latents.length) }, options)]
      : []),
  ];
  const sentences = lead.map((sentence) => (/[.。]$/.test(sentence) ? sentence : `${sentence}.`));
  const raw = `<p class="note">${escapeHtml(sentences.join(' '))} ${escapeHtml(m.report_tail_expected({}, options))}</p>`;
  const limit = m.report_limit_latents({ threshold: words.number(FOLLOWS_ABOVE) }, options);
  const rows = active.length > 0 ? active.map((latent) => latentRow(latent, context)).join('') : absence('weights', context);
  const title = m.report_section_latents({}, options);
  if (!report.factors) return section('latents', title, raw + rows, limit, context);
  const folded = `<details><summary>${escapeHtml(m.report_latents_raw({ number: words.count(active.length) }, options))}</summary>${raw}${rows}</details>`;
  return section(
    'latents',
    title,
    factorsPart(report.factors, context) + folded,
    `${m.report_limit_factors({}, options)} ${limit}`,
    context,
  );
}

function latentRow(latent: LatentSummary, context: PageContext): string {
  const { report, words, options } = context;
  const name = m.latent_name({ number: String(latent.latent) }, options);
  const histogram = histogramSvg(
    latent.histogram,
    {
      description: m.report_histogram_aria({ name }, options),
      axis: m.report_axis_latent({}, options),
      vertical: m.report_axis_images({}, options),
      number: (value) => words.number(value),
    },
    { inner: [latent.mean - 2 * latent.standardDeviation, latent.mean + 2 * latent.standardDeviation] },
  );
  // Without a prior there is no KL; the order is then that of the variances.
  const importance = report.fit.elbo
    ? `<span>KL ${escapeHtml(m.sample_latent_kl({ value: words.number(latent.kl) }, options))}</span>`
    : '';
  const share = (value: number) => words.percent(value, 2);
  const tail = (title: string, estimate: LatentSummary['lowerTail']) =>
    `<div><dt>${escapeHtml(title)}</dt> <dd>${estimateHtml(estimate, share, words)}</dd></div>`;
  return `<article class="latent"><header><h3>${escapeHtml(name)}</h3>${importance}${followsHtml(latent, context)}</header>
${histogram}<div>${strip(latent, name, context)}${imagesUnderStrip(latent.images, context)}<dl class="tails">${tail(m.report_lower_tail({}, options), latent.lowerTail)}${tail(m.report_upper_tail({}, options), latent.upperTail)}</dl></div></article>`;
}

function followsHtml({ follows, strongest }: LatentSummary, { words, options }: PageContext): string {
  const found = follows ?? strongest;
  // Where the interval holds 0 there is nothing to name.
  if (!found || found.correlation.low * found.correlation.high <= 0) return '';
  const write = (value: number) => words.number(value, 2);
  const value = `${write(found.correlation.value)}, ${words.between(found.correlation, write)}`;
  const attribute = words.attribute(found.attribute);
  return follows
    ? `<span class="follows">${escapeHtml(m.report_follows({ attribute, value }, options))}</span>`
    : `<span>${escapeHtml(m.report_strongest({ attribute, value }, options))}</span>`;
}

/** The model's pictures at the latent's `stripValues`, every other latent at the data's median. */
function strip(latent: LatentSummary, name: string, { report, words, options, decode }: PageContext): string {
  if (!decode || latent.stripValues.length === 0) return '';
  const width = report.latents.length;
  const z = new Float32Array(latent.stripValues.length * width);
  latent.stripValues.forEach((value, row) => {
    for (const other of report.latents) z[row * width + other.latent] = other.latent === latent.latent ? value : other.median;
  });
  const values = latent.stripValues.map((value) => `<li>${escapeHtml(words.number(value, 2))}</li>`).join('');
  return `<div class="strip"><img src="${stripUrl(decode(z))}" alt="${escapeHtml(m.report_strip_aria({ name }, options))}"><ol aria-hidden="true">${values}</ol></div>`;
}
