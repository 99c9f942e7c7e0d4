/**
 * The image libraries print what they find wrong with a file to this process's standard error, and name no file. Where whoever started the
 * engine made that a file (main and `npm run sonde` do), what was printed since the image before says whether an image's data are damaged.
 */
import { fstatSync, readSync } from 'node:fs';

const STDERR = 2;
/** What leaves pixels that the camera did not take; not: bytes between the last segment and the end, colour profiles, tables. */
const DAMAGE =
  /Corrupt JPEG data(?!: \d+ extraneous bytes before marker 0xd9)|Premature end of JPEG|Unsupported marker|Inconsistent progression|Invalid SOS/;

/** A shell's `2> FILE` can be written to alone. */
let canRead = true;

function length(): number | null {
  if (!canRead) return null;
  const found = fstatSync(STDERR);
  return found.isFile() ? found.size : null;
}

/** Listens from now on; the answer says whether damage was told of since. */
export function listenForDamage(): () => boolean {
  const before = length();
  return () => {
    const now = length();
    if (before === null || now === null || now <= before) return false;
    const bytes = Buffer.alloc(now - before);
    try {
      readSync(STDERR, bytes, 0, bytes.length, before);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBADF') throw error;
      canRead = false;
    }
    return DAMAGE.test(bytes.toString('latin1'));
  };
}
