import { app, type BrowserWindow, dialog } from 'electron';
import { m } from '../messages/messages.js';
import type { EngineHost } from './engine-host.ts';
import type { Runs } from './runs.ts';
import type { SettingsStore } from './settings.ts';

/** How long a run that is called off may take to write its checkpoint before the program ends without it. */
const PATIENCE_MILLISECONDS = 4000;

/** Closing while a run goes on asks first, and calls it off; its checkpoint stays, so that the study can be resumed. */
export function confirmClosing(
  window: BrowserWindow,
  { engine, runs, settings }: { engine: EngineHost; runs: Runs; settings: SettingsStore },
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
    window.hide();
    for (const runId of runs.ids) {
      // One that ended by itself meanwhile need not be called off.
      engine.call('cancel', { runId }).catch((error: unknown) => console.error(error));
    }
    const until = Date.now() + PATIENCE_MILLISECONDS;
    while (runs.active && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    app.quit();
  };
  window.on('close', (event) => {
    if (agreed || !runs.active) return;
    event.preventDefault();
    void ask();
  });
}
