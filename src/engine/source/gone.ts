import { stat } from 'node:fs/promises';
import type { Source } from './source.ts';

/** Files that are asked for: a folder that was taken away has none of them, one from which some were taken has others. */
const ASKED = 64;

const isThere = (file: string | Buffer): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Whether the source itself is no longer there: its path, or, of a folder whose drive was taken away, every file that is asked for. */
export async function isGone({ path, images }: Source): Promise<boolean> {
  if (!(await isThere(path))) return true;
  const step = Math.max(1, images.length / ASKED);
  const some = Array.from({ length: Math.min(images.length, ASKED) }, (_, i) => images[Math.floor(i * step)]);
  const files = some.flatMap((image) => (image?.kind === 'file' ? [image.file] : []));
  if (files.length === 0) return false;
  return !(await Promise.all(files.map(isThere))).some(Boolean);
}
