import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Writes a file, or its parts one after the other, so that a reader finds the old one or the new one, never half of either: temporary name, fsync, rename. */
export async function writeAtomically(file: string, contents: string | Uint8Array | readonly Uint8Array[]): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(4).toString('hex')}`);
  try {
    const handle = await open(temporary, 'w');
    try {
      for (const part of typeof contents === 'string' || contents instanceof Uint8Array ? [contents] : contents)
        await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
