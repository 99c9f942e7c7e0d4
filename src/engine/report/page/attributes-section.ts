import type { AttributeName, AttributeSummary } from '../../../contract/report.ts';
import { m } from '../../../messages/messages.js';
import { histogramSvg } from './histogram-svg.ts';
import { type PageContext, section } from './pieces.ts';
import { escapeHtml, type ReportLocale } from './text.ts';

const axes: Record<AttributeName, (params: Record<string, never>, options: { locale: ReportLocale }) => string> = {
  brightness: m.report_axis_brightness,
  contrast: m.report_axis_contrast,
  saturation: m.report_axis_saturation,
  sharpness: m.report_axis_sharpness,
  aspect: m.report_axis_aspect,
  size: m.report_axis_size,
};

/** Histograms and quantiles of the image attributes; those that never change are told in a line. */
export function attributesSection(context: PageContext): string {
  const { report, options } = context;
  const body = `<div class="attributes">${report.attributes.map((attribute) => attributeHtml(attribute, context)).join('')}</div>`;
  return section('attributes', m.report_section_attributes({}, options), body, m.report_limit_attributes({}, options), context);
}

function attributeHtml(attribute: AttributeSummary, { words, options }: PageContext): string {
  const name = words.attribute(attribute.name);
  const number = (value: number) => words.number(value);
  if (attribute.standardDeviation === undefined)
    return `<div><h3>${escapeHtml(name)}</h3><p>${escapeHtml(m.report_same_everywhere({ value: number(attribute.mean) }, options))}</p></div>`;
  const svg = histogramSvg(
    attribute.histogram,
    {
      description: m.report_histogram_aria({ name }, options),
      axis: axes[attribute.name]({}, options),
      vertical: m.report_axis_images({}, options),
      number,
    },
    { mark: { at: attribute.median, name: `${m.report_median({}, options)} ${number(attribute.median)}` } },
  );
  const summary = m.report_mean_sd(
    { mean: number(attribute.mean), sd: number(attribute.standardDeviation), low: number(attribute.p05), high: number(attribute.p95) },
    options,
  );
  return `<div><h3>${escapeHtml(name)}</h3>${svg}<p>${escapeHtml(summary)}</p></div>`;
}
