import { expect, test } from 'vitest';
import { errorCodes } from '../../../src/contract/analysis.ts';
import { errorText } from '../../../src/engine/commands/error-text.ts';
import { errorData, SondeError } from '../../../src/errors/sonde-error.ts';

test('an error without a value that its sentence wants does not compile', () => {
  // @ts-expect-error count and minimum are wanted
  const few = new SondeError('too-few-images', { found: 3 });
  // @ts-expect-error a path is wanted
  const gone = new SondeError('source-missing');
  // What may be given beside them, and sentences that want nothing.
  const whole = [
    new SondeError('cancelled'),
    new SondeError('study-incomplete', { path: '/x' }),
    new SondeError('too-few-images', { count: 3, minimum: 50, path: '/x' }),
  ];
  expect([few, gone, ...whole].every((error) => error instanceof Error)).toBe(true);
});

test('every error has its sentence in the terminal', () => {
  for (const code of errorCodes) expect(errorText(SondeError.of({ code, params: {}, detail: '' })), code).not.toBe(code);
});

test('the terminal tells the cause beside the sentence, and what was passed over by kind and number', () => {
  expect(errorText(new SondeError('source-unsupported', { path: 'a.npz' }, 'a.npz holds float64 pixels'))).toMatch(
    /^a\.npz is of a kind .*\na\.npz holds float64 pixels$/,
  );
  const few = new SondeError('too-few-images', { count: 3, minimum: 50 }, '', { skipped: { 'not-an-image': 37, truncated: 2 } });
  expect(errorText(few)).toBe(
    'Only 3 usable images were found, and at least 50 are needed. Choose a folder with more images. Passed over: 37 not an image, 2 cut short.',
  );
});

test('an error is the same after it crossed to another process', () => {
  const error = new SondeError('too-few-images', { count: 3, minimum: 50 }, 'three', { skipped: { empty: 4 } });
  const crossed = SondeError.of(JSON.parse(JSON.stringify(errorData(error))));
  expect(errorData(crossed)).toEqual(errorData(error));
  expect(crossed.message).toBe('three');
});
