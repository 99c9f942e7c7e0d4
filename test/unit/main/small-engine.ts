/** A process that speaks as the engine does: answers `pause` with its pid, dies on `cancel`, never answers `skipped`. */
import { Socket } from 'node:net';
import { createBirpc } from 'birpc';
import { channelOver } from '../../../src/wire/channel.ts';
import type { EngineSide, MainSide } from '../../../src/wire/engine-link.ts';

const channel = channelOver(new Socket({ fd: 3, readable: true, writable: true }), () => process.exit(0));
const main = createBirpc<MainSide, EngineSide>(
  {
    async call(name, request) {
      if (name === 'pause') return { ok: true, value: process.pid };
      if (name === 'decode') return { ok: true, value: (request as { z: Float32Array }).z };
      if (name === 'manifest') return { ok: false, error: { code: 'no-such-study', params: { path: '/x' }, detail: 'gone' } };
      if (name === 'cancel') process.kill(process.pid, 'SIGKILL');
      return new Promise(() => undefined);
    },
  },
  { post: channel.post, on: channel.on, timeout: -1 },
);
void main.ready({});
