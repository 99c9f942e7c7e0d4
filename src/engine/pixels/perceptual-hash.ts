const FREQUENCIES = 8;
export const HASH_BYTES = 8;

/** cos(pi (x + 1/2) u / size), u from 0 to 7. */
const tables = new Map<number, Float32Array>();
function cosines(size: number): Float32Array {
  let table = tables.get(size);
  if (!table) {
    table = new Float32Array(FREQUENCIES * size);
    for (let u = 0; u < FREQUENCIES; u += 1)
      for (let x = 0; x < size; x += 1) table[u * size + x] = Math.cos((Math.PI * (x + 0.5) * u) / size);
    tables.set(size, table);
  }
  return table;
}

/**
 * 64 bits of an image's coarse structure (pHash, Zauner 2010): the 8 x 8 lowest frequencies of its discrete cosine transform, each
 * against their median. Writes 8 bytes at `offset`.
 */
export function perceptualHash(luma: Uint8Array, size: number, into: Uint8Array, offset: number): void {
  const table = cosines(size);
  const rows = new Float32Array(FREQUENCIES * size);
  for (let y = 0; y < size; y += 1) {
    for (let u = 0; u < FREQUENCIES; u += 1) {
      let sum = 0;
      for (let x = 0; x < size; x += 1) sum += (luma[y * size + x] as number) * (table[u * size + x] as number);
      rows[u * size + y] = sum;
    }
  }
  const coefficients = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let u = 0; u < FREQUENCIES; u += 1) {
    for (let v = 0; v < FREQUENCIES; v += 1) {
      let sum = 0;
      for (let y = 0; y < size; y += 1) sum += (rows[u * size + y] as number) * (table[v * size + y] as number);
      coefficients[v * FREQUENCIES + u] = sum;
    }
  }
  // The first is the mean brightness: it says nothing of structure.
  const sorted = coefficients.slice(1).sort();
  const median = ((sorted[31] as number) + (sorted[30] as number)) / 2;
  for (let byte = 0; byte < HASH_BYTES; byte += 1) {
    let bits = 0;
    for (let bit = 0; bit < 8; bit += 1) if ((coefficients[byte * 8 + bit] as number) > median) bits |= 1 << bit;
    into[offset + byte] = bits;
  }
}
