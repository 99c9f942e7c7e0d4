/** The engine as main starts it: answers calls on the pipe at file descriptor 3, and ends when that pipe does. */
import { Socket } from 'node:net';
import { type EngineApi, engineCalls } from '../contract/calls.ts';
import { errorData, SondeError } from '../errors/sonde-error.ts';
import { channelOver } from '../wire/channel.ts';
import { type EngineSide, linkOver, type MainSide } from '../wire/engine-link.ts';
import { RunStream } from '../wire/run-stream.ts';
import { createEngineApi } from './api.ts';

const PIPE = 3;

// The window is gone when the pipe is: an engine that stayed would hold the study's lock and two cores.
const channel = channelOver(new Socket({ fd: PIPE, readable: true, writable: true }), () => process.exit(0));

const stream = new RunStream({
  progress: (frame) => void main.message(frame).then(() => stream.acknowledge(), complain),
  terminal: (message) => void main.message(message).catch(complain),
});
const api: EngineApi = createEngineApi((message) => stream.push(message));

const main = linkOver<MainSide, EngineSide>(channel, {
  async call(name, request) {
    try {
      if (!Object.hasOwn(engineCalls, name)) throw new SondeError('bad-request', { call: name }, `the engine has no call ${name}`);
      const method = api[name as keyof EngineApi] as (request: unknown) => Promise<unknown>;
      return { ok: true, value: await method(request) };
    } catch (error) {
      return { ok: false, error: errorData(error) };
    }
  },
});

/** Standard error goes to main's log. */
function complain(error: unknown): void {
  console.error(error);
}
process.on('unhandledRejection', complain);

main.ready({ node: process.version }).catch(complain);
