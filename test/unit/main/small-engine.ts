/** A process that speaks as the engine does: `pause` gives its pid, `cancel` ends it, `skipped` has no answer, `columns` one too large. */
import { Socket } from 'node:net';
import { channelOver } from '../../../src/wire/channel.ts';
import { type EngineSide, linkOver, type MainSide } from '../../../src/wire/engine-link.ts';
import { MAXIMUM_FRAME_BYTES } from '../../../src/wire/frames.ts';

const channel = channelOver(new Socket({ fd: 3, readable: true, writable: true }), () => process.exit(0));
const main = linkOver<MainSide, EngineSide>(channel, {
  async call(name, request) {
    if (name === 'pause') return { ok: true, value: process.pid };
    if (name === 'decode') return { ok: true, value: (request as { z: Float32Array }).z };
    if (name === 'manifest') return { ok: false, error: { code: 'no-such-study', params: { path: '/x' }, detail: 'gone' } };
    if (name === 'columns') return { ok: true, value: { brightness: new Uint8Array(MAXIMUM_FRAME_BYTES + 1) } };
    if (name === 'cancel') process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  },
});
void main.ready({});
