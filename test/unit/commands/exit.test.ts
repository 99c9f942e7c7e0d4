import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** Far beyond what any of these commands thinks between two lines, on the busiest machine. */
const SILENCE_SECONDS = 120;
/** Too few to analyse, and to compare; below, at and above what is read and encoded at once. */
const COUNTS = [1, 10, 64, 65, 100];

const root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'sonde-exit-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const place = (...names: string[]) => path.join(root, ...names);
const images = (count: number) => place(`${count} images`);
const study = place('study');
const script = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const ANALYZE = ['--model', 'pca', '--latent', '4', '--size', '28', '--encoder', 'none'];

interface Ended {
  code: number | null;
  /** Whether it had to be killed because it said nothing more and did not end. */
  hung: boolean;
  stdout: string;
  stderr: string;
}

function run(args: string[], file = 'src/engine/cli.ts', env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=DEP0044', script(file), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended: Ended = { code: null, hung: false, stdout: '', stderr: '' };
  const kill = () => {
    ended.hung = true;
    child.kill('SIGKILL');
  };
  let silence = setTimeout(kill, SILENCE_SECONDS * 1000);
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (text: Buffer) => {
      ended[stream] += text;
      clearTimeout(silence);
      silence = setTimeout(kill, SILENCE_SECONDS * 1000);
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(silence);
      resolve({ ...ended, code });
    });
  });
}

/** One process has little to do on a second core. */
async function twoAtATime<T>(all: readonly T[], each: (one: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < all.length; i += 2) await Promise.all(all.slice(i, i + 2).map(each));
}

beforeAll(async () => {
  const files = await Promise.all(
    Array.from({ length: Math.max(...COUNTS) }, (_, i) => {
      const raw = Uint8Array.from({ length: 28 * 28 }, (_, at) => 127 + 120 * Math.sin((at % 28) / (2 + (i % 9)) + i));
      return sharp(raw, { raw: { width: 28, height: 28, channels: 1 } })
        .png()
        .toBuffer();
    }),
  );
  for (const count of COUNTS) {
    mkdirSync(images(count));
    files.slice(0, count).forEach((bytes, i) => {
      writeFileSync(path.join(images(count), `${i}.png`), bytes);
    });
  }
  expect(await run(['analyze', images(100), '--study', study, ...ANALYZE])).toMatchObject({ code: 0, hung: false });
}, 300_000);

/** Every command on every count took 70 s of processor time, in which these are the ones that differ. */
const TRIED = [
  { count: 1, commands: ['analyze', 'score'] },
  { count: 10, commands: ['score', 'compare'] },
  { count: 64, commands: ['analyze', 'score', 'compare'] },
  { count: 65, commands: ['score', 'compare'] },
  { count: 100, commands: ['score'] },
];

test.each(TRIED)(
  'on $count files $commands end by themselves, with the result or with why there is none',
  async ({ count, commands }) => {
    const [enough, few] = [count >= 64, `only ${count} usable images`];
    const arguments_: Record<string, (out: string) => string[]> = {
      analyze: (out) => ['analyze', images(count), '--study', out, ...ANALYZE],
      score: (out) => ['score', images(count), '--study', study, '--out', out],
      compare: (out) => ['compare', study, images(count), '--out', out],
    };
    await twoAtATime(commands, async (command) => {
      const out = place(`${command} ${count}`);
      const { code, hung, stderr } = await run((arguments_[command] as (out: string) => string[])(out));
      const done = enough || command === 'score';
      expect({ command, code, hung, out: existsSync(out) }).toEqual({ command, code: done ? 0 : 1, hung: false, out: done });
      if (!done) expect(stderr.toLowerCase()).toContain(few);
    });
  },
  600_000,
);

test('the other commands end by themselves', async () => {
  const others = [
    ['sample', '--study', study, '--count', '4', '--out', place('sample.png')],
    ['report', '--study', study, '--out', place('report.html')],
    ['weights', '--study', study, '--out', place('weights.csv')],
    ['split', '--study', study, '--out', place('split.csv')],
    ['expect', 'brightness:..0.5=50%', '--study', study],
    ['doctor'],
  ];
  await twoAtATime(others, async (args) => {
    const { code, hung } = await run(args);
    expect({ command: args[0], code, hung }).toEqual({ command: args[0], code: 0, hung: false });
  });
  const [head, ...rows] = readFileSync(place('split.csv'), 'utf8').trimEnd().split('\n');
  expect(head).toBe('path,present,proposed,mended,cluster');
  expect(rows).toHaveLength(100);
  expect(new Set(rows.map((row) => row.split(',')[2]))).toEqual(new Set(['train', 'validation', 'test']));
}, 600_000);

test('what cannot be carried out ends with 2, and what fails with 1, before any work where it can be known', async () => {
  expect(await run(['analyze', images(64), '--stduy', place('x')])).toMatchObject({ code: 2, hung: false });
  const nowhere = await run(['score', images(64), '--study', study, '--out', place('nowhere', 'scores.parquet')]);
  expect(nowhere).toMatchObject({ code: 1, hung: false, stdout: '' });
  expect(nowhere.stderr.trim()).toBe(`sonde score: The folder ${place('nowhere')} does not exist. Make it first, or choose another place.`);
}, 300_000);

test('paths are relative to where npm run was called', async () => {
  const env = { npm_lifecycle_event: 'sonde', INIT_CWD: root };
  const { code, hung, stderr } = await run(['analyze', 'nothing here', '--study', 'made'], 'scripts/sonde.mjs', env);
  expect([code, hung, existsSync(place('made'))]).toEqual([1, false, false]);
  expect(stderr).toContain(`${place('nothing here')} is not there.`);
}, 300_000);
