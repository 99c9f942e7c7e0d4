/** Dialogs, the file manager and printing, over Electron. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { app, type BrowserWindow, dialog, type OpenDialogOptions, shell } from 'electron';
import { m } from '../messages/messages.js';
import type { Desktop } from './answer-call.ts';
import { printToFile } from './print.ts';
import type { SettingsStore } from './settings.ts';

const sourceExtensions = ['zip', 'gz', 'npz', 'npy', 'bin', 'idx', '*'];

export function desktopOf(
  window: () => BrowserWindow | null,
  settings: SettingsStore,
  settingsChanged: Desktop['settingsChanged'],
): Desktop {
  const choose = async (options: OpenDialogOptions): Promise<string | null> => {
    const parent = window();
    const { canceled, filePaths } = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
    return canceled ? null : (filePaths[0] ?? null);
  };
  return {
    settingsChanged,
    chooseSource(kind) {
      const inLocale = { locale: settings.locale };
      if (kind === 'folder') return choose({ title: m.dialog_choose_folder({}, inLocale), properties: ['openDirectory'] });
      return choose({
        title: m.dialog_choose_file({}, inLocale),
        properties: ['openFile'],
        filters: [{ name: m.dialog_filter_images({}, inLocale), extensions: sourceExtensions }],
      });
    },
    chooseStudy: () => choose({ title: m.dialog_choose_study({}, { locale: settings.locale }), properties: ['openDirectory'] }),
    async chooseTarget(suggestedName, extension) {
      const parent = window();
      const name = path.basename(suggestedName) || `sonde.${extension}`;
      const options = {
        title: m.dialog_save({}, { locale: settings.locale }),
        defaultPath: path.join(app.getPath('documents'), name),
        filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
      };
      const { canceled, filePath } = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options);
      if (canceled || !filePath) return null;
      return path.extname(filePath) ? filePath : `${filePath}.${extension}`;
    },
    async reveal(folder) {
      const problem = await shell.openPath(folder);
      if (problem) shell.showItemInFolder(folder);
    },
    async printPage(writePage, target) {
      const folder = await mkdtemp(path.join(app.getPath('temp'), 'sonde-report-'));
      try {
        const page = path.join(folder, 'page.html');
        await writePage(page);
        await printToFile(await readFile(page), target);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
