/** The bridge: the page gets two functions, and no part of Electron. */
import * as electron from 'electron';
import { type Bridge, channels } from '../contract/bridge.ts';
import type { Call } from '../contract/calls.ts';
import { type EventName, eventNames } from '../contract/events.ts';
import { pathOfFile } from './dropped-path.ts';

const { contextBridge, ipcRenderer } = electron;
const listeners = new Map<string, Set<(payload: never) => void>>();

ipcRenderer.on(channels.event, (_event, name: EventName, payload) => {
  for (const listener of listeners.get(name) ?? []) listener(payload as never);
  // The next frame comes only when this one has been dealt with.
  if (name === 'progress') ipcRenderer.send(channels.acknowledge);
});

/** A path is never the page's to name: of a dropped File it is asked here. */
const sent = (name: Call, params: unknown): unknown =>
  name === 'takeDropped' ? { path: pathOfFile(electron, (params as { file?: unknown } | null)?.file) } : params;

const bridge: Bridge = {
  call: (name, params) => ipcRenderer.invoke(channels.call, name, sent(name, params)),
  on(event, handler) {
    if (!eventNames.includes(event)) throw new Error(`there is no event ${event}`);
    const set = listeners.get(event) ?? new Set();
    listeners.set(event, set.add(handler));
    return () => void set.delete(handler);
  },
};
contextBridge.exposeInMainWorld('sonde', bridge);
