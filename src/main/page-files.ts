/** The page's own files, and nothing beside them. */
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { ProtocolAnswer } from './electron-compat.ts';

/** Scripts and styles from the page's own files only; nothing evaluated, nothing from a network. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' app://study blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

export const securityHeaders = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

export const refusal = (status: number): ProtocolAnswer => ({
  status,
  headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' },
  body: new Uint8Array(0),
});

/** A file under `root` for a URL's path; 404 for what is not there, not of a known type, or reached by leaving `root`. */
export async function servePageFile(root: string, pathname: string): Promise<ProtocolAnswer> {
  let relative: string;
  try {
    relative = decodeURIComponent(pathname);
  } catch {
    return refusal(400);
  }
  if (relative.includes('\0') || relative.includes('\\')) return refusal(400);
  if (relative === '/' || relative === '') relative = '/index.html';
  const type = types[path.extname(relative).toLowerCase()];
  if (!type) return refusal(404);
  try {
    const base = await realpath(root);
    const file = await realpath(path.join(base, relative));
    if (!file.startsWith(base + path.sep)) return refusal(404);
    return { status: 200, headers: { ...securityHeaders, 'Content-Type': type, 'Cache-Control': 'no-cache' }, body: await readFile(file) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return refusal(404);
    throw error;
  }
}
