/** The doors between the page and main: three channels, open to the page itself and to no other frame. */

import path from 'node:path';
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { Answer } from '../contract/bridge.ts';
import type { Call, GrantedSource } from '../contract/calls.ts';
import { errorData, SondeError } from '../errors/sonde-error.ts';
import { answerCall, grantSource, type Rooms } from './answer-call.ts';
import { isPage } from './app-protocol.ts';
import { KeepAwake } from './keep-awake.ts';

type GrantAnswer = { ok: true; value: GrantedSource } | Extract<Answer<Call>, { ok: false }>;

export function answerWindow(rooms: Rooms, acknowledge: () => void): void {
  const awake = new KeepAwake();
  ipcMain.handle('sonde:call', (event, name: unknown, params: unknown): Promise<Answer<Call>> => {
    if (!fromPage(event)) return Promise.resolve(stranger(event));
    return awake.during(() => answerCall(rooms, name, params));
  });
  ipcMain.handle('sonde:grant-dropped', async (event, dropped: unknown): Promise<GrantAnswer> => {
    if (!fromPage(event)) return stranger(event);
    try {
      if (typeof dropped !== 'string' || !path.isAbsolute(dropped)) throw new SondeError('bad-request', {}, 'what was dropped has no path');
      return { ok: true, value: await grantSource(rooms.grants, dropped) };
    } catch (error) {
      return { ok: false, error: errorData(error) };
    }
  });
  ipcMain.on('sonde:acknowledge', (event) => {
    if (fromPage(event)) acknowledge();
  });
}

const fromPage = (event: IpcMainEvent | IpcMainInvokeEvent): boolean =>
  event.senderFrame !== null && event.senderFrame.parent === null && isPage(event.senderFrame.url);

const stranger = (event: IpcMainInvokeEvent): Extract<Answer<Call>, { ok: false }> => ({
  ok: false,
  error: new SondeError('bad-request', {}, `calls are answered to the page only, not to ${event.senderFrame?.url}`).toData(),
});
