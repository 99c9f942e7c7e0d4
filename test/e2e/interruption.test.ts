import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TerminalMessage } from '../../src/contract/analysis.ts';
import { keepEvidence } from './evidence.ts';
import { beginOn, enginePid, fixtureFolder, newHome, type Program, startProgram, untilDone, untilTraining } from './program.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let program: Program;
keepEvidence(() => program);

beforeAll(async () => {
  home = await newHome();
  program = await startProgram(home.home);
  await program.page.evaluate(() => {
    const seen = window as unknown as { terminals: TerminalMessage[]; runId: string; step: number; first: Record<string, number> };
    seen.terminals = [];
    seen.first = {};
    window.sonde.on('terminal', (message) => seen.terminals.push(message));
    window.sonde.on('progress', (frame) => {
      seen.runId = frame.runId;
      seen.step = frame.training?.step ?? seen.step;
      if (frame.training) seen.first[frame.runId] ??= frame.training.step;
    });
  });
});
afterAll(async () => {
  await program?.close();
  await home?.remove();
});

const step = () => program.page.evaluate(() => (window as unknown as { step: number }).step);
/** The first step that the run of the moment tells of. */
async function firstStep(): Promise<number> {
  const told = () =>
    program.page.evaluate(() => {
      const { first, runId } = window as unknown as { first: Record<string, number>; runId: string };
      return first[runId] ?? -1;
    });
  await expect.poll(told, { timeout: 30_000 }).toBeGreaterThanOrEqual(0);
  return told();
}
const terminals = () => program.page.evaluate(() => (window as unknown as { terminals: TerminalMessage[] }).terminals);

const ask = (name: 'pause' | 'unpause' | 'cancel') =>
  program.page.evaluate(async (call) => {
    const { runId } = window as unknown as { runId: string };
    return (await window.sonde.call(call, { runId })).ok;
  }, name);

test('pause and cancel are answered in the middle of training, and a paused run takes no step', async () => {
  const { page } = program;
  await beginOn(page, fixtureFolder, 120);
  await untilTraining(page);
  // On a busy machine the first step takes longer than any wait that is written here.
  await expect.poll(async () => (await step()) ?? 0, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(await ask('pause')).toBe(true);
  await page.waitForTimeout(1500);
  const held = await step();
  await page.waitForTimeout(1000);
  expect(await step()).toBe(held);
  expect(await ask('unpause')).toBe(true);
  await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(held + 20);
  expect(await ask('cancel')).toBe(true);
  await expect.poll(terminals).toMatchObject([{ outcome: 'cancelled' }]);
});

test('a killed engine is reported and started again, and the study goes on from its checkpoint', async () => {
  const { page, app } = program;
  const cancelledAt = await step();
  await page.getByTestId('resume-study').click();
  await untilTraining(page);
  // What a cancelled run had learnt was kept.
  expect(await firstStep()).toBeGreaterThanOrEqual(cancelledAt);
  const studies = path.join(home.home, 'studies');
  const checkpoint = path.join(studies, (await readdir(studies))[0] as string, 'checkpoint');
  await expect.poll(() => existsSync(checkpoint), { timeout: 40_000, interval: 500 }).toBe(true);
  const first = await enginePid(app);
  process.kill(first, 'SIGKILL');
  await page.getByTestId('engine-banner').waitFor();
  await page.getByTestId('engine-banner').waitFor({ state: 'detached', timeout: 30_000 });
  await expect.poll(async () => (await terminals()).slice(1)).toMatchObject([{ outcome: 'failed', error: { code: 'engine-lost' } }]);
  expect(await enginePid(app)).not.toBe(first);
  await page.getByTestId('resume-study').click();
  await untilTraining(page);
  expect(await firstStep()).toBeGreaterThanOrEqual(cancelledAt);
});

test('closing the window while a run goes on asks, and staying leaves it running', async () => {
  const { app, page } = program;
  await app.evaluate(({ dialog, BrowserWindow }) => {
    const seen = globalThis as unknown as { asked: number };
    seen.asked = 0;
    dialog.showMessageBox = async () => {
      seen.asked += 1;
      return { response: 0, checkboxChecked: false };
    };
    BrowserWindow.getAllWindows()[0]?.close();
  });
  await expect.poll(() => app.evaluate(() => (globalThis as unknown as { asked: number }).asked)).toBe(1);
  expect(await page.getByTestId('progress').isVisible()).toBe(true);
});

test('training can be ended early, and the rest of the analysis follows', async () => {
  const { page } = program;
  await page.getByTestId('finish-training').click();
  await untilDone(page);
  await expect.poll(async () => (await terminals()).at(-1)).toMatchObject({ outcome: 'done' });
  await page.getByTestId('nav-map').click();
  await page.locator('[data-testid=map-canvas][data-points]:not([data-points="0"])').waitFor();
});

test('a page that is loaded anew finds the run that went on without it', async () => {
  const { page } = program;
  await page.getByTestId('nav-home').click();
  await beginOn(page, fixtureFolder, 60);
  await untilTraining(page);
  await page.reload();
  await untilTraining(page);
  await expect.poll(async () => Number(await page.getByTestId('curve').first().getAttribute('data-steps'))).toBeGreaterThan(1);
  await page.getByTestId('cancel-run').click();
  await untilDone(page);
  expect(program.faults).toEqual([]);
});
