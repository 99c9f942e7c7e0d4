const ORIENTATION_TAG = 0x0112;
const LONG = 4;

/** The orientation, 1 to 8, in the first directory of a TIFF structure (EXIF 2.32, 4.6.4); 1 where it is absent or nonsense. */
export function exifOrientation(tiff: Buffer): number {
  if (tiff.length < 14) return 1;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  if (directory + 2 > tiff.length) return 1;
  const entries = u16(directory);
  for (let i = 0; i < entries; i += 1) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > tiff.length) return 1;
    if (u16(entry) === ORIENTATION_TAG) {
      // A SHORT by the standard; some writers make it a LONG, whose other half comes first in big-endian order.
      const value = u16(entry + 2) === LONG ? u32(entry + 8) : u16(entry + 8);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}
