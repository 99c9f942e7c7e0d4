import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../../errors/sonde-error.ts';
import { writingError } from '../../study/atomic-write.ts';
import { required } from './arguments.ts';

/**
 * Where a command is to write, looked at before its work is done rather than after it.
 * @throws UsageError; SondeError no-such-folder, not-a-folder, not-writable
 */
export async function outFile(value: string | undefined): Promise<string> {
  const out = path.resolve(required(value, 'out'));
  const folder = path.dirname(out);
  try {
    if (!(await stat(folder)).isDirectory()) throw new SondeError('not-a-folder', { path: folder });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw writingError(cause, out);
  }
  const there = await stat(out).catch(() => null);
  if (there?.isDirectory()) throw new SondeError('not-writable', { path: out }, `${out} is a folder`);
  return out;
}
