import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepEvidence } from './evidence.ts';
import { newHome, type Program, root, startProgram } from './program.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let program: Program;
keepEvidence(() => program);

beforeAll(async () => {
  home = await newHome();
  program = await startProgram(home.home);
});
afterAll(async () => {
  await program?.close();
  await home?.remove();
});

test('the page holds the bridge and nothing of Node or Electron', async () => {
  const held = await program.page.evaluate(() => ({
    bridge: Object.keys(window.sonde).sort(),
    node: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window),
    frozen: Object.isFrozen(window.sonde),
  }));
  expect(held).toEqual({ bridge: ['call', 'on'], node: [], frozen: true });
});

test('no request leaves the machine', async () => {
  const answers = await program.page.evaluate(() =>
    Promise.all(
      ['https://example.org/', 'http://127.0.0.1:9/'].map((address) =>
        fetch(address).then(
          () => 'answered',
          () => 'refused',
        ),
      ),
    ),
  );
  expect(answers).toEqual(['refused', 'refused']);
  // Past the page's own policy, too.
  const blocked = await program.app.evaluate(async ({ BrowserWindow }) => {
    const other = new BrowserWindow({ show: false });
    const outcome = await other.loadURL('http://example.org/').then(
      () => 'loaded',
      (error: Error) => error.message,
    );
    other.destroy();
    return outcome;
  });
  expect(blocked).toMatch(/ERR_BLOCKED_BY_CLIENT/);
});

test('the page opens no window, goes nowhere else, evaluates no text, and is given no device', async () => {
  const { page } = program;
  const tried = await page.evaluate(async () => {
    const opened = window.open('https://example.org/') !== null;
    for (const address of ['https://example.org/', 'file:///etc/passwd', 'data:text/html,x', 'javascript:document.write(1)']) {
      location.href = address;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const permission = await navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state);
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'given',
      () => 'refused',
    );
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
    return { opened, permission, media, injected: 'injected' in window };
  });
  expect(tried).toEqual({ opened: false, permission: 'denied', media: 'refused', injected: false });
  expect(page.url()).toBe('app://sonde/index.html');
  expect(program.app.windows()).toHaveLength(1);
});

test('an empty page gives way to the program', async () => {
  const { page } = program;
  await page.evaluate(() => void setTimeout(() => location.assign('about:blank')));
  await page.waitForURL('about:blank', { timeout: 5000 }).catch(() => undefined);
  await page.waitForURL('app://sonde/index.html');
  await page.getByTestId('welcome').waitFor();
});

test('unknown and malformed calls are refused', async () => {
  const answers = await program.page.evaluate(async () => {
    const call = window.sonde.call as unknown as (name: unknown, params: unknown) => Promise<{ ok: boolean; error?: { code: string } }>;
    const asked: [unknown, unknown][] = [
      ['eval', {}],
      ['__proto__', {}],
      [{ toString: 'settings' }, {}],
      ['manifest', { studyId: '../../../etc' }],
      ['startAnalysis', { source: '/etc', options: {} }],
    ];
    return Promise.all(asked.map(async ([name, params]) => (await call(name, params)).error?.code));
  });
  expect(answers).toEqual(Array(5).fill('bad-request'));
});

test('a drop that the page made up is granted nothing', async () => {
  const granted = await program.page.evaluate(async () => {
    const forged: unknown[] = [
      { path: '/etc' },
      Object.create(File.prototype, { path: { value: '/etc' } }),
      Object.defineProperty(new File([], 'etc'), 'path', { value: '/etc' }),
      new File([], '/etc'),
      '/etc',
      null,
    ];
    const answers: unknown[] = [];
    for (const file of forged) answers.push(await window.sonde.call('takeDropped', { file: file as File }));
    answers.push(await window.sonde.call('takeDropped', { path: '/etc' } as unknown as { file: File }));
    return answers.map((answer) => (answer as { ok: boolean }).ok);
  });
  expect(granted).toEqual(Array(7).fill(false));
});

test('what a development session loosens is not in a built program', async () => {
  const built = await readFile(path.join(root, 'out', 'main', 'index.cjs'), 'utf8');
  expect(built).toContain("script-src 'self'");
  for (const loosened of ['ELECTRON_RENDERER_URL', 'nonce-development', 'SONDE_ENGINE_INSPECTOR']) expect(built).not.toContain(loosened);
});
