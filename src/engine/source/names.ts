import { isUtf8 } from 'node:buffer';

const LONGEST_CHARACTER = 4;

/** A file's name as it is shown. Linux keeps names as bytes: those that are no UTF-8 are written as \xE9. */
export function shownName(name: Buffer): string {
  if (isUtf8(name)) return name.toString();
  let shown = '';
  for (let at = 0; at < name.length; ) {
    let length = 1;
    while (length <= LONGEST_CHARACTER && !isUtf8(name.subarray(at, at + length))) length += 1;
    const whole = length <= LONGEST_CHARACTER && at + length <= name.length;
    shown += whole ? name.toString('utf8', at, at + length) : `\\x${name.toString('hex', at, at + 1).toUpperCase()}`;
    at += whole ? length : 1;
  }
  return shown;
}

/** The path as the system takes it: text where it is text, else its bytes. */
export function systemPath(folder: string | Buffer, separator: string, name: Buffer): string | Buffer {
  if (typeof folder === 'string' && isUtf8(name)) return `${folder}${separator}${name.toString()}`;
  return Buffer.concat([Buffer.from(folder), Buffer.from(separator), name]);
}
