import type { HeldOutFit } from '../../../contract/analysis.ts';
import { type LatentSummary, learntNothing } from '../../../contract/report.ts';
import { unreadableOf } from '../../../contract/study.ts';
import { m } from '../../../messages/messages.js';
import { figure, type PageContext } from './pieces.ts';
import { escapeHtml } from './text.ts';

/** The page's head: the counts, and the few findings that a hurried reader should take away, each with its interval. */
export function summary({ report, words, options }: PageContext): string {
  const { provenance } = report;
  const figures = [
    figure(m.report_images({}, options), escapeHtml(words.count(provenance.images))),
    figure(m.report_skipped({}, options), escapeHtml(words.count(provenance.skipped))),
    figure(m.train_active({}, options), escapeHtml(words.count(report.latents.filter((latent) => latent.active).length))),
    figure(m.report_image_format({}, options), escapeHtml(`${report.image.size} × ${report.image.size}`)),
  ];
  return `<dl class="figures">${figures.join('')}</dl><ul class="findings">${findings({ report, words, options })
    .map((finding) => `<li>${escapeHtml(finding)}</li>`)
    .join('')}</ul>`;
}

function findings({ report, words, options }: Pick<PageContext, 'report' | 'words' | 'options'>): string[] {
  const found: string[] = [];
  const { fit, provenance, groups, expectations } = report;
  const unreadable = unreadableOf({ found: provenance.images + provenance.skipped, skippedBy: provenance.skippedBy });
  if (unreadable)
    found.push(m.report_finding_unreadable({ count: words.count(unreadable.count), total: words.count(unreadable.total) }, options));
  const explained = 1 - fit.meanSquaredError / fit.meanImageSquaredError;
  if (learntNothing(fit)) found.push(m.report_finding_fit_nothing({}, options));
  else if (fit.heldOut) {
    const gain = (error: number) => words.percent(1 - error / (fit.heldOut as HeldOutFit).meanImageSquaredError, 0);
    const { images, meanSquaredError, pcaMeanSquaredError } = fit.heldOut;
    found.push(
      m.report_finding_fit_held_out(
        { images: words.count(images), share: gain(meanSquaredError), pca: gain(pcaMeanSquaredError) },
        options,
      ),
    );
  } else if (Number.isFinite(explained)) found.push(m.report_finding_fit({ share: words.percent(explained, 0) }, options));
  if (provenance.duplicates)
    found.push(
      m.report_finding_duplicates(
        { exact: words.count(provenance.duplicates.exact), near: words.count(provenance.duplicates.near) },
        options,
      ),
    );
  const share = (value: number) => words.percent(value, 2);
  const rarest = groups?.[0];
  if (rarest)
    found.push(
      m.report_finding_group({ share: share(rarest.share.value), low: share(rarest.share.low), high: share(rarest.share.high) }, options),
    );
  const active = report.latents.filter((latent) => latent.active);
  const heaviest = heaviestTail(active);
  if (heaviest)
    found.push(
      m.report_finding_tail(
        {
          name: m.latent_name({ number: String(heaviest.latent.latent) }, options),
          share: share(heaviest.tail.value),
          low: share(heaviest.tail.low),
          high: share(heaviest.tail.high),
        },
        options,
      ),
    );
  for (const { latent, follows } of active.filter((candidate) => candidate.follows).slice(0, 3))
    if (follows)
      found.push(
        m.report_finding_follows(
          {
            name: m.latent_name({ number: String(latent) }, options),
            attribute: words.attribute(follows.attribute),
            value: words.number(follows.correlation.value, 2),
          },
          options,
        ),
      );
  if (expectations.length > 0)
    found.push(
      m.report_finding_expectations(
        { rejected: words.count(expectations.filter((result) => result.rejected).length), total: words.count(expectations.length) },
        options,
      ),
    );
  return found;
}

function heaviestTail(latents: LatentSummary[]) {
  let best: { latent: LatentSummary; tail: LatentSummary['lowerTail'] } | null = null;
  for (const latent of latents)
    for (const tail of [latent.lowerTail, latent.upperTail]) if (!best || tail.low > best.tail.low) best = { latent, tail };
  return best;
}
