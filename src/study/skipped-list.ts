import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { type SkippedImage, type SkipReason, skipReasons } from '../contract/study.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';
import { csvField, unguarded } from './csv-field.ts';
import { SKIPPED_FILE } from './files.ts';

export async function writeSkipped(folder: string, skipped: readonly SkippedImage[]): Promise<void> {
  const lines = skipped.map(({ path: file, reason, detail }) => [file, reason, detail].map((text) => csvField(text, "'")).join(','));
  await writeAtomically(path.join(folder, SKIPPED_FILE), `${['path,reason,detail', ...lines].join('\r\n')}\r\n`);
}

/** @throws SondeError study-incomplete, study-unreadable */
export async function readSkipped(folder: string): Promise<SkippedImage[]> {
  const file = path.join(folder, SKIPPED_FILE);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  });
  return rowsOf(file, text)
    .filter((row) => row.length >= 2)
    .map(([name = '', reason = '', detail = '']) => ({
      path: unguarded(name, "'"),
      reason: (skipReasons as readonly string[]).includes(reason) ? (reason as SkipReason) : 'unreadable',
      detail: unguarded(detail, "'"),
    }));
}

/** @throws SondeError study-unreadable */
function rowsOf(file: string, text: string): string[][] {
  try {
    return parse(text, { from_line: 2, relax_column_count: true });
  } catch (cause) {
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
}
