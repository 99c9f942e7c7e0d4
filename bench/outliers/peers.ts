import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PixelSet } from '../../src/engine/pixels/pixel-set.ts';
import type { Scores } from './ours.ts';

const SCRIPT = path.join(import.meta.dirname, '..', 'peers', 'outliers.py');

/** PyOD's detectors on the same images, or nothing, with the reason on stderr, where this Python lacks them. score null: in place. */
export async function peers(fit: PixelSet, score: PixelSet | null, seed: number): Promise<Scores> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sonde-outliers-'));
  try {
    await writeFile(path.join(folder, 'fit.bin'), fit.data);
    if (score) await writeFile(path.join(folder, 'score.bin'), score.data);
    const found = path.join(folder, 'found.json');
    const failure = await run(process.env.SONDE_BENCH_PYTHON ?? 'python3', [
      SCRIPT,
      folder,
      String(seed),
      found,
      String(fit.data.length / fit.count),
    ]);
    if (failure !== null) {
      process.stderr.write(`peers left out: ${failure}\n`);
      return {};
    }
    return JSON.parse(await readFile(found, 'utf8')) as Scores;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** null, or what went wrong. */
function run(command: string, args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? null : (said.trim().split('\n').at(-1) ?? `exit code ${code}`)));
  });
}
