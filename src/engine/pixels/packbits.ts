/** Two bytes of PackBits stand for at most so many. */
const MOST_A_BYTE = 64;

/** `length` bytes out of Apple's PackBits (TIFF 6.0, section 9) from byte `at` on. @throws RangeError where they end early */
export function unpackBits(bytes: Buffer, at: number, length: number): Buffer {
  const early = () => new RangeError('the pixels end early');
  if (length > (bytes.length - at) * MOST_A_BYTE) throw early();
  const out = Buffer.alloc(length);
  let from = at;
  for (let to = 0; to < length; ) {
    const head = bytes.readInt8(from);
    from += 1;
    if (head >= 0) {
      if (from + head + 1 > bytes.length) throw early();
      to += bytes.copy(out, to, from, from + head + 1);
      from += head + 1;
    } else if (head > -128) {
      out.fill(bytes.readUInt8(from), to, Math.min(length, to + 1 - head));
      from += 1;
      to += 1 - head;
    }
  }
  return out;
}
