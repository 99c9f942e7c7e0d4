/** Serves the built page and made-up thumbnails under the product's own content policy, and opens it in Chromium with the fake bridge. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { FakeOptions } from './fake-bridge.ts';

const built = fileURLToPath(new URL('../../out/renderer/', import.meta.url));
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'";

/** A shape of its own for every number, so that a wrong picture shows. */
function thumbnail(n: number): string {
  const hue = (n * 47) % 360;
  const [rx, ry, turn] = [12 + (n % 7) * 3, 16 + (n % 5) * 4, (n * 31) % 180];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="hsl(${hue} 12% 22%)"/><ellipse cx="48" cy="48" rx="${rx}" ry="${ry}" fill="hsl(${hue} 38% 62%)" transform="rotate(${turn} 48 48)"/></svg>`;
}

export async function serve(): Promise<{ server: Server; address: string }> {
  if (!existsSync(join(built, 'index.html'))) throw new Error(`${built} holds no page: run "npm run build" first`);
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    const thumb = /^\/study\/[^/]+\/thumb\/(\d+)$/.exec(path);
    if (thumb) {
      response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(thumbnail(Number(thumb[1])));
      return;
    }
    try {
      const file = join(built, normalize(path === '/' ? '/index.html' : path));
      const content = await readFile(file);
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the host has no port');
  return { server, address: `http://127.0.0.1:${address.port}/` };
}

export function launch(): Promise<Browser> {
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
  if (!executablePath) throw new Error('no Chromium found: install the "chromium" package');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
  });
}

export interface OpenPage {
  page: Page;
  /** Uncaught errors, console errors and broken content policies. */
  faults: string[];
}

export async function open(
  browser: Browser,
  address: string,
  fake: Partial<FakeOptions> = {},
  context: BrowserContextOptions = {},
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...context });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.stack ?? String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const source = await readFile(new URL('./fake-bridge.ts', import.meta.url), 'utf8');
  await page.addInitScript(`window.fakeOptions = ${JSON.stringify(fake)};`);
  await page.addInitScript({ content: stripTypeScriptTypes(source).replace(/^export /gm, '') });
  await page.goto(address);
  await page.getByTestId('welcome').waitFor();
  return { page, faults };
}
