import type { Results } from '../../contract/calls.ts';
import type { ComparisonFile, ComparisonProgress } from '../../contract/comparison.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { compareAndScore, comparedImages, comparisonFile, writeComparison } from './compare-and-score.ts';
import { OpenedStudy } from './opened-study.ts';

/** The comparison that runs, if one does: it holds a second set's pixels, so there is never more than one. */
export class CurrentComparison {
  #folder: string | null = null;
  #progress: ComparisonProgress | null = null;
  #calledOff: AbortController | null = null;
  /** Of the last that ended well, for saving. */
  #last: { folder: string; file: ComparisonFile } | null = null;

  /** @throws SondeError bad-request while another runs; cancelled; what reading the source throws */
  async run(folder: string, source: string, seed: number): Promise<Results['compare']> {
    if (this.#folder !== null)
      throw new SondeError('bad-request', { call: 'compare' }, 'a comparison is going on: cancel it or wait for it');
    this.#folder = folder;
    this.#progress = { stage: 'read', done: 0, total: 0 };
    this.#calledOff = new AbortController();
    // Its own handle on the study: the window may open two others meanwhile.
    const study = new OpenedStudy(folder);
    try {
      const found = await compareAndScore(study, source, seed, {
        signal: this.#calledOff.signal,
        onProgress: (progress) => {
          this.#progress = progress;
        },
      });
      this.#last = { folder, file: await comparisonFile(study, found) };
      const { comparison, strangeness } = found;
      return { comparison, strangeness, images: comparedImages(found) };
    } finally {
      this.#folder = null;
      this.#progress = null;
      this.#calledOff = null;
      await study.close();
    }
  }

  progress(folder: string): ComparisonProgress | null {
    return folder === this.#folder ? this.#progress : null;
  }

  /** Writes the study's last comparison to `target`. @throws SondeError bad-request where there is none, disk-full */
  async save(folder: string, target: string): Promise<void> {
    if (this.#last?.folder !== folder)
      throw new SondeError('bad-request', { call: 'exportComparison' }, 'there is no comparison to save: compare with the folder again');
    await writeComparison(this.#last.file, target);
  }

  cancel(folder: string): void {
    if (folder === this.#folder) this.#calledOff?.abort();
  }
}
