import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SondeError } from '../../errors/sonde-error.ts';
import type { Hooks } from '../hooks.ts';
import { isArrayFile, openArray } from './arrays.ts';
import { openFolder } from './folder.ts';
import type { ArrayChoice, Source } from './source.ts';
import { openZip } from './zip.ts';

export const SAMPLE = 'sample';
const SAMPLE_FILE = fileURLToPath(new URL('../../../resources/sample/t10k-images-idx3-ubyte.gz', import.meta.url));
/** Where a package keeps the sample; set by whoever starts the engine. */
const samplePath = (): string => process.env.SONDE_SAMPLE ?? SAMPLE_FILE;

/**
 * Opens a folder, a zip of one, an IDX, NPY, NPZ or CIFAR file, or the bundled sample. `array` is for files of raw pixels.
 * @throws SondeError source-missing, source-unreadable, source-unsupported, cancelled
 */
export async function openSource(given: string, hooks: Hooks = {}, array: ArrayChoice = null): Promise<Source> {
  if (given === SAMPLE) return { ...(await openArray(samplePath(), array, hooks)), kind: 'sample', name: SAMPLE, path: SAMPLE };
  let folder: boolean;
  try {
    folder = (await stat(given)).isDirectory();
  } catch (cause) {
    const missing = ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '');
    throw new SondeError(missing ? 'source-missing' : 'source-unreadable', { path: given }, String(cause), { cause });
  }
  if (folder) return openFolder(given, hooks);
  if (/\.zip$/i.test(given)) return openZip(given, hooks);
  if (isArrayFile(given)) return openArray(given, array, hooks);
  throw new SondeError('source-unsupported', { path: given });
}
