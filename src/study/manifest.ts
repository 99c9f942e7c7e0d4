import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { STUDY_FORMAT, type StudyManifest, studyManifest } from '../contract/study.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';

export const MANIFEST_FILE = 'study.json';

export async function writeManifest(folder: string, manifest: StudyManifest): Promise<void> {
  const checked = studyManifest.parse({ ...manifest, updatedAt: new Date().toISOString() });
  await writeAtomically(path.join(folder, MANIFEST_FILE), `${JSON.stringify(checked, null, 2)}\n`);
}

/** @throws SondeError no-such-study, study-unreadable, study-too-new */
export async function readManifest(folder: string): Promise<StudyManifest> {
  const file = path.join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new SondeError('no-such-study', { path: folder }, `${file} does not exist`, { cause });
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SondeError('study-unreadable', { path: file }, `${file} is not JSON: ${String(cause)}`, { cause });
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > STUDY_FORMAT)
    throw new SondeError('study-too-new', { path: folder, format }, `${file} has format ${format}`);
  const parsed = studyManifest.safeParse(value);
  if (!parsed.success) throw new SondeError('study-unreadable', { path: file }, parsed.error.message);
  return parsed.data;
}
