import { spawn } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../../..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'sonde-damaged-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** A photograph whose coded pixels are overwritten for a while: libjpeg reads on, and prints what it found. */
function damaged(jpeg: Buffer): Buffer {
  const bytes = Buffer.from(jpeg);
  const scan = bytes.indexOf(Buffer.of(0xff, 0xda));
  for (let at = Math.floor((scan + bytes.length) / 2), i = 0; i < 40; i += 1) bytes[at + i] = 0x55 ^ (i * 7);
  return bytes;
}

it('a JPEG of damaged data is used, and named among the notes', async () => {
  const source = path.join(scratch, 'images');
  mkdirSync(source);
  for (const kind of ['2', '3']) {
    const folder = path.join(root, 'test/fixtures/hands', kind);
    for (const file of readdirSync(folder)) cpSync(path.join(folder, file), path.join(source, `${kind}-${file}`));
  }
  const [first] = readdirSync(source);
  writeFileSync(path.join(source, 'damaged.jpg'), damaged(readFileSync(path.join(source, first as string))));
  const errors = openSync(path.join(scratch, 'stderr'), 'a+');
  const study = path.join(scratch, 'study');
  const args = ['analyze', source, '--study', study, '--model', 'pca', '--latent', '4', '--size', '28', '--encoder', 'none'];
  const child = spawn(
    process.execPath,
    ['--disable-warning=DEP0044', path.join(root, 'src/engine/cli.ts'), ...args, '--progress', 'plain'],
    {
      stdio: ['ignore', 'ignore', errors, 'pipe'],
      env: { ...process.env, SONDE_VOICE: '3' },
    },
  );
  closeSync(errors);
  let said = '';
  child.stdio[3]?.on('data', (text) => {
    said += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  // The library's line stays away from what a person reads; the program's own says which file.
  expect(said).not.toContain('Corrupt JPEG');
  expect(readFileSync(path.join(scratch, 'stderr'), 'utf8')).toContain('Corrupt JPEG data');
  const { source: read } = JSON.parse(readFileSync(path.join(study, 'study.json'), 'utf8'));
  expect(read.notes).toEqual([{ code: 'data-damaged', params: { count: 1, example: 'damaged.jpg' } }]);
  expect(said).toContain('damaged.jpg');
}, 120_000);
