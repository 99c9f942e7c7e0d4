import type { ErrorCode } from '../../contract/analysis.ts';
import { shownName } from '../../contract/shown-name.ts';
import type { SkipCounts } from '../../contract/study.ts';
import { errorData } from '../../errors/sonde-error.ts';
import * as messages from '../../messages/messages.js';

type Sentence = (params: Record<string, string | number>, options: { locale: 'en' | 'ko' }) => string;
const ENGLISH = { locale: 'en' } as const;

/** Their sentence says all that the system's own error does. */
const SAY_ALL: readonly ErrorCode[] = [
  'source-missing',
  'study-not-empty',
  'study-exists',
  'study-locked',
  'no-such-folder',
  'not-a-folder',
];

const sentence = (name: string): Sentence | undefined =>
  (messages as unknown as Record<string, Sentence | undefined>)[name.replaceAll('-', '_')];

/** "37 not an image, 3 cut short" */
export const skipCountText = (counts: SkipCounts | Record<string, number>): string =>
  Object.entries(counts)
    .map(([reason, number]) => `${number} ${sentence(`skip_${reason}`)?.({}, ENGLISH) ?? reason}`)
    .join(', ');

/** For a terminal: the window's own sentence for the error, what was passed over where that is why, and on a line of its own the cause. */
export function errorText(error: unknown): string {
  const { code, params, detail, skipped } = errorData(error);
  const said = shownName(sentence(`error_${code}`)?.(params, ENGLISH) ?? code);
  const passedOver =
    skipped && Object.keys(skipped).length > 0 ? ` ${messages.error_too_few_skipped({ reasons: skipCountText(skipped) }, ENGLISH)}` : '';
  return `${said}${passedOver}${detail && !SAY_ALL.includes(code) ? `\n${detail.split('\n').map(shownName).join('\n')}` : ''}`;
}
