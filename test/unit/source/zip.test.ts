import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSource } from '../../../src/engine/source/open-source.ts';
import type { Source } from '../../../src/engine/source/source.ts';
import { type RawEntry, rawZip, unicodePath } from './raw-zip.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const open = (bytes: Uint8Array): Promise<Source> => {
  files += 1;
  const file = path.join(folder, `${files}.zip`);
  writeFileSync(file, bytes);
  return openSource(file);
};
const text = (name: string, data = name): RawEntry => ({ name, data: Buffer.from(data) });
const paths = ({ images }: Source) => images.map((image) => image.path);
const contents = async (source: Source) =>
  (await source.read(source.images)).map((one) => (one.status === 'fulfilled' ? Buffer.from(one.value).toString() : String(one.reason)));

describe('every entry of a zip is found and read', () => {
  it('with the same images, labels and bytes as the folder had', async () => {
    const entries = { 'a/2.png': Buffer.from('two two two two'), 'a/10.png': Buffer.from('ten'), '__MACOSX/a/2.png': Buffer.from('x') };
    const source = await open(zipSync(entries));
    expect(source.images.map(({ path: name, label, bytes }) => [name, label, bytes])).toEqual([
      ['a/2.png', 'a', 15],
      ['a/10.png', 'a', 3],
    ]);
    expect(await contents(source)).toEqual(['two two two two', 'ten']);
  });

  it('of 65,600, with zip64 or with a count that wrapped round', async () => {
    const entries = Array.from({ length: 65_600 }, (_, i) =>
      text(`${i < 65_535 ? 'a' : 'b'}/${String(i).padStart(6, '0')}.png`, String(i)),
    );
    for (const bytes of [rawZip(entries, { zip64: true }), rawZip(entries, { count: 65_600 % 65_536 })]) {
      const source = await open(bytes);
      expect(source.images).toHaveLength(65_600);
      expect(source.images.filter(({ label }) => label === 'b')).toHaveLength(65);
      const [last] = await source.read([source.images[65_599] as Source['images'][0]]);
      expect(last?.status === 'fulfilled' && Buffer.from(last.value).toString()).toBe('65599');
    }
  });

  it('small with zip64 records, behind a program, before stray bytes, and with a comment', async () => {
    const entries = [text('a/1.png', 'one'), { ...text('a/2.png', 'two two two two two'), method: 8 }];
    const program = Buffer.from('#!/bin/sh\nexit\n');
    for (const zip64 of [false, true])
      for (const shape of [{}, { prefix: program }, { prefix: program, fromPrefix: false }, { suffix: Buffer.from('stray') }]) {
        const source = await open(rawZip(entries, { zip64, ...shape }));
        expect(paths(source)).toEqual(['a/1.png', 'a/2.png']);
        expect(await contents(source)).toEqual(['one', 'two two two two two']);
      }
    const commented = rawZip(entries);
    commented.writeUInt16LE(5, commented.length - 2);
    expect(paths(await open(Buffer.concat([commented, Buffer.from('hello')])))).toHaveLength(2);
  });

  it('with names that begin with ./, hold backslashes, or lead out of the folder', async () => {
    const source = await open(
      rawZip([text('./a/1.png'), text('b\\2.png'), text('/c/3.png'), text('../d/4.png'), text('.\\e\\5.png'), text('e/', '')]),
    );
    expect(source.images.map((image) => [image.path, image.label])).toEqual([
      ['a/1.png', 'a'],
      ['b/2.png', 'b'],
      ['c/3.png', 'c'],
      ['d/4.png', 'd'],
      ['e/5.png', 'e'],
    ]);
  });

  it('packed with Zstandard', async () => {
    const data = Buffer.from('again '.repeat(50));
    const source = await open(rawZip([{ name: 'a.png', data, method: 93, packed: zstdCompressSync(data) }]));
    expect(await contents(source)).toEqual([data.toString()]);
  });
});

describe("a zip's names", () => {
  // Three folders of images that legacy bytes, taken for UTF-8, make one folder.
  const legacy: [encoding: string, shown: string, names: string[]][] = [
    ['cp949', 'CP949', ['가/0.png', '나/0.png', '고양이/사진.png']],
    ['shiftjis', 'Shift-JIS', ['ねこ/表.png', '犬/画像.png', '写真/ソース.png']],
    ['eucjp', 'EUC-JP', ['ねこ/写真.png', '犬/画像.png', 'データ/学習.png']],
    ['gbk', 'GBK', ['训练数据/人脸.png', '照片/图像.png', '缺陷/正常.png']],
    ['big5', 'Big5', ['訓練資料/人臉.png', '照片/圖像.png', '新資料夾/貓.png']],
    ['cp437', 'CP437', ['Größe/1.png', 'Straße/é.png', 'Müller/niño.png']],
    ['windows-1252', 'Windows-1252', ['Größe/1.png', 'Straße/é.png', 'Müller/niño.png']],
    ['cp866', 'CP866', ['кошка/1.png', 'собака/2.png', 'Фото/лицо.png']],
    ['windows-1251', 'Windows-1251', ['кошка/1.png', 'собака/2.png', 'Фото/лицо.png']],
  ];
  it.each(legacy)('in %s are read as written, and the guess is told', async (encoding, shown, names) => {
    const source = await open(rawZip(names.map((name) => ({ name: iconv.encode(name, encoding), data: Buffer.from(name) }))));
    expect(paths(source).sort()).toEqual([...names].sort());
    expect(await contents(source)).toEqual(paths(source));
    expect(source.notes).toMatchObject([
      { code: 'names-guessed', params: { encoding: expect.stringContaining(shown), example: names[0] } },
    ]);
  });

  it('in UTF-8, marked or not, are no guess', async () => {
    for (const flags of [0x800, 0]) {
      const source = await open(
        rawZip([
          { ...text('가/0.png'), flags },
          { ...text('Größe.png'), flags },
        ]),
      );
      expect([paths(source).sort(), source.notes]).toEqual([['Größe.png', '가/0.png'], []]);
    }
  });

  it('are taken from the Unicode extra field where its checksum is that of the name', async () => {
    const raw = iconv.encode('나/1.png', 'cp949');
    const right = await open(rawZip([{ name: raw, data: Buffer.from('x'), extra: unicodePath(raw, '다/1.png') }]));
    expect([paths(right), right.notes]).toEqual([['다/1.png'], []]);
    const stale = await open(rawZip([{ name: raw, data: Buffer.from('x'), extra: unicodePath(raw, '다/1.png', 1) }]));
    expect([paths(stale), stale.notes.length]).toEqual([['나/1.png'], 1]);
  });

  it('that are alike stay two images, shown apart', async () => {
    const source = await open(rawZip([text('a/x.png', '1'), text('a/x.png', '2'), text('a/x (2).png', '3'), text('a\\x.png', '4')]));
    const read = await contents(source);
    expect(Object.fromEntries(paths(source).map((name, i) => [name, read[i]]))).toEqual({
      'a/x.png': '1',
      'a/x (2).png': '3',
      'a/x (3).png': '2',
      'a/x (4).png': '4',
    });
    expect(source.notes).toEqual([{ code: 'names-repeated', params: { count: 2 } }]);
  });
});

describe('what cannot be read in a zip', () => {
  const good = text('good.png');
  const packed = Buffer.from('packed');
  it.each([
    ['encrypted', { flags: 1 }, /encrypted: unpack the zip with its password/],
    ['packed with bzip2', { method: 12, packed }, /bzip2/],
    ['packed with LZMA', { method: 14, packed }, /LZMA/],
    ['packed with Deflate64', { method: 9, packed }, /Deflate64/],
    ['packed in an unknown way', { method: 77, packed }, /method 77/],
  ])('is skipped with its reason: %s', async (_, how, detail) => {
    const bad = { ...text('bad.png'), ...how };
    const source = await open(rawZip([good, bad]));
    expect(paths(source)).toEqual(['good.png']);
    expect(source.skipped).toEqual([{ path: 'bad.png', reason: 'unsupported', detail: expect.stringMatching(detail) }]);
    const alone = open(rawZip([bad]));
    await expect(alone).rejects.toMatchObject({ code: 'source-unsupported', message: expect.stringMatching(detail) });
  });

  it('is skipped: empty, larger than 512 MB', async () => {
    const source = await open(rawZip([good, text('empty.png', ''), { ...text('large.png'), size: 600 * 2 ** 20 }]));
    expect(source.skipped).toMatchObject([
      { path: 'empty.png', reason: 'empty' },
      { path: 'large.png', reason: 'too-large', detail: 'unpacks to 600 MB; at most 512 MB are read' },
    ]);
  });

  it('is never unpacked: entries that share their bytes', async () => {
    const bomb: RawEntry[] = [good, text('a.png', 'x'.repeat(100)), { ...text('b.png', 'x'.repeat(100)), sharesWith: 1 }];
    const source = await open(rawZip(bomb));
    expect(paths(source)).toEqual(['good.png']);
    expect(source.skipped.map(({ path: name, reason }) => [name, reason])).toEqual([
      ['a.png', 'corrupt'],
      ['b.png', 'corrupt'],
    ]);
  });

  it('is refused by its own checksum and size, and no other entry suffers', async () => {
    const source = await open(
      rawZip([
        good,
        { ...text('wrong.png'), crc: 1 },
        { ...text('more.png', 'x'.repeat(9999)), method: 8, size: 10 },
        { ...text('less.png'), size: 99 },
      ]),
    );
    const read = new Map((await contents(source)).map((content, i) => [paths(source)[i], content]));
    expect(read.get('good.png')).toBe('good.png');
    expect(read.get('wrong.png')).toMatch(/checksum/);
    expect(read.get('more.png')).toMatch(/larger than 10 bytes/);
    expect(read.get('less.png')).toMatch(/unpacks to 8 bytes, not the 99/);
  });

  it('is refused whole, with a sentence: cut short, a damaged directory, a part of several', async () => {
    const whole = rawZip([text('a.png'), text('b.png')]);
    const at = whole.indexOf(Buffer.from([0x50, 0x4b, 1, 2]), whole.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 1);
    const damaged = Buffer.from(whole);
    damaged.fill(0, at, at + 4);
    const part = Buffer.from(whole);
    part.writeUInt16LE(1, part.length - 18);
    for (const [bytes, reason] of [
      [whole.subarray(0, 40), /cut short/],
      [Buffer.alloc(0), /cut short/],
      [damaged, /directory is damaged.*\(entry 1\)/],
      [part, /one part of several/],
    ] as const)
      await expect(open(bytes)).rejects.toMatchObject({ code: 'source-unsupported', message: expect.stringMatching(reason) });
  });
});
