import { createHash } from 'node:crypto';
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

/** Files that systems leave in folders; nobody means them as images. */
export function isSystemFile(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini|ehthumbs\.db|__MACOSX)$/i.test(name);
}
