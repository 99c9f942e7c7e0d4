import { randomBytes } from 'node:crypto';
import { BrowserWindow, type Session, session } from 'electron';
import { writeAtomically } from '../study/atomic-write.ts';
import { SCHEME } from './app-protocol.ts';
import { serveScheme } from './electron-compat.ts';
import { refusal } from './page-files.ts';

/** A page that stands alone: its styles and pictures are written into it, and nothing in it runs. */
const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:",
  'X-Content-Type-Options': 'nosniff',
};
/** By their address. */
const pages = new Map<string, Uint8Array>();

/** Not kept on disk, and apart from the program's own: it holds the pages that are being printed and knows no file. */
let apart: Session | null = null;
function printSession(): Session {
  if (apart) return apart;
  apart = session.fromPartition('print');
  apart.setSpellCheckerLanguages([]);
  apart.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  apart.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !pages.has(url) && !url.startsWith('data:') }));
  serveScheme(apart.protocol, SCHEME, async (address) => {
    const body = pages.get(address);
    return body ? { status: 200, headers, body } : refusal(404);
  });
  return apart;
}

/** Prints a page that stands alone, in a window of its own that runs no script and loads nothing but that page. */
export async function printToFile(page: Uint8Array, target: string): Promise<void> {
  const address = `${SCHEME}://print/${randomBytes(8).toString('hex')}`;
  pages.set(address, page);
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: printSession(), javascript: false, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  try {
    await window.loadURL(address);
    await writeAtomically(target, await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true }));
  } finally {
    pages.delete(address);
    window.destroy();
  }
}
