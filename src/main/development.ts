/**
 * All that a development session (`npm run dev`) loosens. A built program holds nothing of this file: index.ts asks for it only where
 * `import.meta.env.DEV` is true, which the build knows to be false.
 */
import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { get } from 'node:http';
import path from 'node:path';
import type { App, Session } from 'electron';
import { SCHEME } from './app-protocol.ts';
import type { ProtocolAnswer } from './electron-compat.ts';
import type { EngineHost } from './engine-host.ts';
import { CONTENT_SECURITY_POLICY, securityHeaders } from './page-files.ts';

/** The rooms that the engine is made of: it reads them when it starts, or with its first page of a report. */
export const ENGINE_ROOMS = ['engine', 'contract', 'errors', 'messages', 'report-page', 'study', 'wire', 'words'] as const;
/** What of them is read: sources, compiled messages, the report's components and styles. */
const READ = /^[^.].*\.(ts|js|json|svelte|css)$/;

/** One save is several events of the file system. */
const QUIET_MILLISECONDS = 60;

type Answer = (address: string, method: string) => Promise<ProtocolAnswer>;

/** Set by electron-vite and by scripts/dev.mjs. */
function fromEnvironment(name: 'ELECTRON_RENDERER_URL' | 'SONDE_ENGINE_INSPECTOR'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: a development build is started by npm run dev`);
  return value;
}

export class DevelopmentSession {
  readonly #server = new URL(fromEnvironment('ELECTRON_RENDERER_URL'));
  readonly host = this.#server.hostname;
  readonly #news = `ws://${this.#server.host}`;
  /** What the engine's Node is started with. */
  readonly engineOptions = [`--inspect=${fromEnvironment('SONDE_ENGINE_INSPECTOR')}`];
  /** The page's styles are written into it by script, under this nonce; and it hears of changes over a socket. */
  readonly #policy = CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'self' 'nonce-development'").replace(
    "connect-src 'self'",
    `connect-src 'self' ${this.#news}`,
  );

  constructor(app: App) {
    process.setSourceMapsEnabled(true);
    // The tool that starts main anew does not wait for a farewell, nor for a person's answer to a question.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.exit(0));
  }

  /** The page comes from the development server, under the same address as ever; the rest as `otherwise` has it. */
  answers(otherwise: Answer): Answer {
    return (address, method) => {
      const url = new URL(address);
      return url.protocol === `${SCHEME}:` && url.host === 'sonde' && method === 'GET' ? this.#fetch(url) : otherwise(address, method);
    };
  }

  #fetch({ pathname, search }: URL): Promise<ProtocolAnswer> {
    return new Promise((resolve, reject) => {
      get(new URL(pathname + search, this.#server), (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 502,
            headers: {
              ...securityHeaders,
              'Content-Security-Policy': this.#policy,
              'Content-Type': response.headers['content-type'] ?? 'text/plain; charset=utf-8',
              'Cache-Control': 'no-cache',
            },
            body: Buffer.concat(parts),
          }),
        );
      }).once('error', reject);
    });
  }

  /** Lets the socket through that tells of changes, and no other address. Takes the place of the session's own refusal. */
  loosen(session: Session): void {
    session.webRequest.onBeforeRequest({ urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*'] }, ({ url }, answer) =>
      answer({ cancel: new URL(url).host !== this.#server.host || !url.startsWith('ws:') }),
    );
  }

  /** A change in a room of the engine's ends the engine; the next call is answered by one that has read it. @param sources src/ */
  watchEngine(sources: string, engine: Pick<EngineHost, 'restart'>): void {
    const rooms = ENGINE_ROOMS.map((room) => path.join(sources, room));
    const watchers: FSWatcher[] = [];
    let timer: ReturnType<typeof setTimeout> | null = null;
    const changed = () => {
      if (timer) clearTimeout(timer);
      timer = setTimeout(() => {
        try {
          lookAnew();
        } catch (error) {
          // Sentences that are compiled anew are away for a moment.
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
          changed();
          return;
        }
        console.error('development: what the engine is made of changed, it starts anew');
        engine.restart();
      }, QUIET_MILLISECONDS);
    };
    // Folder by folder: Node 16 watches no tree on Linux.
    const look = (folder: string) => {
      const watcher = watch(folder, (_event, name) => {
        if (!name || READ.test(name) || !path.extname(name)) changed();
      });
      watchers.push(watcher.on('error', () => watcher.close()));
      for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) look(path.join(folder, entry.name));
    };
    // A folder that was made anew under its old name is another, of which no watcher tells.
    const lookAnew = () => {
      for (const watcher of watchers.splice(0)) watcher.close();
      rooms.forEach(look);
    };
    lookAnew();
  }
}
