/** What the page may not do, whatever it holds: go elsewhere, open windows, ask for devices, reach a network. */
import type { App, Session, WebContents } from 'electron';
import { isPage, PAGE } from './app-protocol.ts';

/** Nothing listens on the port of `discard`, and nothing that did would answer. */
const NOWHERE = 'socks5://127.0.0.1:9';

/**
 * Chromium fetches nothing of itself (components, reports), resolves no name, and whatever would connect all the same, WebRTC over TCP
 * among it, is sent to a proxy that is not there. Before the program is ready. Rules that the command line gives stay, so that a test can
 * see what would have gone where. `except` is the development server.
 */
export function refuseNetwork({ commandLine }: App, except?: string): void {
  for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability', 'no-pings'])
    commandLine.appendSwitch(name);
  commandLine.appendSwitch('proxy-server', NOWHERE);
  // This machine's own names are no exception, as they are elsewhere.
  commandLine.appendSwitch('proxy-bypass-list', ['<-loopback>', ...(except ? [except] : [])].join(';'));
  if (commandLine.hasSwitch('host-resolver-rules')) return;
  commandLine.appendSwitch(
    'host-resolver-rules',
    ['MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', ...(except ? [`EXCLUDE ${except}`] : [])].join(', '),
  );
}

export function secureSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.webRequest.onBeforeRequest({ urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'ftp://*/*'] }, (_details, answer) =>
    answer({ cancel: true }),
  );
  // A language, with the checker enabled or not, has its dictionary fetched from a network.
  session.setSpellCheckerLanguages([]);
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
    // WebRTC asks neither the page's policy nor the session: without this it looks for its own addresses and sends datagrams.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  });
}

/** `about:blank` asks nobody before it is there (no will-navigate); whatever is not the page is replaced by it. */
export function keepOnPage(contents: WebContents): void {
  contents.on('did-navigate', (_event, address) => {
    if (!isPage(address)) void contents.loadURL(PAGE);
  });
}
