/** The ways a person hands over a source: dropped on a zone, or chosen in a dialog. */
import type { GrantedSource } from '../../../contract/calls.ts';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

export class SourceIntake {
  /** Something is held above the zone. */
  over = $state(false);
  readonly #take: (source: GrantedSource) => void;

  constructor(take: (source: GrantedSource) => void) {
    this.#take = take;
  }

  /** For the zone's element. */
  readonly zone = {
    ondragenter: (event: DragEvent) => this.#hover(event),
    ondragover: (event: DragEvent) => this.#hover(event),
    ondragleave: (event: DragEvent & { currentTarget: Element }) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) this.over = false;
    },
    ondrop: async (event: DragEvent) => {
      event.preventDefault();
      this.over = false;
      const file = event.dataTransfer?.files[0];
      const source = file ? await notices.attempt(call('takeDropped', { file })) : null;
      if (source) this.#take(source);
    },
  };

  #hover(event: DragEvent): void {
    event.preventDefault();
    this.over = true;
  }

  async choose(kind: 'folder' | 'file'): Promise<void> {
    const source = await notices.attempt(call('chooseSource', { kind }));
    if (source) this.#take(source);
  }
}
