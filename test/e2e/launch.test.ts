import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepEvidence } from './evidence.ts';
import { newHome, type Program, programArguments, startProgram } from './program.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let program: Program;
keepEvidence(() => program);

beforeAll(async () => {
  home = await newHome();
  program = await startProgram(home.home, ['--sample']);
});
afterAll(async () => {
  await program?.close();
  await home?.remove();
});

test('the bundled sample begins at once where the command line asked for it', async () => {
  await program.page.getByTestId('progress').waitFor({ timeout: 60_000 });
  const recent = await program.page.evaluate(() => window.sonde.call('recentStudies', {}));
  expect(recent).toMatchObject({ ok: true, value: [{ name: 'Fashion-MNIST', state: 'running' }] });
});

test('a second start of the program hands over to the first and ends', async () => {
  const { executable, args } = programArguments(home.home);
  const second = spawn(executable, args, { stdio: 'ignore' });
  const code = await new Promise((resolve) => second.once('exit', resolve));
  expect(code).toBe(0);
  expect(program.app.windows()).toHaveLength(1);
});
