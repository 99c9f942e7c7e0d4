import { expect, it } from 'vitest';
import { LibraryLines } from '../../../scripts/library-lines.mjs';

it("what libraries print between and behind the program's own lines is told once, at the end", () => {
  const written: string[] = [];
  const lines = new LibraryLines((text: string) => written.push(text));
  lines.take('decode 10 %\rdecode 20 %');
  lines.take('Corrupt JPEG data: premature end of data segment\nUnsupported marker type 0xf8\n\rdecode 30 %');
  lines.take('Corrupt JPEG data: premature end of data segment\n');
  lines.take('note: 3 files of 16 bits\nlibpng warning: iCCP: known incorrect sRGB profile\nError: Invalid window\n');
  lines.end();
  expect(written.slice(0, -1).join('')).toBe('decode 10 %\rdecode 20 %\rdecode 30 %note: 3 files of 16 bits\nError: Invalid window\n');
  expect(written.at(-1)).toMatch(
    /^note: .*Corrupt JPEG data: premature end of data segment \(2 times\); Unsupported marker type 0xf8; libpng warning: iCCP/,
  );
});

it('where they print nothing, nothing is told', () => {
  const written: string[] = [];
  const lines = new LibraryLines((text: string) => written.push(text));
  lines.take('a line\n');
  lines.end();
  expect(written).toEqual(['a line\n']);
});
