import path from 'node:path';
import { STUDY_FORMAT, type StudyManifest, studyManifest } from '../contract/study.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { MANIFEST_FILE } from './files.ts';
import { readJson, writeJson } from './json-file.ts';

export async function writeManifest(folder: string, manifest: StudyManifest): Promise<void> {
  const checked = studyManifest.parse({ ...manifest, updatedAt: new Date().toISOString() });
  await writeJson(folder, MANIFEST_FILE, checked, 2);
}

/**
 * The manifest as it stands: one that says `running` while no process holds the study was left by a process that died.
 * @param isHeld whether one does: by the lock (lock.ts), or by what its holder says (holder.ts) where there is no SQLite
 * @throws SondeError no-such-study, study-unreadable, study-too-new
 */
export async function presentManifest(folder: string, isHeld: (folder: string) => Promise<boolean>): Promise<StudyManifest> {
  const manifest = await readManifest(folder);
  return manifest.state === 'running' && !(await isHeld(folder)) ? { ...manifest, state: 'interrupted' } : manifest;
}

/** As it was written. @throws SondeError no-such-study, study-unreadable, study-too-new */
export async function readManifest(folder: string): Promise<StudyManifest> {
  const file = path.join(folder, MANIFEST_FILE);
  try {
    return await readJson(folder, MANIFEST_FILE, studyManifest, STUDY_FORMAT);
  } catch (error) {
    if (!(error instanceof SondeError) || error.code !== 'study-incomplete') throw error;
    // A folder without a manifest is none of an unfinished study: it is no study.
    const { cause } = error;
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new SondeError('no-such-study', { path: folder }, `${file} does not exist`, { cause });
    throw new SondeError('study-unreadable', { path: file }, error.detail, { cause });
  }
}
