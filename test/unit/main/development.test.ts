import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DevelopmentSession, ENGINE_ROOMS } from '../../../src/main/development.ts';
import { CONTENT_SECURITY_POLICY } from '../../../src/main/page-files.ts';

type App = ConstructorParameters<typeof DevelopmentSession>[0];
type Session = Parameters<DevelopmentSession['loosen']>[0];
let server: Server;
let host: string;
let session: DevelopmentSession;
const signals = ['SIGTERM', 'SIGINT'] as const;
const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));

beforeEach(async () => {
  server = createServer((request, response) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(request.url)).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.ELECTRON_RENDERER_URL = `http://${host}`;
  process.env.SONDE_ENGINE_INSPECTOR = '127.0.0.1:9230';
  session = new DevelopmentSession({ exit: () => undefined } as unknown as App);
});
afterEach(() => {
  server.close();
  for (const signal of signals)
    for (const listener of process.listeners(signal)) if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
});

const refused = { status: 404, headers: {}, body: new Uint8Array(0) };
const answer = (address: string, method = 'GET') => session.answers(async () => refused)(address, method);

test('the page is asked of the development server, question and all, and everything else of the program', async () => {
  const found = await answer('app://sonde/src/App.svelte?t=1');
  expect({ status: found.status, type: found.headers['Content-Type'], body: Buffer.from(found.body).toString() }).toEqual({
    status: 200,
    type: 'text/javascript',
    body: '/src/App.svelte?t=1',
  });
  expect(await answer('app://study/study-00/thumb/1')).toBe(refused);
  expect(await answer('app://sonde/index.html', 'POST')).toBe(refused);
});

test('the policy is the program’s own but for one nonce and one socket', async () => {
  const policy = (await answer('app://sonde/index.html')).headers['Content-Security-Policy'] as string;
  const added = policy.split('; ').filter((directive) => !CONTENT_SECURITY_POLICY.split('; ').includes(directive));
  expect(added).toEqual(["style-src 'self' 'nonce-development'", `connect-src 'self' ws://${host}`]);
});

test('of all addresses of a network only the socket of the development server is let through', () => {
  let ask: (details: { url: string }, answer: (verdict: { cancel: boolean }) => void) => void = () => undefined;
  session.loosen({ webRequest: { onBeforeRequest: (_filter: unknown, listener: typeof ask) => (ask = listener) } } as unknown as Session);
  const passes = (url: string) => {
    let cancelled = true;
    ask({ url }, ({ cancel }) => (cancelled = cancel));
    return !cancelled;
  };
  expect(passes(`ws://${host}/?token=1`)).toBe(true);
  for (const url of [`http://${host}/`, 'ws://127.0.0.1:1/', 'https://example.org/', `ws://example.org/${host}`])
    expect(passes(url)).toBe(false);
});

test('a change in any room that the engine is made of starts it anew, a file that it does not read never', async () => {
  const sources = mkdtempSync(path.join(os.tmpdir(), 'sonde-rooms-'));
  const changes = ['words/words.ts', 'report-page/sections/Groups.svelte', 'report-page/styles/text.css', 'messages/en.js', 'engine/a.ts'];
  for (const room of [...ENGINE_ROOMS, 'main', ...changes.map(path.dirname)]) mkdirSync(path.join(sources, room), { recursive: true });
  const restart = vi.fn();
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  session.watchEngine(sources, { restart });
  const startsAnewAfter = async (write: () => void) => {
    const before = restart.mock.calls.length;
    write();
    await vi.waitFor(() => expect(restart).toHaveBeenCalledTimes(before + 1), 10_000);
  };
  // The compiler of sentences makes its folder anew.
  await startsAnewAfter(() => {
    rmSync(path.join(sources, 'messages'), { recursive: true });
    mkdirSync(path.join(sources, 'messages'));
    writeFileSync(path.join(sources, 'words', 'words.ts'), '');
  });
  for (const file of changes)
    await startsAnewAfter(() => {
      for (const other of ['words/.words.ts.swp', 'main/index.ts']) writeFileSync(path.join(sources, other), file);
      writeFileSync(path.join(sources, file), file);
    });
  said.mockRestore();
  rmSync(sources, { recursive: true });
});
