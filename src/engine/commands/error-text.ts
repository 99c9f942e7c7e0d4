import * as messages from '../../messages/messages.js';
import { errorData } from '../sonde-error.ts';

type Sentence = (params: Record<string, string | number>, options: { locale: 'en' | 'ko' }) => string;

/** One line for a terminal: the window's own sentence for the error, and the cause where it says more. */
export function errorText(error: unknown): string {
  const { code, params, detail } = errorData(error);
  const sentence = (messages as unknown as Record<string, Sentence | undefined>)[`error_${code.replaceAll('-', '_')}`];
  const text = sentence ? sentence(params, { locale: 'en' }) : code;
  return code === 'internal' || code === 'bad-request' ? `${text}\n${detail}` : text;
}
