import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type SkippedImage, type SkipReason, skipReasons } from '../contract/study.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';
import { csvField, unguarded } from './csv-field.ts';
import { SKIPPED_FILE } from './files.ts';

export async function writeSkipped(folder: string, skipped: readonly SkippedImage[]): Promise<void> {
  const lines = skipped.map(({ path: file, reason, detail }) => [file, reason, detail].map((text) => csvField(text, "'")).join(','));
  await writeAtomically(path.join(folder, SKIPPED_FILE), `${['path,reason,detail', ...lines].join('\r\n')}\r\n`);
}

/** @throws SondeError study-incomplete */
export async function readSkipped(folder: string): Promise<SkippedImage[]> {
  const file = path.join(folder, SKIPPED_FILE);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  });
  return parseCsv(text)
    .slice(1)
    .filter((row) => row.length >= 2)
    .map(([file = '', reason = '', detail = '']) => ({
      path: unguarded(file, "'"),
      reason: (skipReasons as readonly string[]).includes(reason) ? (reason as SkipReason) : 'unreadable',
      detail: unguarded(detail, "'"),
    }));
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ',') {
      row.push(cell);
      cell = '';
    } else if (c === '\n') {
      row.push(cell);
      rows.push(row);
      row = [];
      cell = '';
    } else if (c !== '\r') cell += c;
  }
  if (cell || row.length) rows.push([...row, cell]);
  return rows;
}
