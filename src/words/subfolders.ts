/** What was found of subfolders, as a person reads it. */
import type { BiasReport } from '../contract/report.ts';
import { shownName } from '../contract/shown-name.ts';
import type { Leak, Shortcut } from '../contract/subfolders.ts';
import { m } from '../messages/messages.js';
import { count, intervalWords, number, percent } from './format.ts';
import { factorNumberWords, featureWords } from './words.ts';

/** A part of a split or a label, by its folders; images beside all folders have none. */
export const subfolderWords = (name: string): string => (name === '' ? m.subfolder_top() : shownName(name));

const ownNames: Record<string, () => string> = {
  format: () => m.shortcut_format(),
  camera: () => m.shortcut_camera(),
  quality: () => m.shortcut_quality(),
  border: () => m.shortcut_border(),
  'border-detail': () => m.shortcut_border_detail(),
};

export const shortcutNameWords = ({ about, name }: Pick<Shortcut, 'about' | 'name'>, report: Pick<BiasReport, 'factors'>): string =>
  about === 'factor' ? factorNumberWords(report, Number(name)) : (ownNames[name]?.() ?? featureWords(name));

const valueWords = (value: Shortcut['value']): string =>
  value === null || value === '' ? m.shortcut_no_value() : typeof value === 'number' ? number(value) : shownName(value);

/** What an attribute tells, how well, beside what a guess has, and where it shows most. */
export function shortcutWords(shortcut: Omit<Shortcut, 'images' | 'pValue'>, report: Pick<BiasReport, 'factors'>): string {
  const { side, accuracy, chance, best, recognised, value, others } = shortcut;
  const written = (share: number) => percent(share, 0);
  const told = (side === 'split' ? m.shortcut_split : m.shortcut_label)({
    attribute: shortcutNameWords(shortcut, report),
    accuracy: written(accuracy.value),
    range: intervalWords(accuracy, written),
    chance: written(chance),
  });
  const figures = { best: subfolderWords(best), recognised: written(recognised) };
  const where =
    valueWords(value) === valueWords(others)
      ? m.shortcut_best(figures)
      : m.shortcut_best_values({ best: figures.best, value: valueWords(value), others: valueWords(others) });
  return `${told} ${where}`;
}

/** How many images of one subfolder repeat another's, and how many are of one burst with them. */
export function leakWords({ from, to, count: images, exact, total, burst }: Omit<Leak, 'pairs'>): string {
  const names = { from: subfolderWords(from), to: subfolderWords(to) };
  const copies = m.finding_leak({
    ...names,
    count: images,
    number: count(images),
    share: percent(images / total, 1),
    exact: count(exact),
    near: count(images - exact),
  });
  const frames = m.finding_leak_burst({ ...names, count: burst, number: count(burst), share: percent(burst / total, 1) });
  return [...(images > 0 ? [copies] : []), ...(burst > 0 ? [frames] : [])].join(' ');
}
