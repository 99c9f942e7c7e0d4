import type { Feature, Group } from '../../../contract/report.ts';
import { m } from '../../../messages/messages.js';
import { absence, estimateHtml, type PageContext, section, thumbnailList } from './pieces.ts';
import { escapeHtml } from './text.ts';

/** The page shows the first; report.json holds them all. */
const SHOWN = 12;

export function groupsSection(context: PageContext): string {
  const { report, options } = context;
  const lead = `<p class="note">${escapeHtml(m.report_section_groups_lead({}, options))}</p>`;
  const groups = report.groups;
  const body = !groups
    ? absence('groups', context)
    : groups.length === 0
      ? `<p class="absent">${escapeHtml(m.report_group_none({}, options))}</p>`
      : groups
          .slice(0, SHOWN)
          .map((group) => groupHtml(group, context))
          .join('');
  return section('groups', m.report_section_groups({}, options), lead + body, m.report_limit_groups({}, options), context);
}

function groupHtml(group: Group, context: PageContext): string {
  const { words, options } = context;
  const facts = [
    `${escapeHtml(m.report_group_count({ number: words.count(group.count) }, options))}`,
    `<b>${estimateHtml(group.share, (value) => words.percent(value, 2), words)}</b>`,
    ...standing(group, context).map(escapeHtml),
    `${escapeHtml(m.report_group_cohesion({}, options))} <b>${escapeHtml(words.number(group.cohesion, 2))}</b>`,
    `${escapeHtml(m.report_group_spaces({}, options))}: ${escapeHtml(group.spaces.map((space) => words.space(space)).join(', '))}`,
  ];
  const pictures = (title: string, indices: number[]) =>
    indices.length > 0 ? `<div><p class="label">${escapeHtml(title)}</p>${thumbnailList(indices, context)}</div>` : '';
  return `<article class="group"><header><h3>${escapeHtml(m.report_group_name({ number: String(group.id) }, options))}</h3>${facts.map((fact) => `<span>${fact}</span>`).join('')}</header>
<div class="pictures">${pictures(m.report_group_typical({}, options), group.typical)}${pictures(m.report_group_extreme({}, options), group.extreme)}</div>
${group.features.length > 0 ? `<ul class="features" aria-label="${escapeHtml(m.report_group_features({}, options))}">${group.features.map((feature) => featureHtml(feature, context)).join('')}</ul>` : ''}</article>`;
}

/** How far the group stands apart and how often it came back; what is lacking in older reports is left out. */
function standing({ count, first, separation, stability, rarity, rarityAttributes }: Group, { words, options }: PageContext): string[] {
  const lines: string[] = [];
  if (first !== null && first < count) lines.push(m.report_group_first({ number: words.count(first) }, options));
  if (stability)
    lines.push(m.report_group_stability({ found: words.count(stability.found), refits: words.count(stability.refits) }, options));
  if (separation !== null) lines.push(m.report_group_separation({ value: words.number(separation, 2) }, options));
  if (rarityAttributes !== null)
    lines.push(m.report_group_rarities({ shown: words.number(rarity, 2), attributes: words.number(rarityAttributes, 2) }, options));
  return lines;
}

function featureHtml({ name, high, logOdds }: Feature, { words, options }: PageContext): string {
  const named = words.feature(name);
  const number = (value: number) => words.number(value, 2);
  const odds = m.report_group_log_odds({ value: number(logOdds.value), low: number(logOdds.low), high: number(logOdds.high) }, options);
  const text = high ? m.report_group_higher({ name: named }, options) : m.report_group_lower({ name: named }, options);
  return `<li>${escapeHtml(text)} <span class="interval">${escapeHtml(odds)}</span></li>`;
}
