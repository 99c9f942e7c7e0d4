import sharp from 'sharp';
import { expect, test } from 'vitest';
import { takenBy } from '../../../src/engine/pixels/exif.ts';

const picture = () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
const exif = { IFD0: { Make: 'Canon', Model: 'EOS 5D' }, IFD2: { DateTimeOriginal: '2024:05:17 09:30:12' } };
const seconds = Date.UTC(2024, 4, 17, 9, 30, 12) / 1000;

test('camera and time are read from a JPEG, a PNG, a WebP and a TIFF', async () => {
  const jpeg = await picture().withExif(exif).jpeg().toBuffer();
  const tiff = jpeg.subarray(jpeg.indexOf('Exif\0\0') + 6);
  expect(takenBy(tiff)).toEqual({ camera: 'Canon EOS 5D', time: seconds });
  for (const format of ['jpeg', 'png', 'webp'] as const)
    expect(takenBy(await picture().withExif(exif).toFormat(format).toBuffer()), format).toEqual({ camera: 'Canon EOS 5D', time: seconds });
});

test('a file without them, cut short or of another kind has none', async () => {
  const none = { camera: '', time: Number.NaN };
  expect(takenBy(await picture().jpeg().toBuffer())).toEqual(none);
  expect(takenBy(Buffer.from('not an image'))).toEqual(none);
  expect(takenBy(new Uint8Array(0))).toEqual(none);
  const whole = await picture().withExif(exif).jpeg().toBuffer();
  for (let length = 0; length < whole.length; length += 7) expect(() => takenBy(whole.subarray(0, length))).not.toThrow();
  const unset = await picture()
    .withExif({ IFD2: { DateTimeOriginal: '0000:00:00 00:00:00' } })
    .jpeg()
    .toBuffer();
  expect(takenBy(unset)).toEqual(none);
});
