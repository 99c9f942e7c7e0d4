import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'sonde-folder-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const onLinux = test.skipIf(process.platform !== 'linux');
const all = { size: null, color: null, folder: null, limit: null, minimum: 1 } as const;
let image: Buffer;
beforeAll(async () => {
  image = await sharp({ create: { width: 28, height: 28, channels: 3, background: '#468' } })
    .png()
    .toBuffer();
});

function folder(name: string, ...files: string[]): string {
  const made = path.join(root, name);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(made, file)), { recursive: true });
    writeFileSync(path.join(made, file), image);
  }
  return made;
}
const paths = ({ images }: { images: { path: string }[] }) => images.map((one) => one.path);
const skips = ({ skipped }: { skipped: { path: string; reason: string }[] }) => skipped.map((one) => [one.path, one.reason]);

onLinux('names that are no UTF-8 are read by their bytes and shown escaped', async () => {
  const made = folder('bytes', 'a.png');
  const bytes = (name: string) => Buffer.concat([Buffer.from(`${made}/`), Buffer.from(name, 'latin1')]);
  renameSync(path.join(made, 'a.png'), bytes('caf\xe9 \xc3\xa9.png'));
  mkdirSync(bytes('na\xefve'));
  writeFileSync(bytes('na\xefve/b.png'), image);
  const source = await openSource(made);
  expect(paths(source)).toEqual(['caf\\xE9 é.png', 'na\\xEFve/b.png']);
  // Twice: by the engine's own thread, and by the reading thread once it runs.
  for (let time = 0; time < 2; time += 1) {
    const { facts, skipped } = await decodeSource(source, all);
    expect([facts.path, facts.label, skipped]).toEqual([['caf\\xE9 é.png', 'na\\xEFve/b.png'], ['', 'na\\xEFve'], []]);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
});

onLinux('a second link to a folder was read already, and only one that leads back is a loop', async () => {
  const made = folder('links', 'a/1.png', 'b/2.png');
  const outside = folder('outside', 'x/3.png');
  const further = folder('further', '4.png');
  symlinkSync(path.join(made, 'b'), path.join(made, 'a', 'again'));
  symlinkSync(made, path.join(made, 'b', 'back'));
  symlinkSync('/', path.join(made, 'b', 'everything'));
  symlinkSync('/proc', path.join(made, 'kernel'));
  symlinkSync(outside, path.join(made, 'out'));
  symlinkSync(outside, path.join(made, 'out again'));
  symlinkSync(further, path.join(outside, 'on'));
  const source = await openSource(made);
  expect(paths(source)).toEqual(['a/1.png', 'b/2.png', 'out/x/3.png']);
  expect(skips(source)).toEqual([
    ['a/again', 'already-read'],
    ['b/back', 'link-loop'],
    ['b/everything', 'link-loop'],
    ['kernel', 'link-outside'],
    ['out again', 'already-read'],
    ['out/on', 'link-outside'],
  ]);
});

test('labels and tables beside images are counted apart, and are no skips', async () => {
  const made = folder('yolo', '1.png', '2.png');
  writeFileSync(path.join(made, '1.txt'), '0 .5 .5 .1 .1\n');
  writeFileSync(path.join(made, '2.txt'), '');
  writeFileSync(path.join(made, 'labels.json'), '{}');
  writeFileSync(path.join(made, 'film.mp4'), 'no image');
  const { facts, skipped, beside } = await decodeSource(await openSource(made), all);
  expect([facts.path, beside, skips({ skipped })]).toEqual([['1.png', '2.png'], 3, [['film.mp4', 'not-an-image']]]);
});

test('too few images are told by what was passed over, and files that are no images do not count as usable', async () => {
  const made = folder('few', '1.png');
  for (let i = 0; i < 37; i += 1) writeFileSync(path.join(made, `${i}.txt`), 'no image');
  for (let i = 0; i < 3; i += 1) writeFileSync(path.join(made, `cut ${i}.png`), image.subarray(0, 60));
  const failure = await decodeSource(await openSource(made), { ...all, minimum: 50 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'too-few-images', params: { count: 1, minimum: 50 }, skipped: { 'not-an-image': 37 } });
  const { skipped } = failure as { skipped: Record<string, number> };
  expect(Object.values(skipped).reduce((sum, one) => sum + one, 0)).toBe(40);
  expect(String(failure)).toContain('cut 0.png');
});

test('a source that goes away while it is read is an error that says so; one that loses some files is read', async () => {
  const names = Array.from({ length: 200 }, (_, i) => `${i}.png`);
  const gone = await openSource(folder('gone', ...names));
  await expect(
    decodeSource(gone, { ...all, onProgress: (done) => void (done === 64 && renameSync(gone.path, `${gone.path} elsewhere`)) }),
  ).rejects.toMatchObject({ code: 'source-gone', params: { path: gone.path, total: 200 } });

  // The place where a drive was stays when the drive goes.
  const emptied = await openSource(folder('emptied', ...names));
  await expect(
    decodeSource(emptied, {
      ...all,
      onProgress: (done) => {
        if (done === 64) for (const name of names) rmSync(path.join(emptied.path, name));
      },
    }),
  ).rejects.toMatchObject({ code: 'source-gone' });

  const some = await openSource(folder('some', ...names));
  const { facts, skipped } = await decodeSource(some, {
    ...all,
    onProgress: (done) => {
      if (done === 64) for (const name of names.slice(150)) rmSync(path.join(some.path, name));
    },
  });
  expect([facts.path.length, skipped.length, new Set(skipped.map(({ reason }) => reason))]).toEqual([150, 50, new Set(['unreadable'])]);
});
