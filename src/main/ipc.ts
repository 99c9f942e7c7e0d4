/** The doors between the page and main, open to the page itself and to no other frame. */
import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { type Answer, channels } from '../contract/bridge.ts';
import type { Call } from '../contract/calls.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { answerCall, type Rooms } from './answer-call.ts';
import { isPage } from './app-protocol.ts';
import { KeepAwake } from './keep-awake.ts';

export function answerWindow(rooms: Rooms, acknowledge: () => void): void {
  const awake = new KeepAwake();
  ipcMain.handle(channels.call, (event, name: unknown, params: unknown): Promise<Answer<Call>> => {
    if (!fromPage(event)) return Promise.resolve(stranger(event));
    return awake.during(() => answerCall(rooms, name, params));
  });
  ipcMain.on(channels.acknowledge, (event) => {
    if (fromPage(event)) acknowledge();
  });
}

const fromPage = (event: IpcMainEvent | IpcMainInvokeEvent): boolean =>
  event.senderFrame !== null && event.senderFrame.parent === null && isPage(event.senderFrame.url);

const stranger = (event: IpcMainInvokeEvent): Extract<Answer<Call>, { ok: false }> => ({
  ok: false,
  error: new SondeError('bad-request', {}, `calls are answered to the page only, not to ${event.senderFrame?.url}`).toData(),
});
