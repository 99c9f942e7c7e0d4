import { expect, test } from 'vitest';
import { shownName } from '../../../src/contract/shown-name.ts';
import { errorText } from '../../../src/engine/commands/error-text.ts';
import { SondeError } from '../../../src/errors/sonde-error.ts';
import { noteWords } from '../../../src/words/words.ts';

test('what turns a name around is written out, and what a terminal obeys', () => {
  expect(shownName('photo\u202egpj.exe')).toBe('photo\\u202Egpj.exe');
  expect(shownName('a\u2066b\u2069\u200e\u061c.png')).toBe('a\\u2066b\\u2069\\u200E\\u061C.png');
  expect(shownName('\u001b[2J\r\nx.png')).toBe('\\u001B[2J\\u000D\\u000Ax.png');
});

test.each(['손/사진 1.jpg', 'صورة ٣.jpg', 'תמונה.png', 'می\u200cخواهم.png', 'क्\u200dष.png', "l'été & co.tif", '👩\u200d🔬.png'])(
  '%s hides nothing and stays',
  (name) => {
    expect(shownName(name)).toBe(name);
  },
);

test('terminal and notes show such a name so', () => {
  const name = '/pictures/\u202egpj';
  expect(errorText(new SondeError('source-missing', { path: name }))).toContain('/pictures/\\u202Egpj');
  expect(errorText(new SondeError('internal', {}, `at ${name}\nat x`))).toMatch(/\\u202Egpj\nat x$/);
  expect(noteWords({ code: 'array-chosen', params: { read: name, others: 'b' } })).not.toContain('\u202e');
});
