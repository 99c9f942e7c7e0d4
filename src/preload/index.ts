/** The bridge: the page gets three functions, and no part of Electron. */
import * as electron from 'electron';
import type { Answer, Bridge } from '../contract/bridge.ts';
import type { Call } from '../contract/calls.ts';
import type { EventName } from '../contract/events.ts';
import { pathOfFile } from '../main/dropped-path.ts';

const { contextBridge, ipcRenderer } = electron;
const eventNames: readonly EventName[] = ['progress', 'terminal', 'engine', 'settings', 'menu'];
const listeners = new Map<string, Set<(payload: never) => void>>();

ipcRenderer.on('sonde:event', (_event, name: EventName, payload) => {
  for (const listener of listeners.get(name) ?? []) listener(payload as never);
  // The next frame comes only when this one has been dealt with.
  if (name === 'progress') ipcRenderer.send('sonde:acknowledge');
});

const bridge: Bridge = {
  call: (name, params) => ipcRenderer.invoke('sonde:call', name, params),
  on(event, handler) {
    if (!eventNames.includes(event)) throw new Error(`there is no event ${event}`);
    const set = listeners.get(event) ?? new Set();
    listeners.set(event, set.add(handler));
    return () => void set.delete(handler);
  },
  async grantDropped(file) {
    const dropped = pathOfFile(electron, file);
    if (!dropped) return null;
    const answer = (await ipcRenderer.invoke('sonde:grant-dropped', dropped)) as Answer<'chooseSource' & Call>;
    return answer.ok ? answer.value : null;
  },
};
contextBridge.exposeInMainWorld('sonde', bridge);
