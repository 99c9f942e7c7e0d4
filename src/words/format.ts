/** Numbers, times and shares as the person's language writes them. */
import { m } from '../messages/messages.js';
import { getLocale } from '../messages/runtime.js';

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = getLocale() + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.NumberFormat(getLocale(), options);
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

/** A p-value; below a ten-thousandth its size says nothing. */
export const smallNumber = (value: number): string => (value < 1e-4 ? `< ${number(1e-4)}` : number(value, 2));

export const fixed = (value: number, digits: number): string =>
  Number.isFinite(value)
    ? formatter({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value).replaceAll('-', '−')
    : '–';

export function percent(share: number, digits = 1): string {
  if (!Number.isFinite(share)) return '–';
  return `${fixed(share * 100, digits)}\u00a0%`;
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

export const day = (iso: string): string => new Intl.DateTimeFormat(getLocale(), { dateStyle: 'medium' }).format(new Date(iso));

/** A moment that is the same on every machine: what is written into a file must not hang on the writer's clock. */
export const moment = (iso: string): string =>
  `${new Intl.DateTimeFormat(getLocale(), { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(iso))} UTC`;

interface Interval {
  low: number;
  high: number;
}

/** "lower to higher" */
export const intervalWords = ({ low, high }: Interval, written: (value: number) => string): string =>
  m.report_interval({ low: written(low), high: written(high) });

/** Decimals of a percentage by which the ends of its interval differ, without those that it does not know. */
export function shareDigits({ low, high }: Interval): number {
  const points = (high - low) * 50;
  return points >= 5 ? 0 : points >= 0.5 ? 1 : 2;
}

/** Significant digits by which the ends of an interval differ: three at least, seven at most. */
export function significantDigits({ low, high }: Interval): number {
  const half = (high - low) / 2;
  const size = Math.max(Math.abs(low), Math.abs(high));
  return half > 0 && size > 0 ? Math.min(7, Math.max(3, Math.ceil(Math.log10(size / half)) + 1)) : 3;
}
