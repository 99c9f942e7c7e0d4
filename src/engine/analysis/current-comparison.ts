import type { EngineResults } from '../../contract/calls.ts';
import type { ComparisonProgress, Strangeness } from '../../contract/comparison.ts';
import { SondeError } from '../sonde-error.ts';
import { comparedImages, compareSource } from './compare-source.ts';
import { OpenedStudy } from './opened-study.ts';
import { type EncodedSource, scoreEncoded } from './score-source.ts';
import { strangest } from './strangest.ts';

/** The comparison that runs, if one does: it holds a second set's pixels, so there is never more than one. */
export class CurrentComparison {
  #folder: string | null = null;
  #progress: ComparisonProgress | null = null;
  #calledOff: AbortController | null = null;

  /** @throws SondeError bad-request while another runs; cancelled; what reading the source throws */
  async run(folder: string, source: string, seed: number): Promise<EngineResults['compare']> {
    if (this.#folder !== null)
      throw new SondeError('bad-request', { call: 'compare' }, 'a comparison is going on: cancel it or wait for it');
    this.#folder = folder;
    this.#progress = { stage: 'read', done: 0, total: 0 };
    this.#calledOff = new AbortController();
    // Its own handle on the study: the window may open two others meanwhile.
    const study = new OpenedStudy(folder);
    try {
      const { comparison, other } = await compareSource(study, source, seed, {
        signal: this.#calledOff.signal,
        onProgress: (progress) => {
          this.#progress = progress;
        },
      });
      this.#progress = { stage: 'score', done: 0, total: 0 };
      const strangeness = await scored(study, other, this.#calledOff.signal);
      return { comparison, strangeness, images: comparedImages(comparison, strangeness, other) };
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

  cancel(folder: string): void {
    if (folder === this.#folder) this.#calledOff?.abort();
  }
}

const WITHOUT_SCORES: readonly string[] = ['study-incomplete', 'study-unreadable'];

/** null where the study has no scores for new images, or such as another version wrote: the comparison stands without. @throws SondeError cancelled */
async function scored(study: OpenedStudy, other: EncodedSource, signal: AbortSignal): Promise<Strangeness | null> {
  try {
    return strangest(await scoreEncoded(study, other, { signal }));
  } catch (error) {
    if (!(error instanceof SondeError && WITHOUT_SCORES.includes(error.code))) throw error;
    console.error(error.message);
    return null;
  }
}
