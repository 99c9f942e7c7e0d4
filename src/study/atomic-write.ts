import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../errors/sonde-error.ts';

/** A failure to write, told by what a person can do about it; what is none of those stays as it is. */
export function writingError(cause: unknown, file: string): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new SondeError('disk-full', {}, String(cause), { cause });
  if (code === 'ENOENT') return new SondeError('no-such-folder', { path: path.dirname(file) }, String(cause), { cause });
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new SondeError('not-a-folder', { path: path.dirname(file) }, String(cause), { cause });
  if (code && ['EACCES', 'EPERM', 'EROFS', 'EISDIR'].includes(code))
    return new SondeError('not-writable', { path: file }, String(cause), { cause });
  return cause;
}

/** A file that is written under a temporary name beside its own, and takes its place whole or not at all. */
export class UnfinishedFile {
  readonly #file: string;
  readonly #temporary: string;
  readonly handle: FileHandle;

  private constructor(file: string, temporary: string, handle: FileHandle) {
    this.#file = file;
    this.#temporary = temporary;
    this.handle = handle;
  }

  /** What lies under the temporary name is written over. */
  static async begin(file: string, temporary = `${file}.part`): Promise<UnfinishedFile> {
    try {
      return new UnfinishedFile(file, temporary, await open(temporary, 'w'));
    } catch (cause) {
      throw writingError(cause, file);
    }
  }

  async finish(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
    await rename(this.#temporary, this.#file);
  }

  async abandon(): Promise<void> {
    await this.handle.close();
    await rm(this.#temporary, { force: true });
  }
}

const temporaryName = (file: string): string => `.${path.basename(file)}.${randomBytes(4).toString('hex')}`;
/** Whether a file has such a name as one has before it takes its place; of the kinds that a study holds, for others may be a person's own. */
export const isTemporaryName = (name: string): boolean => /^\.[\w-]+\.(json|parquet|csv|html|safetensors|npy)\.[0-9a-f]{8}$/.test(name);

/** Writes a file, or its parts one after the other, so that a reader finds the old one or the new one, never half of either: temporary name, fsync, rename. */
export async function writeAtomically(file: string, contents: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  const temporary = path.join(path.dirname(file), temporaryName(file));
  const unfinished = await UnfinishedFile.begin(file, temporary);
  try {
    for (const part of typeof contents === 'string' || contents instanceof Uint8Array ? [contents] : contents)
      await unfinished.handle.writeFile(part);
    await unfinished.finish();
  } catch (error) {
    await unfinished.abandon();
    throw writingError(error, file);
  }
}
