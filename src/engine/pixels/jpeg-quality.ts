/** Of the luma table of the JPEG standard's annex K (quality 50 of libjpeg), the first ten steps in the order of the file. */
const STANDARD = [16, 11, 12, 14, 12, 10, 16, 14, 13, 14];
const [TABLES, START_OF_SCAN] = [0xdb, 0xda];

/**
 * The quality that libjpeg would have written a JPEG's luma with, 1 to 100, from its quantisation table: the mean of the first ten steps
 * beside the standard's, by the Independent JPEG Group's scale. NaN for what is no JPEG. Other writers' tables get the quality whose steps
 * are as coarse. The last writer's is told: what was lost before is not.
 */
export function jpegQuality(bytes: Uint8Array): number {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return Number.NaN;
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number;
    if (marker === START_OF_SCAN) break;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const end = at + 2 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
    if (marker === TABLES)
      for (let table = at + 4; table < end; ) {
        const wide = (bytes[table] as number) >> 4 === 1;
        if (((bytes[table] as number) & 15) === 0) return qualityOf(bytes, table + 1, wide);
        table += 1 + (wide ? 128 : 64);
      }
    at = end;
  }
  return Number.NaN;
}

function qualityOf(bytes: Uint8Array, at: number, wide: boolean): number {
  let [sum, standard] = [0, 0];
  STANDARD.forEach((step, i) => {
    sum += wide ? ((bytes[at + 2 * i] as number) << 8) | (bytes[at + 2 * i + 1] as number) : (bytes[at + i] as number);
    standard += step;
  });
  const scale = (100 * sum) / standard;
  return Number.isFinite(scale) && scale > 0 ? Math.max(1, Math.min(100, scale <= 100 ? 100 - scale / 2 : 5000 / scale)) : Number.NaN;
}
