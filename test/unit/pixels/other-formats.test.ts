import { describe, expect, it } from 'vitest';
import { plainBmp } from '../../../src/engine/pixels/bmp.ts';
import { ImageDecoder } from '../../../src/engine/pixels/decode-image.ts';
import { readHeader } from '../../../src/engine/pixels/image-header.ts';
import { otherFormat } from '../../../src/engine/pixels/other-formats.ts';
import { decodeOne } from './decoding.ts';
import { blue, file, furthest, gray, green, HEIGHT, RGB, red, shown, WIDTH } from './picture.ts';

async function refused(bytes: Uint8Array): Promise<[reason: string, detail: string]> {
  const [answer] = await new ImageDecoder(28).decode([bytes], new Uint8Array(28 * 28 * 3));
  if (!answer || answer.ok) throw new Error('it was read');
  return [answer.reason, answer.detail];
}

describe('formats that our own readers read: every pixel is what Pillow, pydicom or astropy wrote', () => {
  it.each(['rgb.tga', 'rgb-rle.tga', 'rgb.psd', 'rgb.fits', 'rgb.dcm'])('%s', async (name) => {
    expect(furthest((await shown(name)).raster, RGB)).toBe(0);
  });
  it.each(['gray.tga', 'extension.fits', 'frames.dcm'])('%s', async (name) => {
    expect(furthest((await shown(name)).raster, [gray])).toBe(0);
  });
  it('a palette of a Targa; YCbCr of DICOM within its rounding', async () => {
    expect(furthest((await shown('palette.tga')).raster, [gray, gray, gray])).toBe(0);
    expect(furthest((await shown('ybr.dcm')).raster, RGB)).toBeLessThanOrEqual(3);
  });
  it.each(['rgba-rle.tga', 'rgba.ico', 'png.ico'])('%s, with its alpha', async (name) => {
    expect(furthest((await shown(name)).raster, [red, green, blue, gray])).toBe(0);
  });
  it.each([
    ['uint16.fits', [0, 4095]],
    ['float.fits', [0, 1]],
    ['uint12.dcm', [0, 4095]],
    ['implicit-inverted.dcm', [0, 4095]],
    ['big-endian.dcm', [0, 4095]],
    ['rle.dcm', [0, 4095]],
  ] as const)('%s, through the window of its values', async (name, window) => {
    const { raster, windows } = await shown(name);
    expect(windows).toEqual([window]);
    expect(furthest(raster, [gray])).toBeLessThanOrEqual(2);
  });

  it('values of a scanner are rescaled to what they mean; further frames are told', async () => {
    const { samples } = await shown('hounsfield.dcm');
    const at = 7 * WIDTH + 5;
    expect([samples.type, samples.data[0], samples.data[at]]).toEqual(['float', -1024, 2 * gray(5, 7) - 1024]);
    expect((await shown('frames.dcm')).samples.notes).toEqual([{ kind: 'pages' }]);
  });

  it('run-length coded BMP', async () => {
    const pixels = (name: string): number[] => {
      const plain = Buffer.from(plainBmp(file(name)));
      const from = plain.readUInt32LE(10);
      const at = (x: number, y: number) => plain[from + (HEIGHT - 1 - y) * WIDTH * 3 + 3 * x] as number;
      return Array.from({ length: WIDTH * HEIGHT }, (_, i) => at(i % WIDTH, Math.floor(i / WIDTH)));
    };
    const wanted = Array.from({ length: WIDTH * HEIGHT }, (_, i) => gray(i % WIDTH, Math.floor(i / WIDTH)));
    expect(pixels('rle8.bmp')).toEqual(wanted);
    expect(pixels('rle4.bmp')).toEqual(wanted.map((value) => Math.floor(value / 16) * 17));
    expect(await decodeOne(file('rle8.bmp'), 28)).toMatchObject({ width: WIDTH, height: HEIGHT });
  });

  it.each(['rgb.tga', 'rgb-rle.tga', 'rgba.ico', 'rgb.psd', 'uint16.fits', 'uint12.dcm', 'rle.dcm', 'rle8.bmp', 'rle4.bmp'])(
    '%s cut anywhere is refused or read, and never crashes; cut in its pixels it is refused as truncated',
    async (name) => {
      const bytes = file(name);
      for (let length = 0; length < bytes.length; length += 1 + Math.floor(bytes.length / 40))
        await new ImageDecoder(28).decode([bytes.subarray(0, length)], new Uint8Array(28 * 28 * 3));
      const pixels = name === 'rgba.ico' ? 0.7 : name === 'uint16.fits' ? 0.52 : 0.9;
      expect((await refused(bytes.subarray(0, Math.floor(bytes.length * pixels))))[0]).toBe('truncated');
    },
  );

  it('claims of giants cost nothing', async () => {
    const tga = Buffer.from(file('rgb-rle.tga').subarray(0, 200));
    tga.writeUInt16LE(16_000, 12);
    tga.writeUInt16LE(16_000, 14);
    const psd = Buffer.from(file('rgb.psd'));
    psd.writeUInt32BE(16_000, 14);
    psd.writeUInt32BE(16_000, 18);
    const bmp = Buffer.from(file('rle8.bmp'));
    bmp.writeInt32LE(16_000, 18);
    bmp.writeInt32LE(16_000, 22);
    for (const bytes of [tga, psd, bmp]) expect((await refused(bytes))[0]).toBe('truncated');
  });
});

describe('what is recognised and not read says what it is and what to do', () => {
  const text = (value: string, at = 0): Buffer => Buffer.concat([Buffer.alloc(at), Buffer.from(value, 'latin1'), Buffer.alloc(64)]);
  it.each<[Buffer, RegExp]>([
    [text('ftypheic', 4), /^a HEIC photograph, which Sonde does not read: convert it to JPEG or PNG/],
    [text('\0\0\0\x0cJXL '), /^a JPEG XL image.*convert/],
    [text('\xff\x0a'), /^a JPEG XL image/],
    [text('IIRO'), /^a raw camera file.*develop/],
    [text('gimp xcf'), /^a GIMP document.*export/],
    [text('n+1\0', 344), /^a NIfTI volume/],
    [text('NRRD0004'), /^an NRRD volume/],
    [text('ZISRAWFILE'), /^a Zeiss CZI file.*TIFF/],
    [text('\xda\xce\xbe\x0a'), /^a Nikon ND2 file/],
    [text('\x76\x2f\x31\x01'), /^a high dynamic range image/],
    [text('DDS '), /^a DirectDraw texture/],
    [text('%PDF-1.7'), /^a PDF document/],
    [text('<svg xmlns="http://www.w3.org/2000/svg">'), /^a vector drawing \(SVG\)/],
  ])('%#', async (bytes, sentence) => {
    expect(otherFormat(bytes)).toMatch(sentence);
    expect(await refused(bytes)).toEqual(['unsupported', expect.stringMatching(sentence)]);
  });

  it('and what is none is no image: text, zeros, a video, a zip', async () => {
    for (const bytes of [text('hello'), Buffer.alloc(4096), text('\0\0\0\x18ftypmp42'), text('PK\x03\x04'), text('MZ')]) {
      expect(readHeader(bytes)).toBeNull();
      expect((await refused(bytes))[0]).toBe('not-an-image');
    }
  });
});
