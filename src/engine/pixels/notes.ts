import type { DisplayWindow, SourceNote } from '../../contract/study.ts';

/** Something of an image that was not read, though the image was. */
export type ImageNote = { kind: 'bands'; shown: number; all: number } | { kind: 'pages' } | { kind: 'damaged' };

interface Counted {
  note: ImageNote;
  images: number;
  example: string;
}

/** Counts what was not read of images that were, a note once however many images it holds for. */
export class NoteCounter {
  readonly #counted = new Map<string, Counted>();

  add(notes: readonly ImageNote[], path: string): void {
    for (const note of notes) {
      const key = JSON.stringify(note);
      const known = this.#counted.get(key);
      if (known) known.images += 1;
      else this.#counted.set(key, { note, images: 1, example: path });
    }
  }

  /** Those of most images first. */
  notes(): SourceNote[] {
    const sorted = [...this.#counted.values()].sort((a, b) => b.images - a.images);
    return sorted.map(
      ({ note, images: count, example }): SourceNote =>
        note.kind === 'bands'
          ? { code: 'bands-left-out', params: { shown: note.shown, all: note.all, count, example } }
          : { code: note.kind === 'pages' ? 'pages-left-out' : 'data-damaged', params: { count, example } },
    );
  }
}

/** Which values are shown black and white, and why those. */
export const windowNotes = (windows: readonly DisplayWindow[]): SourceNote[] =>
  windows.map(({ samples, low, high, basis }) => ({ code: `window-${basis}`, params: { samples, low, high } }));
