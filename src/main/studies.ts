/** Which studies this window knows: id to folder, most recently opened first. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { type RecentStudy, studyManifest } from '../contract/study.ts';
import { errorData, SondeError } from '../errors/sonde-error.ts';
import { isHeld } from '../study/holder.ts';
import { presentManifest } from '../study/manifest.ts';
import { JsonFile } from './json-file.ts';

const entry = z.object({
  id: studyManifest.shape.id,
  folder: z.string().refine((folder) => path.isAbsolute(folder)),
  name: z.string(),
  images: z.number(),
  openedAt: z.string(),
});
const list = z.array(entry);
const MOST = 30;

export class Studies {
  readonly #file: JsonFile<typeof list>;
  readonly #home: string;

  private constructor(file: JsonFile<typeof list>, home: string) {
    this.#file = file;
    this.#home = home;
  }

  static async open(userData: string): Promise<Studies> {
    return new Studies(await JsonFile.open(path.join(userData, 'studies.json'), list, []), path.join(userData, 'studies'));
  }

  /** A new study's id and the folder it will be made in. The id sorts by time. */
  place(now = new Date()): { studyId: string; folder: string } {
    const stamp = now.toISOString().replace(/[-:]/g, '').slice(0, 15).toLowerCase().replace('t', '-');
    const studyId = `${stamp}-${randomBytes(4).toString('hex')}`;
    return { studyId, folder: path.join(this.#home, studyId) };
  }

  /** @throws SondeError no-such-study */
  folderOf(studyId: string): string {
    const known = this.#file.value.find((study) => study.id === studyId);
    if (!known) throw new SondeError('no-such-study', { path: studyId }, `no study is known as ${studyId}`);
    return known.folder;
  }

  /** Puts a study at the head of the list. */
  async remember(study: { id: string; folder: string; name: string; images: number }, now = new Date()): Promise<void> {
    const rest = this.#file.value.filter(({ id, folder }) => id !== study.id && folder !== study.folder);
    await this.#file.set([{ ...study, openedAt: now.toISOString() }, ...rest].slice(0, MOST));
  }

  /** Takes it off the list; what is on disk stays. */
  async forget(studyId: string): Promise<void> {
    await this.#file.set(this.#file.value.filter(({ id }) => id !== studyId));
  }

  /** The list as it is now on disk: a folder that went away, or cannot be read, is `missing`. */
  async recent(isRunning: (studyId: string) => boolean): Promise<RecentStudy[]> {
    return Promise.all(
      this.#file.value.map(async ({ id, folder, name, images, openedAt }): Promise<RecentStudy> => {
        try {
          const manifest = await presentManifest(folder, isHeld);
          return { id, name: manifest.name, images: manifest.counts.usable, openedAt, state: manifest.state };
        } catch (error) {
          if (!(error instanceof SondeError)) console.error(folder, errorData(error).detail);
          // A run that is still reading its images has no manifest yet.
          return { id, name, images, openedAt, state: isRunning(id) ? 'running' : 'missing' };
        }
      }),
    );
  }
}
