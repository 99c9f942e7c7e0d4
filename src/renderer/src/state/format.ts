/** Numbers, times and shares as the person's language writes them. */
import { m } from '../../../messages/messages.js';
import { preferences } from './preferences.svelte.ts';

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = preferences.locale + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat(preferences.locale, options);
    formatters.set(key, found);
  }
  return found;
}

export const count = (value: number): string => formatter({ maximumFractionDigits: 0 }).format(value).replaceAll('-', '−');

/** Three significant digits; a true minus sign keeps columns even. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(digits - 1).replaceAll('-', '−');
  const text = formatter({ maximumSignificantDigits: Math.max(digits, Math.ceil(Math.log10(size + 1))), useGrouping: size >= 10_000 });
  return text.format(value).replaceAll('-', '−');
}

export const fixed = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value).replaceAll('-', '−')
    : '–';

export function percent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return '–';
  return `${fixed(share * 100, digits)} %`;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds);
  if (whole < 60) return m.unit_seconds({ value: count(whole) });
  if (whole < 3600) return m.unit_minutes({ minutes: count(Math.floor(whole / 60)), seconds: count(whole % 60) });
  return m.unit_hours({ hours: count(Math.floor(whole / 3600)), minutes: count(Math.floor((whole % 3600) / 60)) });
}

export function bytes(value: number): string {
  const unit = value >= 1e9 ? 'gigabyte' : value >= 1e6 ? 'megabyte' : value >= 1e3 ? 'kilobyte' : 'byte';
  const divisor = { gigabyte: 1e9, megabyte: 1e6, kilobyte: 1e3, byte: 1 }[unit];
  return formatter({ style: 'unit', unit, maximumFractionDigits: value < 1e3 ? 0 : 1 }).format(value / divisor);
}

export const moment = (iso: string): string =>
  new Intl.DateTimeFormat(preferences.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

export const day = (iso: string): string => new Intl.DateTimeFormat(preferences.locale, { dateStyle: 'medium' }).format(new Date(iso));
