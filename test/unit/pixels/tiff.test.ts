import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { toRaster } from '../../../src/engine/pixels/samples.ts';
import { TiffDirectory } from '../../../src/engine/pixels/tiff-directory.ts';
import { type Channel, file, furthest, gray, HEIGHT, other, RGB, read, shown, WIDTH } from './picture.ts';

describe('what is read of TIFF', () => {
  it.each([
    'rgb-none',
    'rgb-lzw',
    'rgb-deflate',
    'rgb-packbits',
    'rgb-zstd',
    'rgb-lerc',
    'rgb-jpeg2000',
    'tiled-lzw',
    'tiled-zstd',
    'planes-zstd',
    'bigtiff-zstd',
    'rgb-nir',
    'five-bands',
    'three-pages',
  ])('%s: every pixel is what was written', async (name) => {
    expect(furthest((await shown(`${name}.tif`)).raster, RGB)).toBe(0);
  });

  it.each([
    'white-is-zero',
    'two-channels',
    'packed-10',
    'packed-12',
    'packed-14',
    'predictor-float',
    'gray-float32',
    'gray-float64',
    'gray-float16',
  ])('%s: every pixel is the gray that was written', async (name) => {
    expect(furthest((await shown(`${name}.tif`)).raster, [gray])).toBeLessThanOrEqual(1);
  });

  it.each(['predictor-zstd-16', 'big-endian-16', 'white-is-zero-16', 'gray-uint16'])(
    '%s: twelve bits in sixteen are white at 4,095',
    async (name) => {
      const { raster, windows } = await shown(`${name}.tif`);
      expect(windows).toEqual([[0, 4095]]);
      expect(furthest(raster, [gray])).toBeLessThanOrEqual(2);
    },
  );

  it('integers of 32 bits and signed ones are read through the values in use', async () => {
    expect((await shown('gray-uint32.tif')).windows).toEqual([[0, 2 ** 24 - 1]]);
    const { raster, windows } = await shown('gray-int16.tif');
    expect(windows).toEqual([[0, 3700]]);
    expect(furthest(raster, [(x, y) => (gray(x, y) * 16 * 255) / 3700])).toBeLessThanOrEqual(1);
  });

  it('alpha is what is declared to be alpha; colours multiplied by it are divided again', async () => {
    expect(furthest((await shown('rgb-alpha.tif')).raster, [...RGB, other])).toBe(0);
    expect(furthest((await shown('gray-alpha.tif')).raster, [gray, gray, gray, other])).toBe(0);
    expect(furthest((await shown('rgb-associated.tif')).raster, [...RGB, () => 128])).toBeLessThanOrEqual(2);
  });

  it('further bands and pages are left out, and it is said', async () => {
    const notes = async (name: string) => (await shown(`${name}.tif`)).samples.notes;
    expect(await notes('rgb-nir')).toEqual([{ kind: 'bands', shown: 3, all: 4 }]);
    expect(await notes('two-channels')).toEqual([{ kind: 'bands', shown: 1, all: 2 }]);
    expect(await notes('thirteen-bands-16')).toEqual([{ kind: 'bands', shown: 3, all: 13 }]);
    expect(await notes('three-pages')).toEqual([{ kind: 'pages' }]);
    expect(await notes('rgb-none')).toEqual([]);
    expect(furthest((await shown('thirteen-bands-16.tif')).raster, RGB)).toBeLessThanOrEqual(1);
  });

  it('YCbCr without JPEG is converted, subsampled or not', async () => {
    for (const name of ['ycbcr-tiff_lzw.tif', 'ycbcr-raw.tif'])
      expect(furthest((await shown(name)).raster, RGB), name).toBeLessThanOrEqual(3);
    const half = RGB.map(
      (channel): Channel =>
        (x, y) =>
          channel(Math.floor(x / 2), Math.floor(y / 2)),
    );
    expect(furthest((await shown('ycbcr-2x2.tif')).raster, half)).toBeLessThanOrEqual(3);
  });

  it('palettes, CIELAB, bilevel fax and orientation', async () => {
    expect(furthest((await shown('palette.tif')).raster, RGB)).toBeLessThanOrEqual(20);
    expect(furthest((await shown('group-4.tif')).raster, [(x, y) => (gray(x, y) > 127 ? 255 : 0)])).toBe(0);
    expect((await shown('rotated.tif')).raster.orientation).toBe(6);
    // A byte of L*, a* or b* is many levels of a dark saturated colour.
    expect(furthest((await shown('cielab.tif')).raster, RGB)).toBeLessThanOrEqual(12);
  });
});

describe('what is not read of TIFF', () => {
  it.each([
    ['rgb-lzma.tif', 'LZMA'],
    ['tiled-lzma.tif', 'LZMA'],
    ['complex.tif', 'complex numbers'],
  ])('%s is unsupported, not damaged, and says why', async (name, why) => {
    await expect(read(file(name))).rejects.toMatchObject({ reason: 'unsupported', message: expect.stringContaining(why) });
  });

  it.each([
    'rgb-none.tif',
    'rgb-lzw.tif',
    'rgb-deflate.tif',
    'rgb-packbits.tif',
    'rgb-zstd.tif',
    'tiled-lzw.tif',
    'tiled-zstd.tif',
    'rgb-jpeg2000.tif',
  ])('%s is truncated where it ends early', async (name) => {
    const whole = file(name);
    await expect(read(whole.subarray(0, whole.length - 300))).rejects.toMatchObject({ reason: 'truncated' });
  });

  it.each(['rgb-lzw.tif', 'rgb-deflate.tif', 'rgb-zstd.tif', 'tiled-lzw.tif', 'tiled-zstd.tif'])(
    '%s is damaged where its bytes are others, not black',
    async (name) => {
      const bytes = Buffer.from(file(name));
      const { offsets, counts } = new TiffDirectory(bytes).blocks();
      const [from, length] = [offsets[0] as number, counts[0] as number];
      for (let i = 0; i < length / 2; i += 1) bytes[from + i] = (i * 97 + 31) & 255;
      await expect(read(bytes)).rejects.toMatchObject({ reason: 'corrupt' });
    },
  );

  it('a directory that claims a giant is too large, before anything is decoded', async () => {
    const bytes = Buffer.from(file('rgb-lzw.tif'));
    const entry = (tag: number): number => {
      const directory = bytes.readUInt32LE(4);
      for (let at = directory + 2; ; at += 12) if (bytes.readUInt16LE(at) === tag) return at;
    };
    for (const tag of [256, 257]) bytes.writeUInt32LE(60_000, entry(tag) + 8);
    for (const tag of [256, 257]) bytes.writeUInt16LE(4, entry(tag) + 2);
    await expect(read(bytes)).rejects.toMatchObject({ reason: 'too-large' });
  });
});

it('one strip of more than 50 MB is as good as many', async () => {
  const [width, height] = [5000, 3600];
  const head = Buffer.from(file('rgb-none.tif'));
  const from = 4096;
  const bytes = Buffer.alloc(from + width * height * 3, 200);
  head.copy(bytes, 0, 0, Math.min(head.length, from));
  for (let at = bytes.readUInt32LE(4) + 2, i = bytes.readUInt16LE(at - 2); i > 0; i -= 1, at += 12) {
    const value = { 256: width, 257: height, 273: from, 278: height, 279: width * height * 3 }[bytes.readUInt16LE(at)];
    if (value === undefined) continue;
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(value, at + 8);
  }
  const { raster } = { raster: toRaster(await read(bytes), []) };
  expect([raster.width, raster.height, raster.channels]).toEqual([width, height, 3]);
  expect(raster.data[raster.data.length - 1]).toBe(200);
});

/** A little-endian TIFF of SHORT and LONG tags alone, with `data` behind its directory; its offset goes to those tags that are 'here'. */
function bareTiff(tags: Record<number, number | 'here'>, data: Uint8Array): Buffer {
  const entries = Object.entries(tags);
  const from = 8 + 2 + 12 * entries.length + 4;
  const head = Buffer.alloc(from);
  head.write('II*\0\x08', 'latin1');
  head.writeUInt16LE(entries.length, 8);
  for (const [i, [tag, value]] of entries.entries()) {
    head.writeUInt16LE(Number(tag), 10 + 12 * i);
    head.writeUInt16LE(4, 12 + 12 * i);
    head.writeUInt32LE(1, 14 + 12 * i);
    head.writeUInt32LE(value === 'here' ? from : value, 18 + 12 * i);
  }
  return Buffer.concat([head, data]);
}

it("TIFF's first kind of JPEG is read where the stream lies whole, and otherwise named", async () => {
  const rgb = (await shown('rgb.ppm')).raster.data;
  const jpeg = await sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const tags = { 256: WIDTH, 257: HEIGHT, 258: 8, 259: 6, 262: 6, 273: 'here' as const, 277: 3, 278: HEIGHT, 279: jpeg.length };
  const whole = bareTiff({ ...tags, 513: 'here', 514: jpeg.length }, jpeg);
  expect(furthest(toRaster(await read(whole), []), RGB)).toBeLessThanOrEqual(4);
  await expect(read(bareTiff(tags, jpeg))).rejects.toMatchObject({ reason: 'unsupported', message: expect.stringMatching(/method 6/) });
  const other = bareTiff({ ...tags, 257: 2 * HEIGHT, 513: 'here', 514: jpeg.length }, jpeg);
  await expect(read(other)).rejects.toMatchObject({ reason: 'unsupported', message: expect.stringMatching(/not the whole image/) });
});

describe('other formats of values', () => {
  it('PNG of 16 bits, JPEG 2000 and Netpbm are what was written', async () => {
    expect(furthest((await shown('gray-16.png')).raster, [gray])).toBeLessThanOrEqual(2);
    expect(furthest((await shown('rgb.jp2')).raster, RGB)).toBeLessThanOrEqual(2);
    expect(furthest((await shown('rgb.ppm')).raster, RGB)).toBe(0);
    expect(furthest((await shown('gray.pgm')).raster, [gray])).toBe(0);
    expect(furthest((await shown('gray-4095.pgm')).raster, [gray])).toBeLessThanOrEqual(1);
  });

  it('Netpbm in letters, bitmaps with one for black, PAM with alpha, and PFM from the bottom up', async () => {
    const of = async (text: string, tail: Uint8Array = new Uint8Array()) =>
      toRaster(await read(Buffer.concat([Buffer.from(text), tail])), []);
    expect([...(await of('P2\n# gray\n3 2 15\n0 5 10\n15 1 2  \n')).data]).toEqual([0, 85, 170, 255, 17, 34]);
    expect([...(await of('P1 4 3\n0101 1 1 1 1 0000\n')).data]).toEqual([255, 0, 255, 0, 0, 0, 0, 0, 255, 255, 255, 255]);
    expect([...(await of('P4\n10 2\n', Uint8Array.of(0b10000000, 0b01000000, 0, 0))).data]).toEqual([
      0,
      ...Array(8).fill(255),
      0,
      ...Array(10).fill(255),
    ]);
    const pam = await of('P7\nWIDTH 1\nHEIGHT 2\nDEPTH 2\nMAXVAL 255\nTUPLTYPE GRAYSCALE_ALPHA\nENDHDR\n', Uint8Array.of(10, 20, 30, 40));
    expect([pam.channels, ...pam.data]).toEqual([4, 10, 10, 10, 20, 30, 30, 30, 40]);
    const pfm = await read(Buffer.concat([Buffer.from('Pf\n1 2\n-1.0\n'), new Uint8Array(Float32Array.of(0.25, 0.75).buffer)]));
    expect([...pfm.data]).toEqual([0.75, 0.25]);
    await expect(read(Buffer.from('P5 100 100 255\nshort'))).rejects.toMatchObject({ reason: 'truncated' });
  });
});
