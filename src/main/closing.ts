import { app, type BrowserWindow, dialog } from 'electron';
import { m } from '../messages/messages.js';
import type { EngineHost } from './engine-host.ts';
import type { Runs } from './runs.ts';
import type { SettingsStore } from './settings.ts';

/** Closing while a run goes on asks first; the run's checkpoint stays, so that the study can be resumed. */
export function confirmClosing(
  window: BrowserWindow,
  { runs, settings }: { engine: EngineHost; runs: Runs; settings: SettingsStore },
): void {
  let agreed = false;
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    const inLocale = { locale: settings.locale };
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: m.dialog_close_running({}, inLocale),
      detail: m.dialog_close_running_detail({}, inLocale),
      buttons: [m.dialog_close_stay({}, inLocale), m.dialog_close_leave({}, inLocale)],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    asking = false;
    if (response !== 1) return;
    agreed = true;
    app.quit();
  };
  window.on('close', (event) => {
    if (agreed || !runs.active) return;
    event.preventDefault();
    void ask();
  });
}
