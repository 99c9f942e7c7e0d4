import { shownName } from '../../contract/shown-name.ts';
import type { SourceNote } from '../../contract/study.ts';
import * as messages from '../../messages/messages.js';

type Sentence = (params: Record<string, string | number>, options: Options) => string;
interface Options {
  locale: 'en' | 'ko';
}

/** The window's own sentence for what was decided while a source was read. */
export function noteText({ code, params }: SourceNote, options: Options): string {
  const sentence = (messages as unknown as Record<string, Sentence | undefined>)[`note_${code.replaceAll('-', '_')}`];
  return shownName(sentence ? sentence(params, options) : `${code} ${JSON.stringify(params)}`);
}
