import type { Expectation, GaussianControl } from '../../../contract/report.ts';
import { type StandsOn, statisticSpaces, statistics } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';
import { noteText } from '../../source/note-text.ts';
import { absence, estimateHtml, figure, numberHtml, type PageContext, section, thumbnailList } from './pieces.ts';
import { escapeHtml, type Words } from './text.ts';

export function fitSection(context: PageContext): string {
  const { report, words, options } = context;
  const { fit } = report;
  const number = (value: number) => words.number(value);
  const held = fit.heldOut;
  const figures = [
    ...(held
      ? [
          figure(m.fit_held_out({}, options), escapeHtml(number(held.meanSquaredError))),
          figure(m.fit_held_out_pca({}, options), escapeHtml(number(held.pcaMeanSquaredError))),
          figure(m.fit_held_out_mean({}, options), escapeHtml(number(held.meanImageSquaredError))),
        ]
      : []),
    figure(m.report_fit_psnr({}, options), `${escapeHtml(number(fit.psnr))} dB`),
    figure(m.report_fit_mse({}, options), escapeHtml(number(fit.meanSquaredError))),
    figure(m.report_fit_mean_mse({}, options), escapeHtml(number(fit.meanImageSquaredError))),
    ...(fit.elbo ? [figure(m.report_fit_elbo({}, options), numberHtml(fit.elbo, words))] : []),
    ...(fit.bitsPerDimension ? [figure(m.report_fit_bits({}, options), numberHtml(fit.bitsPerDimension, words))] : []),
    ...(fit.importanceBound
      ? [
          figure(
            m.report_fit_importance({ draws: number(fit.importanceBound.draws), images: number(fit.importanceBound.images) }, options),
            numberHtml(fit.importanceBound.estimate, words),
          ),
        ]
      : []),
  ];
  return section(
    'fit',
    m.report_section_fit({}, options),
    `<dl class="figures">${figures.join('')}</dl>`,
    m.report_limit_fit({}, options),
    context,
  );
}

export function outliersSection(context: PageContext): string {
  const { report, words, options } = context;
  const { outliers } = report;
  const title = m.report_section_outliers({}, options);
  if (!outliers) return section('outliers', title, absence('outliers', context), null, context);
  const items = outliers.images.map(({ index, score, reasons }) => {
    const url = context.thumbnails(index);
    const name = escapeHtml(m.report_image_number({ number: String(index) }, options));
    const why = reasons.map(({ component, percentile }) => {
      const percent = words.percent(percentile / 100);
      const named = words.component(component);
      return `<span title="${escapeHtml(m.report_outlier_percentile({ component: named, percent }, options))}">${escapeHtml(named)} · ${escapeHtml(percent)}</span>`;
    });
    return `<li>${url ? `<img src="${escapeHtml(url)}" alt="${name}">` : '<span></span>'}<div><b>${name}</b> · ${escapeHtml(m.report_outlier_score({}, options))} ${escapeHtml(words.number(score))}<br>${why.join('<br>')}</div></li>`;
  });
  const notes = `<p class="note">${escapeHtml(m.report_outlier_method({}, options))}: ${escapeHtml(outliers.method)}</p>${outliers.nullControl ? `<p class="note">${escapeHtml(m.report_outlier_null({}, options))}: ${escapeHtml(controlSentence(outliers.nullControl, words))}</p>` : ''}`;
  return section('outliers', title, `${notes}<ul class="outliers">${items.join('')}</ul>`, m.report_limit_outliers({}, options), context);
}

function controlSentence({ quantile, beyond, images, expected }: GaussianControl, words: Words): string {
  const figures = {
    quantile: words.number(quantile),
    beyond: words.count(beyond),
    images: words.count(images),
    expected: words.number(expected, 2),
  };
  return m.report_outlier_control(figures, words.options);
}

export function weightsSection(context: PageContext): string {
  const { report, words, options } = context;
  const title = m.report_section_weights({}, options);
  const { weights } = report;
  if (!weights) return section('weights', title, absence('weights', context), null, context);
  const variant = (name: 'product' | 'maximum') => (name === 'product' ? m.report_weights_product : m.report_weights_maximum)({}, options);
  const rows = weights.map(
    (weight) =>
      `<tr><td>${escapeHtml(variant(weight.variant))}</td><td class="figure">${escapeHtml(words.number(weight.effectiveSampleSize))} <span class="interval">${escapeHtml(words.percent(weight.share))} ${escapeHtml(m.report_weights_share({}, options))}</span></td><td>${escapeHtml(words.percent(weight.topShare))}</td></tr>`,
  );
  const head = [m.report_weights_variant({}, options), m.report_weights_ess({}, options), m.report_weights_top({}, options)];
  const draw = (name: string, indices: number[]) => `<div><p class="label">${escapeHtml(name)}</p>${thumbnailList(indices, context)}</div>`;
  const draws = [
    draw(m.report_weights_even({}, options), weights[0]?.evenPreview ?? []),
    ...weights.map((weight) => draw(`${m.report_weights_weighted({}, options)}: ${variant(weight.variant)}`, weight.preview)),
  ];
  const body = `<p class="note">${escapeHtml(m.report_weights_note({}, options))}</p><table><thead><tr>${head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table><div class="draws">${draws.join('')}</div>`;
  return section('weights', title, body, m.report_limit_weights({}, options), context);
}

export function dimensionSection(context: PageContext): string {
  const { report, words, options } = context;
  const title = m.report_section_dimension({}, options);
  const dimension = report.intrinsicDimension;
  if (!dimension) return section('dimension', title, absence('intrinsicDimension', context), null, context);
  const exponent = words.count(Math.round(report.image.pixelSpaceLog10));
  const body = `<p class="note">${escapeHtml(m.report_dimension_note({ exponent }, options))}</p><dl class="figures">${[
    figure(m.report_dimension_twoNN({}, options), numberHtml(dimension.twoNN, words)),
    figure(m.report_dimension_levinaBickel({}, options), numberHtml(dimension.levinaBickel, words)),
    figure(m.report_dimension_mackayGhahramani({}, options), numberHtml(dimension.mackayGhahramani, words)),
  ].join('')}</dl>`;
  return section('dimension', title, body, m.report_limit_dimension({}, options), context);
}

export function densitySection(context: PageContext): string {
  const { report, words, options } = context;
  const title = m.report_section_density({}, options);
  const { density } = report;
  if (!density) return section('density', title, absence('density', context), null, context);
  const body = `<dl class="figures">${[
    figure(m.report_density_components({}, options), escapeHtml(words.count(density.components))),
    figure(m.report_density_bic({}, options), escapeHtml(words.number(density.bic, 4))),
    figure(m.report_density_log_likelihood({}, options), numberHtml(density.meanLogLikelihood, words)),
  ].join('')}</dl>`;
  return section('density', title, body, m.report_limit_density({}, options), context);
}

export function diversitySection(context: PageContext): string {
  const { report, words, options } = context;
  const title = m.report_section_diversity({}, options);
  const { diversity } = report;
  if (!diversity) return section('diversity', title, absence('diversity', context), null, context);
  const share = (value: number) => words.percent(value);
  const body = `<dl class="figures">${[
    figure(m.report_diversity_vendi({}, options), numberHtml(diversity.vendi, words)),
    figure(m.report_diversity_unseenMass({}, options), estimateHtml(diversity.unseenMass, share, words)),
    figure(m.report_diversity_precision({}, options), estimateHtml(diversity.precision, share, words)),
    figure(m.report_diversity_recall({}, options), estimateHtml(diversity.recall, share, words)),
    figure(m.report_diversity_density({}, options), numberHtml(diversity.density, words)),
    figure(m.report_diversity_coverage({}, options), estimateHtml(diversity.coverage, share, words)),
  ].join('')}</dl>`;
  return section('diversity', title, body, m.report_limit_diversity({}, options), context);
}

export function expectationsSection(context: PageContext): string {
  const { report, words, options } = context;
  const title = m.report_section_expectations({}, options);
  if (report.expectations.length === 0)
    return section('expectations', title, `<p class="absent">${escapeHtml(m.report_expectation_none({}, options))}</p>`, null, context);
  const kinds = {
    attribute: m.report_expectation_kind_attribute,
    latent: m.report_expectation_kind_latent,
    group: m.report_expectation_kind_group,
    label: m.report_expectation_kind_label,
  };
  const about = ({ kind, name, low, high }: Expectation) => {
    const range =
      low === null && high === null ? '' : ` ${low === null ? '−∞' : words.number(low)} … ${high === null ? '∞' : words.number(high)}`;
    return `${kinds[kind]({}, options)}: ${kind === 'label' || kind === 'group' ? name : words.feature(name)}${range}`;
  };
  const percent = (value: number) => words.percent(value);
  const rows = report.expectations.map(
    ({ statement, observed, adjustedPValue, rejected }) =>
      `<tr><td>${escapeHtml(about(statement))}</td><td>${escapeHtml(percent(statement.share))}</td><td class="figure">${estimateHtml(observed, percent, words)}</td><td>${escapeHtml(words.number(adjustedPValue))}</td><td class="${rejected ? 'rejected' : ''}">${escapeHtml((rejected ? m.report_expectation_rejected : m.report_expectation_kept)({}, options))}</td></tr>`,
  );
  const head = [
    m.report_expectation_kind({}, options),
    m.report_expectation_share({}, options),
    m.report_expectation_observed({}, options),
    m.report_expectation_p({}, options),
    '',
  ];
  const body = `<table><thead><tr>${head.map((cell) => (cell ? `<th scope="col">${escapeHtml(cell)}</th>` : '<td></td>')).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return section('expectations', title, body, m.report_limit_expectations({}, options), context);
}

/** One line a space: its name, and the statistics that stand on it. */
function standsOnText(standing: StandsOn, words: Words): string[] {
  return statisticSpaces.flatMap((space) => {
    const named = statistics.filter((name) => standing[name] === space).map((name) => words.statistic(name));
    return named.length > 0 ? [`${words.space(space)}: ${named.join(', ')}`] : [];
  });
}

export function provenanceSection(context: PageContext): string {
  const { report, words, options } = context;
  const { provenance } = report;
  const row = (term: string, value: string) => `<tr><th scope="row">${escapeHtml(term)}</th><td>${value}</td></tr>`;
  const code = (value: string) => `<code>${escapeHtml(value)}</code>`;
  const rows = [
    row(m.report_source({}, options), code(provenance.source)),
    row(m.report_images({}, options), escapeHtml(words.count(provenance.images))),
    row(m.report_skipped({}, options), escapeHtml(words.count(provenance.skipped))),
    ...(provenance.notes.length > 0
      ? [row(m.report_reading({}, options), provenance.notes.map((note) => escapeHtml(noteText(note, options))).join('<br>'))]
      : []),
    ...(provenance.duplicates
      ? [
          row(
            m.report_duplicates({}, options),
            escapeHtml(`${words.count(provenance.duplicates.exact)}, ${words.count(provenance.duplicates.near)}`),
          ),
        ]
      : []),
    ...(provenance.standsOn
      ? [row(m.report_stands_on({}, options), standsOnText(provenance.standsOn, words).map(escapeHtml).join('<br>'))]
      : []),
    row(m.report_image_format({}, options), escapeHtml(`${report.image.size} × ${report.image.size} × ${report.image.channels}`)),
    row(m.report_seed({}, options), code(String(provenance.seed))),
    ...(provenance.listingSha256 ? [row(m.report_listing_hash({}, options), code(provenance.listingSha256))] : []),
    ...(provenance.modelSha256 ? [row(m.report_model_hash({}, options), code(provenance.modelSha256))] : []),
    row(
      m.report_versions({}, options),
      code(
        Object.entries(provenance.versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(' · '),
      ),
    ),
  ];
  return section('provenance', m.report_section_provenance({}, options), `<table><tbody>${rows.join('')}</tbody></table>`, null, context);
}
