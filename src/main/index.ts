/** Boot: the window first, the engine once it has painted. */
import path from 'node:path';
import { app, type BrowserWindow, dialog, protocol, session } from 'electron';
import type { Events } from '../contract/events.ts';
import { RunStream } from '../wire/run-stream.ts';
import type { Rooms } from './answer-call.ts';
import { answerProtocol, SCHEME } from './app-protocol.ts';
import { confirmClosing } from './closing.ts';
import { desktopOf } from './desktop.ts';
import { DevelopmentSession } from './development.ts';
import { serveScheme } from './electron-compat.ts';
import { EngineHost } from './engine-host.ts';
import { locateEngine } from './engine-location.ts';
import { Grants } from './grants.ts';
import { answerWindow } from './ipc.ts';
import { setMenu } from './menu.ts';
import { Runs } from './runs.ts';
import { refuseNetwork, secureContents, secureSession } from './security.ts';
import { SettingsStore } from './settings.ts';
import { Studies } from './studies.ts';
import { ThumbnailFiles } from './thumbnails.ts';
import { applyTheme, createWindow, tell } from './window.ts';

const root = path.join(__dirname, '..', '..');
let window: BrowserWindow | null = null;
const development = import.meta.env.DEV ? new DevelopmentSession(app) : null;

protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true } },
]);
refuseNetwork(app, development?.host);

// A session that starts main anew may be quicker than the end of the one before.
if (development || app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  void app.whenReady().then(boot).catch(fail);
} else app.quit();

async function boot(): Promise<void> {
  // Before anything waits: the session would use the time to fetch a dictionary.
  secureSession(session.defaultSession);
  secureContents(app);
  const userData = app.getPath('userData');
  const [settings, studies] = await Promise.all([SettingsStore.open(userData, app.getLocale()), Studies.open(userData)]);
  const toWindow = new RunStream({
    progress: (frame) => tell(window, 'progress', frame),
    terminal: (message) => tell(window, 'terminal', message),
  });
  const runs = new Runs((message) => toWindow.push(message));
  const { found, looked } = locateEngine({
    root,
    resources: app.isPackaged ? process.resourcesPath : null,
    platform: process.platform,
    architecture: process.arch,
  });
  const engine = new EngineHost({
    location: found,
    looked,
    nodeOptions: development?.engineOptions,
    onMessage: (message) => runs.take(message),
    onState(state, detail) {
      tell(window, 'engine', { state, detail });
      if (state === 'lost') runs.engineLost(detail);
    },
    onLog: (line) => console.error(`engine: ${line}`),
  });
  const command = (name: Events['menu']['command']) => tell(window, 'menu', { command: name });
  const desktop = desktopOf(
    () => window,
    settings,
    (changed) => {
      applyTheme(changed);
      setMenu(settings.locale, command);
      tell(window, 'settings', changed);
    },
  );
  const launch: Rooms['launch'] = { source: process.argv.includes('--sample') ? 'sample' : null };
  const rooms: Rooms = { engine, runs, grants: new Grants(), studies, settings, desktop, launch };
  const thumbnails = new ThumbnailFiles();

  const answer = (url: string, method: string) =>
    answerProtocol({ page: path.join(root, 'out', 'renderer'), studies, thumbnails }, url, method);
  serveScheme(protocol, SCHEME, development?.answers(answer) ?? answer);
  development?.loosen(session.defaultSession);
  development?.watchEngine(path.join(root, 'src'), engine);
  answerWindow(rooms, () => toWindow.acknowledge());
  applyTheme(settings.value);
  setMenu(settings.locale, command);

  window = createWindow({
    preload: path.join(root, 'out', 'preload', 'index.cjs'),
    icon: path.join(root, 'resources', 'icon.png'),
  });
  confirmClosing(window, { engine, runs, settings });
  window.once('closed', () => {
    window = null;
  });
  // A page that cannot be shown must not keep the engine from being reported.
  window.webContents.once('did-stop-loading', () => engine.start());
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => engine.stop());
}

function fail(error: unknown): void {
  console.error(error);
  dialog.showErrorBox('Sonde', error instanceof Error ? (error.stack ?? error.message) : String(error));
  app.exit(1);
}
