/**
 * Colours for points. Continuous: viridis (van der Walt and Smith 2015), cut where it would sink into the background.
 * Categorical: Okabe and Ito 2008 without black, then Tol's muted scheme; both keep apart under colour blindness.
 */
export type Theme = 'light' | 'dark';

const VIRIDIS = [
  0x440154, 0x481b6d, 0x46327e, 0x3f4788, 0x365c8d, 0x2e6e8e, 0x277f8e, 0x21918c, 0x1fa187, 0x2db27d, 0x4ac16d, 0x73d056, 0xa0da39,
  0xd0e11c, 0xfde725,
];
const CATEGORIES = [0x0072b2, 0xe69f00, 0x009e73, 0xd55e00, 0x56b4e9, 0xcc79a7, 0xb8a800, 0x882255, 0x44aa99, 0x999933, 0x6a51c4, 0xaa4499];
export const MOST_CATEGORIES = CATEGORIES.length;

const range = { light: [0, 0.88], dark: [0.16, 1] } as const;
const neutral = { light: 0xb4bab5, dark: 0x4a524e } as const;

/** Packs 0xRRGGBB and an alpha of 0..1 as bytes R, G, B, A in memory (little-endian). */
export function pack(rgb: number, alpha: number): number {
  return (((Math.round(alpha * 255) << 24) | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0) as number;
}

/** The scale at t in 0..1, as 0xRRGGBB. */
export function continuous(t: number, theme: Theme): number {
  const [from, to] = range[theme];
  const place = (from + Math.min(1, Math.max(0, t)) * (to - from)) * (VIRIDIS.length - 1);
  const i = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const part = place - i;
  const a = VIRIDIS[i] as number;
  const b = VIRIDIS[i + 1] as number;
  const mix = (shift: number) => Math.round(((a >> shift) & 255) * (1 - part) + ((b >> shift) & 255) * part);
  return (mix(16) << 16) | (mix(8) << 8) | mix(0);
}

export const categorical = (i: number, theme: Theme): number => CATEGORIES[i] ?? neutral[theme];
export const muted = (theme: Theme): number => neutral[theme];
/** Of points that are not coloured by anything. */
export const tint = (theme: Theme): number => (theme === 'dark' ? 0x62cbb4 : 0x0a6556);
export const css = (rgb: number): string => `#${rgb.toString(16).padStart(6, '0')}`;
export const gradient = (theme: Theme): string =>
  `linear-gradient(to right, ${Array.from({ length: 9 }, (_, i) => css(continuous(i / 8, theme))).join(', ')})`;
