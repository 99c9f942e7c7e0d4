/** The program as a person has it: started, dropped on, looked at. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Photographs of hands, and among them files that are no images. */
export const fixtureFolder = path.join(root, 'test', 'fixtures', 'hands');

/** Electron's program: what setup put there, unless the environment names another. */
function electronProgram(): string {
  if (process.env.ELECTRON_EXEC_PATH) return process.env.ELECTRON_EXEC_PATH;
  const home = path.join(root, 'node_modules', 'electron');
  const named = path.join(home, 'path.txt');
  return path.join(home, 'dist', existsSync(named) ? readFileSync(named, 'utf8').trim() : 'electron');
}

export interface Program {
  app: ElectronApplication;
  page: Page;
  /** Errors that the page let through; a test ends with none. */
  faults: string[];
  close(): Promise<void>;
}

/** A folder for settings and studies of its own; kept by the caller to start the program on it again. */
export async function newHome(): Promise<{ home: string; remove(): Promise<void> }> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'sonde-e2e-'));
  return { home, remove: () => rm(home, { recursive: true, force: true, maxRetries: 5 }) };
}

export function programArguments(home: string): { executable: string; args: string[] } {
  // Chromium's own sandbox does not start for the superuser.
  const asSuperuser = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return { executable: electronProgram(), args: [...asSuperuser, root, `--user-data-dir=${home}`, '--lang=en-US'] };
}

export async function startProgram(home: string, more: string[] = []): Promise<Program> {
  const { executable, args } = programArguments(home);
  const app = await _electron.launch({
    executablePath: executable,
    args: [...args, ...more],
    cwd: root,
    env: { ...(process.env as Record<string, string>), LANG: 'en_US.UTF-8', LANGUAGE: 'en' },
    timeout: 120_000,
  });
  const page = await app.firstWindow({ timeout: 120_000 });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    // Thumbnails that are not written yet are asked for again by the page.
    if (message.type() === 'error' && !/404/.test(message.text())) faults.push(message.text());
  });
  await page.locator('[data-testid=welcome], [data-testid=progress]').first().waitFor();
  return {
    app,
    page,
    faults,
    async close() {
      // A run that is left behind would ask; these tests end it without.
      await app.evaluate(({ app: electron }) => electron.exit(0)).catch(() => undefined);
      await app.close().catch(() => undefined);
    },
  };
}

/** Drags a folder in from outside, as a file manager does: a real File with a real path. */
export async function dropFolder(page: Page, folder: string): Promise<void> {
  const box = await page.getByTestId('drop-zone').boundingBox();
  if (!box) throw new Error('the drop zone is not on the page');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const cdp = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await cdp.send('Input.dispatchDragEvent', { type, x, y, data });
  await cdp.detach();
}

/** Answers the next dialogs that ask where to save. */
export async function saveInto(app: ElectronApplication, target: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, target);
}

/** More than any test has time for. */
const MANY_EPOCHS = 2000;

/** Opens the advanced options and sets how long to train: the clock alone, so that a fast machine is not through before a test has looked. */
export async function trainingSeconds(page: Page, seconds: number): Promise<void> {
  await page.locator('summary').first().click();
  for (const [name, value] of [
    ['option-epochs', MANY_EPOCHS],
    ['option-seconds', seconds],
  ] as const) {
    const field = page.getByTestId(name);
    await field.fill(String(value));
    await field.blur();
  }
}

/** Drops a folder with a training budget, and waits until training has begun. */
export async function beginOn(page: Page, folder: string, seconds: number): Promise<void> {
  await trainingSeconds(page, seconds);
  await dropFolder(page, folder);
  await page.getByTestId('start').click();
  await page.getByTestId('progress').waitFor();
}

export async function untilTraining(page: Page): Promise<void> {
  await page.locator('[data-testid=progress][data-phase=train]').waitFor({ timeout: 120_000 });
  await page.locator('[data-testid=live-map][data-points]:not([data-points="0"])').waitFor({ timeout: 120_000 });
}

/** Waits for a run's end and for the study that it left. */
export async function untilDone(page: Page): Promise<void> {
  await page.getByTestId('progress').waitFor({ state: 'detached', timeout: 200_000 });
}

/** The engine's process, by its being the child that runs the engine's entry. */
export async function enginePid(app: ElectronApplication): Promise<number> {
  const parent = app.process().pid;
  for (const name of await import('node:fs/promises').then((fs) => fs.readdir('/proc'))) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (ppid === parent && /engine[/\\]entry\./.test(command)) return Number(name);
    } catch {
      // It ended while it was looked at.
    }
  }
  throw new Error('no engine runs under this program');
}
