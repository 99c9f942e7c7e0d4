import type { Duplex } from 'node:stream';
import { FrameReader, frameOf, MAXIMUM_FRAME_BYTES } from './frames.ts';
import { pack, unpack } from './packing.ts';

/** What birpc asks of a transport, over a pipe. */
export interface Channel {
  post(message: unknown): void;
  on(listener: (message: unknown) => void): void;
}

/**
 * Messages over a duplex stream. `onBroken` is told once when the other side ends, the stream fails, or what comes is no frame;
 * nothing can be sent after that.
 */
export function channelOver(stream: Duplex, onBroken: (cause: Error) => void, maximum = MAXIMUM_FRAME_BYTES): Channel {
  const listeners: ((message: unknown) => void)[] = [];
  let broken = false;
  const breakOff = (cause: Error) => {
    if (broken) return;
    broken = true;
    stream.destroy();
    onBroken(cause);
  };
  const reader = new FrameReader((payload) => {
    const message = unpack(payload);
    for (const listener of listeners) listener(message);
  }, maximum);
  stream.on('data', (chunk: Buffer) => {
    try {
      reader.push(chunk);
    } catch (error) {
      breakOff(error as Error);
    }
  });
  stream.on('error', breakOff);
  stream.on('end', () => breakOff(new Error('the other side closed the pipe')));
  stream.on('close', () => breakOff(new Error('the pipe is closed')));
  return {
    /** @throws RangeError where it does not fit a frame; nothing was sent then, and what fits still can be. */
    post(message) {
      if (broken) throw new Error('the pipe is closed');
      stream.write(frameOf(pack(message), maximum));
    },
    on: (listener) => void listeners.push(listener),
  };
}
