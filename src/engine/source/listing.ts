import { createHash } from 'node:crypto';
import type { SkipCounts, SkippedImage } from '../../contract/study.ts';
import type { ImageReference } from './image-reference.ts';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** img2 before img10; ties by code units, so that the order is the same everywhere. */
export function naturally(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** What a study was made from, in 64 letters: paths and sizes, not contents. */
export function listingSha256(images: readonly ImageReference[]): string {
  const hash = createHash('sha256');
  for (const { path, bytes } of images) hash.update(`${path}\t${bytes}\n`);
  return hash.digest('hex');
}

/** The folder a path lies in, '' at the top: colours and checks only. */
export function labelOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

/** Labels, tables and notes that lie beside images: nobody means them as images, and nobody misses them. */
export function isSideFile(name: string): boolean {
  return /\.(txt|json|jsonl|geojson|xml|xmp|csv|tsv|ya?ml|toml|ini|cfg|names|md|rst|html?|pdf|log|py|ipynb|sh)$/i.test(name);
}

/** Files that systems leave in folders; nobody means them as images. */
export function isSystemFile(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|ehthumbs\.db|__MACOSX)$/i.test(name);
}

/** How many files were passed over for each reason, the most frequent first. */
export function countSkipped(skipped: readonly SkippedImage[]): SkipCounts {
  const counts = new Map<SkippedImage['reason'], number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}
