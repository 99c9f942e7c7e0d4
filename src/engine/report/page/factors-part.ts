import type { FactorSummary } from '../../../contract/report.ts';
import { m } from '../../../messages/messages.js';
import { histogramSvg } from './histogram-svg.ts';
import { imagesUnderStrip, type PageContext } from './pieces.ts';
import { stripUrl } from './png.ts';
import { escapeHtml } from './text.ts';

/** The variables that were chosen to be read: findings open, those that no refit found again folded. */
export function factorsPart(factors: readonly FactorSummary[], context: PageContext): string {
  const { words, options } = context;
  const stable = factors.filter((factor) => factor.stable);
  const others = factors.filter((factor) => !factor.stable);
  const rows = (list: readonly FactorSummary[]) => list.map((factor) => factorRow(factor, context)).join('');
  const folded = others.length
    ? `<details><summary>${escapeHtml(m.report_factors_unstable({ number: words.count(others.length) }, options))}</summary>${rows(others)}</details>`
    : '';
  return `<p class="note">${escapeHtml(m.report_factors_lead({}, options))}</p>${rows(stable)}${folded}`;
}

function factorRow(factor: FactorSummary, context: PageContext): string {
  const { words, options } = context;
  const name = factor.name ?? m.factor_name({ number: String(factor.factor) }, options);
  const histogram = histogramSvg(factor.histogram, {
    description: m.report_histogram_aria({ name }, options),
    axis: m.report_axis_latent({}, options),
    vertical: m.report_axis_images({}, options),
    number: (value) => words.number(value),
  });
  const facts = [...factorFacts(factor, context)].map((fact) => `<span>${escapeHtml(fact)}</span>`).join('');
  const values = factor.stripValues.map((value) => `<li>${escapeHtml(words.number(value, 2))}</li>`).join('');
  return `<article class="latent"><header><h3>${escapeHtml(name)}</h3>${facts}</header>
${histogram}<div><div class="strip">${drawn(factor, name, context)}<ol aria-hidden="true">${values}</ol></div>${imagesUnderStrip(factor.images, context)}</div></article>`;
}

/** What is said of a factor, a sentence each. */
function* factorFacts(
  { visibleShare, stability, modes, dip, follows, seen, carried }: FactorSummary,
  { words, options }: PageContext,
): Generator<string> {
  const share = (value: number) => words.percent(value, 0);
  const write = (value: number) => words.number(value, 2);
  if (modes) {
    const { low, high } = modes;
    const shares = { low: share(low.share.value), lowRange: words.between(low.share, share), lowCentre: write(low.centre) };
    const others = { high: share(high.share.value), highRange: words.between(high.share, share), highCentre: write(high.centre) };
    yield m.report_factor_modes({ ...shares, ...others }, options);
  } else yield m.report_factor_one_mode({ p: write(dip.adjustedPValue) }, options);
  yield m.report_factor_visible({ share: share(visibleShare) }, options);
  yield m.report_factor_returned({ count: words.count(stability.returned), total: words.count(stability.refits) }, options);
  if (seen === 'features') yield m.report_factor_features({ share: share(carried) }, options);
  if (follows.length === 0) return;
  const list = follows.map(
    ({ attribute, correlation }) => `${words.attribute(attribute)} ${write(correlation.value)} (${words.between(correlation, write)})`,
  );
  yield m.report_factor_follows({ list: list.join(', ') }, options);
}

/** What the model draws where the latents have their means and the factor each of its strip's values. */
function drawn({ read, offset, move, stripValues }: FactorSummary, name: string, { report, options, decode }: PageContext): string {
  if (!decode || stripValues.length === 0) return '';
  const width = report.latents.length;
  const base = new Float32Array(width);
  for (const { latent, mean } of report.latents) base[latent] = mean;
  const here = read.reduce((sum, weight, j) => sum + weight * (base[j] as number), offset);
  const z = new Float32Array(stripValues.length * width);
  stripValues.forEach((value, row) => {
    for (let j = 0; j < width; j += 1) z[row * width + j] = (base[j] as number) + (value - here) * (move[j] as number);
  });
  return `<img src="${stripUrl(decode(z))}" alt="${escapeHtml(m.report_strip_aria({ name }, options))}">`;
}
