import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerProtocol, isPage, type ProtocolRooms } from '../../../src/main/app-protocol.ts';
import { Studies } from '../../../src/main/studies.ts';
import { ThumbnailFiles } from '../../../src/main/thumbnails.ts';

let folder: string;
let rooms: ProtocolRooms;
const jpeg = (n: number) => Buffer.from([0xff, 0xd8, 0xff, 0xe0, n, n, n]);

function thumbnailFile(images: Buffer[]): Buffer {
  const head = Buffer.alloc(16 + (images.length + 1) * 8);
  head.write('SNDT', 0, 'latin1');
  head.writeUInt32LE(1, 4);
  head.writeUInt32LE(images.length, 8);
  head.writeUInt32LE(64, 12);
  let at = head.byteLength;
  images.forEach((image, i) => {
    head.writeBigUInt64LE(BigInt(at), 16 + i * 8);
    at += image.byteLength;
  });
  head.writeBigUInt64LE(BigInt(at), 16 + images.length * 8);
  return Buffer.concat([head, ...images]);
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-protocol-'));
  const page = path.join(folder, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(path.join(page, 'index.html'), '<!doctype html>');
  await writeFile(path.join(page, 'assets', 'a.js'), '1');
  await writeFile(path.join(folder, 'secret.js'), 'secret');
  await symlink(path.join(folder, 'secret.js'), path.join(page, 'link.js'));
  const study = path.join(folder, 'study');
  await mkdir(study);
  await writeFile(path.join(study, 'thumbnails.bin'), thumbnailFile([jpeg(1), jpeg(2), Buffer.from('<script>')]));
  const studies = await Studies.open(folder);
  await studies.remember({ id: 'study-00', folder: study, name: 's', images: 3 });
  rooms = { page, studies, thumbnails: new ThumbnailFiles() };
});
afterEach(async () => {
  await rooms.thumbnails.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (address: string, method = 'GET') => answerProtocol(rooms, address, method);

test('the page is served with its policy', async () => {
  const answer = await get('app://sonde/');
  expect(answer.status).toBe(200);
  expect(answer.headers['Content-Security-Policy']).toContain("script-src 'self'");
  expect(answer.headers['Content-Security-Policy']).not.toContain('unsafe-eval');
  expect((await get('app://sonde/assets/a.js')).headers['Content-Type']).toMatch(/javascript/);
});

test.each([
  'app://sonde/../secret.js',
  'app://sonde/%2e%2e/secret.js',
  'app://sonde/..%2fsecret.js',
  'app://sonde/..%5csecret.js',
  'app://sonde/link.js',
  'app://sonde/assets',
  'app://sonde/a%00.js',
  'app://sonde/%zz.js',
  'app://other/index.html',
  'app://study/study-00/thumb/3',
  'app://study/study-00/thumb/-1',
  'app://study/study-00/thumb/0/../1x',
  'app://study/unknown-study/thumb/0',
  'app://study/..%2f..%2fstudy-00/thumb/0',
  'app://study/study-00/thumbnails.bin',
])('%s is not served', async (address) => {
  const answer = await get(address);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.body.byteLength).toBe(0);
});

test('a thumbnail is served as what its bytes are, and bytes that are no image are not', async () => {
  const answer = await get('app://study/study-00/thumb/1');
  expect(answer.headers['Content-Type']).toBe('image/jpeg');
  expect(Buffer.from(answer.body)).toEqual(jpeg(2));
  expect((await get('app://study/study-00/thumb/2')).status).toBe(404);
});

test('a thumbnail file that was written anew is read anew', async () => {
  await get('app://study/study-00/thumb/0');
  const file = path.join(folder, 'study', 'thumbnails.bin');
  await rm(file);
  expect((await get('app://study/study-00/thumb/0')).status).toBe(404);
  await writeFile(path.join(folder, 'other'), 'holds the old number');
  await writeFile(file, thumbnailFile([jpeg(9)]));
  expect(Buffer.from((await get('app://study/study-00/thumb/0')).body)).toEqual(jpeg(9));
});

test('only a GET is answered, and only the page itself counts as the page', async () => {
  expect((await get('app://sonde/', 'POST')).status).toBe(405);
  expect(isPage('app://sonde/index.html')).toBe(true);
  expect(isPage('app://sonde.evil/index.html')).toBe(false);
  expect(isPage('https://sonde/')).toBe(false);
});
