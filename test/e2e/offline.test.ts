/** The program's own word: it needs no network and uses none. Every host's name leads to a listener here, and the listener sees nothing. */
import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepEvidence } from './evidence.ts';
import { newHome, type Program, startProgram } from './program.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let program: Program;
/** What came, a line a connection or a datagram. */
const seen: string[] = [];
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', (bytes) => seen.push(`tcp ${bytes.toString('latin1').replace(/[^\x20-\x7e]+/g, '.')}`));
  seen.push('tcp');
});
const datagrams = createSocket('udp4', (bytes) => seen.push(`udp ${bytes.byteLength} bytes`));
let port = 0;
keepEvidence(() => program);

beforeAll(async () => {
  home = await newHome();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve));
  program = await startProgram(home.home, [`--host-resolver-rules=MAP * 127.0.0.1:${port}, EXCLUDE 127.0.0.1`]);
});
afterAll(async () => {
  await program?.close();
  server.close();
  datagrams.close();
  await home?.remove();
});

test('the window, from its start on, opens no connection and sends no datagram', async () => {
  // What Chromium fetches of itself, it asks for within the first seconds.
  await new Promise((resolve) => setTimeout(resolve, 8000));
  expect(seen).toEqual([]);
});

test('nor does it where the page asks for one, by whatever door the browser has', async () => {
  const candidates = await program.page.evaluate(async (to) => {
    const servers = [`stun:127.0.0.1:${to}`, `stun:example.org:${to}`].map((urls) => ({ urls }));
    const relays = ['udp', 'tcp'].map((kind) => ({ urls: `turn:127.0.0.1:${to}?transport=${kind}`, username: 'u', credential: 'c' }));
    const found: string[] = [];
    const peer = new RTCPeerConnection({ iceServers: [...servers, ...relays] });
    peer.onicecandidate = ({ candidate }) => candidate?.candidate && found.push(candidate.candidate);
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
    const image = new Image();
    image.src = `https://example.org:${to}/x.png`;
    for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'stylesheet', 'icon']) {
      document.head.append(Object.assign(document.createElement('link'), { rel, href: `https://example.org:${to}/` }));
    }
    try {
      new WebSocket(`ws://127.0.0.1:${to}/`).onerror = () => undefined;
    } catch {
      // The page's policy throws.
    }
    navigator.sendBeacon(`https://example.org:${to}/`, 'x');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    peer.close();
    return found;
  }, port);
  expect(seen).toEqual([]);
  // Not even of itself, to this machine's own network.
  expect(candidates).toEqual([]);
});

test('another session than that of the page reaches nothing either, this machine included', async () => {
  const outcome = await program.app.evaluate(async ({ BrowserWindow }, to) => {
    const other = new BrowserWindow({ show: false, webPreferences: { partition: 'another' } });
    const told = await other.loadURL(`http://localhost:${to}/`).then(
      () => 'loaded',
      (error: Error) => error.message,
    );
    other.destroy();
    return told;
  }, port);
  expect(outcome).toMatch(/ERR_PROXY_CONNECTION_FAILED/);
  expect(seen).toEqual([]);
});

test('the listener would have seen them', async () => {
  const other = createSocket('udp4');
  await new Promise((resolve) => other.send('x', port, '127.0.0.1', resolve));
  await expect.poll(() => seen).toContain('udp 1 bytes');
  other.close();
  await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(300) }).catch(() => undefined);
  expect(seen).toContain('tcp');
});
