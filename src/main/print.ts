import { pathToFileURL } from 'node:url';
import { BrowserWindow, session } from 'electron';
import { writeAtomically } from '../study/atomic-write.ts';

/** Prints a page that stands alone, in a window of its own that runs no script and loads nothing but that page. */
export async function printToFile(page: string, target: string): Promise<void> {
  const address = pathToFileURL(page).href;
  // Not kept on disk, and apart from the program's own.
  const apart = session.fromPartition('print');
  apart.webRequest.onBeforeRequest((details, answer) => answer({ cancel: details.url !== address && !details.url.startsWith('data:') }));
  apart.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  const window = new BrowserWindow({
    show: false,
    webPreferences: { session: apart, javascript: false, sandbox: true, contextIsolation: true, nodeIntegration: false },
  });
  try {
    await window.loadURL(address);
    await writeAtomically(target, await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true }));
  } finally {
    window.destroy();
  }
}
