import path from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import { channels } from '../contract/bridge.ts';
import type { Settings } from '../contract/calls.ts';
import type { EventName, Events } from '../contract/events.ts';
import { PAGE } from './app-protocol.ts';
import { keepOnPage } from './security.ts';

/** The page's own background (`--ground` of its tokens), so that nothing flashes before it is there. */
const background = () => (nativeTheme.shouldUseDarkColors ? '#101312' : '#edeeea');

export function createWindow({ preload, icon }: { preload: string; icon: string }): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 820,
    minWidth: 800,
    minHeight: 560,
    show: false,
    backgroundColor: background(),
    title: 'Sonde',
    icon,
    webPreferences: {
      preload: path.resolve(preload),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // A plot must go on while the window lies behind another.
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  let reloadedAt = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    console.error(`the page's process ended: ${reason}`);
    // One that dies again at once would die for ever.
    if (reason === 'clean-exit' || Date.now() - reloadedAt < 10_000) return;
    reloadedAt = Date.now();
    window.reload();
  });
  keepOnPage(window.webContents);
  void window.loadURL(PAGE);
  return window;
}

/** Tells the window; one that is going away is told nothing. */
export function tell<E extends EventName>(window: BrowserWindow | null, event: E, payload: Events[E]): void {
  if (window && !window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(channels.event, event, payload);
}

export function applyTheme(settings: Settings): void {
  nativeTheme.themeSource = settings.theme;
}
