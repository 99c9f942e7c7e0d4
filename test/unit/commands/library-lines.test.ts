import { expect, it } from 'vitest';
import { withoutLibraryLines } from '../../../scripts/library-lines.mjs';

it('of what was printed on standard error, the libraries’ lines are left out', () => {
  const text =
    'Corrupt JPEG data: premature end of data segment\nUnsupported marker type 0xf8\nlibpng warning: iCCP: known incorrect sRGB profile\n' +
    'Error: Invalid window\n    at x.ts:1\n';
  expect(withoutLibraryLines(text)).toBe('Error: Invalid window\n    at x.ts:1\n');
});
