import type { PixelBatch } from '../../../contract/calls.ts';
import type { BiasReport, Estimate } from '../../../contract/report.ts';
import { m } from '../../../messages/messages.js';
import { escapeHtml, type ReportLocale, type Words } from './text.ts';

/** What a section needs besides the report. */
export interface PageContext {
  report: BiasReport;
  words: Words;
  options: { locale: ReportLocale };
  /** A data: URL of an image's thumbnail, or null where there is none. */
  thumbnails(index: number): string | null;
  /** Latent vectors (n x latent) to pixels; null where the model is not at hand. */
  decode: ((z: Float32Array) => PixelBatch) | null;
}

/** A section with its heading, and the paragraph on what it cannot show. */
export function section(id: string, title: string, body: string, limit: string | null, { options }: PageContext): string {
  const limits = limit ? `<p class="limits"><b>${escapeHtml(m.report_limits_title({}, options))}.</b> ${escapeHtml(limit)}</p>` : '';
  return `<section id="${id}"><h2>${escapeHtml(title)}</h2>${body}${limits}</section>`;
}

/** "value" and "low to high" under it, the ends of a number's interval with enough digits to differ. */
export function numberHtml(estimate: Estimate, words: Words): string {
  const half = (estimate.high - estimate.low) / 2;
  const size = Math.max(Math.abs(estimate.low), Math.abs(estimate.high));
  const digits = half > 0 && size > 0 ? Math.min(7, Math.max(3, Math.ceil(Math.log10(size / half)) + 1)) : 3;
  return estimateHtml(estimate, (value) => words.number(value, digits), words);
}

/** "value" and "low to high" under it. */
export function estimateHtml(estimate: Estimate, write: (value: number) => string, words: Words): string {
  return `${escapeHtml(write(estimate.value))} <span class="interval">${escapeHtml(words.between(estimate, write))}</span>`;
}

export function figure(term: string, value: string): string {
  return `<div><dt>${escapeHtml(term)}</dt><dd>${value}</dd></div>`;
}

/** Pictures of the images, in the order given. */
export function thumbnailList(indices: readonly number[], { thumbnails, options }: PageContext): string {
  const items = indices.map((index) => {
    const url = thumbnails(index);
    const name = escapeHtml(m.report_image_number({ number: String(index) }, options));
    return url
      ? `<li><img src="${escapeHtml(url)}" alt="${name}" title="${name}"></li>`
      : `<li><span class="missing" title="${name}">${index}</span></li>`;
  });
  return `<ul class="thumbs">${items.join('')}</ul>`;
}

/** Images under a strip: a column for each of its values. */
export function imagesUnderStrip(columns: readonly (readonly number[])[], context: PageContext): string {
  if (columns.length === 0) return '';
  return `<div class="along">${columns.map((images) => thumbnailList(images, context)).join('')}</div>`;
}

/** Why a section is missing, in words. */
export function absence(key: string, { report, options }: PageContext): string {
  const reason = report.absent[key];
  const sentence = {
    'not-measured': m.report_absent_not_measured,
    'no-interval': m.report_absent_no_interval,
    'too-few-images': m.report_absent_too_few_images,
    'too-few-distinct': m.report_absent_too_few_distinct,
    'no-active-latents': m.report_absent_no_active_latents,
    constant: m.report_absent_constant,
  }[reason ?? 'not-measured'];
  return `<p class="absent">${escapeHtml(sentence({}, options))}</p>`;
}
