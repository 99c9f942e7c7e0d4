/**
 * The same page in an ordinary browser: its files and thumbnails over http with the program's own policy, its calls answered by
 * main's own code over a real engine. Only the desktop (dialogs, printing) is played.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { answerCall, type Rooms } from '../../src/main/answer-call.ts';
import { EngineHost } from '../../src/main/engine-host.ts';
import { locateEngine } from '../../src/main/engine-location.ts';
import { Grants } from '../../src/main/grants.ts';
import { servePageFile } from '../../src/main/page-files.ts';
import { Runs } from '../../src/main/runs.ts';
import { SettingsStore } from '../../src/main/settings.ts';
import { Studies } from '../../src/main/studies.ts';
import { serveThumbnail, ThumbnailFiles } from '../../src/main/thumbnails.ts';
import { RunStream } from '../../src/wire/run-stream.ts';
import { root } from './program.ts';

export interface BrowserHost {
  address: string;
  /** Gives a page its `window.sonde`; before it goes to the address. */
  serve(page: Page): Promise<void>;
  close(): Promise<void>;
}

/** `folder` is what every dialog chooses. */
export async function startBrowserHost(home: string, folder: string): Promise<BrowserHost> {
  let page: Page | null = null;
  const tell = async (name: string, payload: unknown) => {
    await page?.evaluate(
      ([event, value]) => (window as unknown as { sondeDeliver?(event: string, value: unknown): void }).sondeDeliver?.(event, value),
      [name, payload] as [string, unknown],
    );
  };
  const quietly = (sent: Promise<void>) => sent.catch((error: unknown) => (page?.isClosed() ? undefined : console.error(error)));
  const stream = new RunStream({
    progress: (frame) => void quietly(tell('progress', frame).then(() => stream.acknowledge())),
    terminal: (message) => void quietly(tell('terminal', message)),
  });
  const runs = new Runs((message) => stream.push(message));
  const { found, looked } = locateEngine({ root, resources: null, platform: process.platform, architecture: process.arch });
  const engine = new EngineHost({
    location: found,
    looked,
    onMessage: (message) => runs.take(message),
    onState(state, detail) {
      void quietly(tell('engine', { state, detail }));
      if (state === 'lost') runs.engineLost(detail);
    },
  });
  const rooms: Rooms = {
    engine,
    runs,
    grants: new Grants(),
    studies: await Studies.open(home),
    settings: await SettingsStore.open(home, 'en-US'),
    desktop: {
      chooseSource: async () => folder,
      chooseStudy: async () => null,
      chooseTarget: async (name) => path.join(home, name),
      reveal: async () => undefined,
      settingsChanged: (settings) => void quietly(tell('settings', settings)),
      printPage: () => Promise.reject(new Error('a browser prints by itself')),
    },
    launch: { source: null },
  };
  const thumbnails = new ThumbnailFiles();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const answer = pathname.startsWith('/study/')
      ? serveThumbnail(rooms.studies, thumbnails, pathname.slice('/study'.length))
      : servePageFile(path.join(root, 'out', 'renderer'), pathname);
    answer.then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  engine.start();
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async serve(one) {
      page = one;
      // A browser tells no path of what is dropped: it is the folder.
      await one.exposeFunction('sondeCall', (name: unknown, params: unknown) =>
        answerCall(rooms, name, name === 'takeDropped' ? { path: folder } : params),
      );
      await one.addInitScript(() => {
        const outside = window as unknown as {
          sondeCall(name: string, params: unknown): Promise<never>;
          sondeDeliver(event: string, value: never): void;
        };
        const listeners = new Map<string, Set<(payload: never) => void>>();
        outside.sondeDeliver = (event, value) => {
          for (const listener of listeners.get(event) ?? []) listener(value);
        };
        window.sonde = {
          call: (name, params) => outside.sondeCall(name, params),
          on(event, handler) {
            const set = listeners.get(event) ?? new Set();
            listeners.set(event, set.add(handler));
            return () => void set.delete(handler);
          },
        };
      });
    },
    async close() {
      page = null;
      engine.stop();
      await thumbnails.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
