import { writeSync } from 'node:fs';

const PATIENCE_MILLISECONDS = 2;

/**
 * What the program itself says on standard error goes to another descriptor, where standard error was made a file for what libraries print
 * (pixels/library-lines.ts). What Node prints as it dies stays in the file, whose maker shows it.
 */
export function speakOn(descriptor: number): void {
  process.stderr.write = (text: string | Uint8Array): boolean => {
    let rest = Buffer.from(text);
    while (rest.length > 0) rest = rest.subarray(written(descriptor, rest));
    return true;
  };
}

/** A pipe that is full has room again when its reader has read. */
function written(descriptor: number, bytes: Buffer): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE_MILLISECONDS);
    return 0;
  }
}
