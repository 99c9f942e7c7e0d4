/** What the page may not do, whatever it holds: go elsewhere, open windows, ask for devices, reach a network. */
import type { App, Session } from 'electron';
import { isPage } from './app-protocol.ts';

export function secureSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.webRequest.onBeforeRequest({ urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*'] }, (_details, answer) =>
    answer({ cancel: true }),
  );
  // The spelling dictionaries would be fetched from a network.
  session.setSpellCheckerEnabled(false);
}

export function secureContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event, address) => {
      if (!isPage(address)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}
