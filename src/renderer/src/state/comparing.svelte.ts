/** The comparison with a second folder: it goes on while other views are looked at. */
import type { GrantedSource, Results } from '../../../contract/calls.ts';
import type { ComparisonProgress } from '../../../contract/comparison.ts';
import { m } from '../../../messages/messages.js';
import { CallError, call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

const ASK_EVERY_MILLISECONDS = 250;

/** Two folders of one name, such as two cameras' `images`, still need two names in a sentence. */
function toldApart(result: Results['compare']): Results['compare'] {
  const { a, b } = result.comparison;
  return a.name === b.name ? { ...result, comparison: { ...result.comparison, b: { ...b, name: `${b.name} (2)` } } } : result;
}

export class Comparing {
  readonly studyId: string;
  /** The second source's name while it is read and compared. */
  underWay = $state<string | null>(null);
  progress = $state.raw<ComparisonProgress | null>(null);
  result = $state.raw<Results['compare'] | null>(null);

  constructor(studyId: string) {
    this.studyId = studyId;
  }

  async start(source: GrantedSource): Promise<void> {
    if (this.underWay !== null) return;
    this.underWay = source.name;
    const { studyId } = this;
    const asking = setInterval(() => {
      call('comparisonProgress', { studyId }).then((progress) => {
        if (this.underWay !== null && progress) this.progress = progress;
      }, notices.failed);
    }, ASK_EVERY_MILLISECONDS);
    try {
      this.result = toldApart(await call('compare', { studyId, source: source.grant }));
    } catch (error) {
      if (error instanceof CallError && error.data.code === 'cancelled') notices.done(m.compare_cancelled());
      else notices.failed(error);
    } finally {
      clearInterval(asking);
      this.underWay = null;
      this.progress = null;
    }
  }

  /** The study is closed: a comparison that nobody will look at ends. */
  async leave(): Promise<void> {
    if (this.underWay !== null) await this.cancel();
  }

  async cancel(): Promise<void> {
    await notices.attempt(call('cancelComparison', { studyId: this.studyId }));
  }
}
