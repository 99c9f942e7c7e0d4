import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';

/**
 * Reads one of a study's JSON files, which holds what the schema says or is refused.
 * @param newest the highest `format` that this program knows, of a file that says its own
 * @throws SondeError study-incomplete, study-unreadable, study-too-new
 */
export async function readJson<S extends z.ZodType>(
  folder: string,
  name: string,
  schema: S,
  newest = Number.POSITIVE_INFINITY,
): Promise<z.output<S>> {
  const file = path.join(folder, name);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SondeError('study-unreadable', { path: file }, `${file} is not JSON: ${String(cause)}`, { cause });
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > newest)
    throw new SondeError('study-too-new', { path: folder, format }, `${file} has format ${format}`);
  const read = schema.safeParse(value);
  if (!read.success) throw new SondeError('study-unreadable', { path: file }, `${file}: ${read.error.message}`);
  return read.data;
}

/** @param indent 0 where long lists of numbers would take a line each */
export async function writeJson(folder: string, name: string, value: unknown, indent = 1): Promise<void> {
  await writeAtomically(path.join(folder, name), `${JSON.stringify(value, null, indent)}\n`);
}
