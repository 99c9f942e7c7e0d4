import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSource } from '../../../src/engine/source/open-source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'sonde-source-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const put = (name: string, bytes: Uint8Array | string): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
};

describe('a folder', () => {
  it('is listed in natural order with its subfolders as labels, system files left out', async () => {
    for (const name of ['b/img10.png', 'b/img2.png', 'a/x.png', 'top.png', '.DS_Store', 'b/Thumbs.db', '.hidden/y.png']) put(name, 'x');
    put('b/nothing.png', '');
    const source = await openSource(folder);
    expect(source.images.map(({ path: name, label }) => [name, label])).toEqual([
      ['a/x.png', 'a'],
      ['b/img2.png', 'b'],
      ['b/img10.png', 'b'],
      ['top.png', ''],
    ]);
    expect(source.skipped).toMatchObject([{ path: 'b/nothing.png', reason: 'empty' }]);
  });

  it('that links back to itself ends, and says where', async () => {
    put('a/x.png', 'x');
    symlinkSync(folder, path.join(folder, 'a/again'));
    symlinkSync('round', path.join(folder, 'round'));
    const source = await openSource(folder);
    expect(source.images).toHaveLength(1);
    expect(source.skipped.map(({ path: name, reason }) => [name, reason])).toEqual([
      ['a/again', 'link-loop'],
      ['round', 'link-loop'],
    ]);
  });

  it('has a listing hash of paths and sizes that standard tools give too', async () => {
    put('a.png', 'xx');
    put('b.png', 'xyz');
    const expected = execFileSync('sha256sum', { input: 'a.png\t2\nb.png\t3\n', encoding: 'utf8' }).slice(0, 64);
    expect((await openSource(folder)).listingSha256).toBe(expected);
  });

  it('that is not there is named in the refusal', async () => {
    await expect(openSource(path.join(folder, 'none'))).rejects.toMatchObject({ code: 'source-missing' });
    await expect(openSource(put('notes.txt', 'x'))).rejects.toMatchObject({ code: 'source-unsupported' });
  });
});

it('the sample holds 10,000 images', async () => {
  const { images, kind } = await openSource('sample');
  expect([images.length, kind]).toEqual([10_000, 'sample']);
});

it('nothing is written into the folder that is read', async () => {
  put('a/x.png', 'x');
  await openSource(folder);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['a', 'a/x.png']);
});
