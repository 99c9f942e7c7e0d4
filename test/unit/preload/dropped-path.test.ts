import { afterEach, beforeEach, expect, test } from 'vitest';
import { pathOfFile } from '../../../src/preload/dropped-path.ts';

/** As Electron before 29 has it: a getter of the class that knows the File by what it is inside, not by what it holds. */
const paths = new WeakMap<object, string>();
beforeEach(() => {
  Object.defineProperty(File.prototype, 'path', {
    configurable: true,
    get(this: File) {
      const path = paths.get(this);
      if (path === undefined) throw new TypeError('Illegal invocation');
      return path;
    },
  });
});
afterEach(() => void delete (File.prototype as { path?: string }).path);

function dropped(path: string): File {
  const file = new File([], 'dropped');
  paths.set(file, path);
  return file;
}
const current = { webUtils: { getPathForFile: (file: File) => paths.get(file) ?? '' } };

test.each([
  ['before Electron 29', {}],
  ['since', current],
])('a dropped File has its path (%s)', (_when, electron) => {
  expect(pathOfFile(electron, dropped('/home/kim/pictures'))).toBe('/home/kim/pictures');
});

test.each([
  ['an object with a path', { path: '/etc' }],
  ['a File that was given a path of its own', Object.defineProperty(dropped(''), 'path', { value: '/etc' })],
  ['a path', '/etc'],
  ['nothing', undefined],
])('%s is no dropped File and has none', (_what, forged) => {
  expect(pathOfFile({}, forged)).toBe('');
  expect(pathOfFile(current, forged)).toBe('');
});
