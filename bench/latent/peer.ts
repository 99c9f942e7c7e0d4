import { spawnSync } from 'node:child_process';
import path from 'node:path';

const SCRIPT = path.join(import.meta.dirname, '..', 'peers', 'latent.py');

/** Runs a Python peer; null, with its last words on stderr, where it is not installed. */
export function peer<Answer = { seconds: number }>(...argv: (string | number)[]): Answer | null {
  const run = spawnSync(process.env.SONDE_BENCH_PYTHON ?? 'python3', [SCRIPT, ...argv.map(String)], { encoding: 'utf8' });
  if (run.status === 0) return JSON.parse(run.stdout) as Answer;
  process.stderr.write(`peer ${argv[0]} left out: ${run.stderr?.trim().split('\n').at(-1) ?? run.error?.message}\n`);
  return null;
}
