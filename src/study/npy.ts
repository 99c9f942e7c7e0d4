/** NumPy's .npy (version 1.0) of a matrix of 32-bit floats, row-major: numpy.lib.format says how. */

/** Row-major, rows x columns. */
export interface StoredMatrix {
  rows: number;
  columns: number;
  data: Float32Array;
}

const MAGIC = '\x93NUMPY\x01\x00';
/** The header's length is a multiple of this, so that the values are aligned. */
const ALIGNMENT = 64;

export function encodeNpy({ rows, columns, data }: StoredMatrix): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const before = MAGIC.length + 2;
  const header = `${text.padEnd(Math.ceil((before + text.length + 1) / ALIGNMENT) * ALIGNMENT - before - 1)}\n`;
  const file = Buffer.alloc(before + header.length + data.byteLength);
  file.write(MAGIC, 0, 'latin1');
  file.writeUInt16LE(header.length, MAGIC.length);
  file.write(header, before, 'latin1');
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), before + header.length);
  return file;
}

/** @throws Error where it is not a matrix of 32-bit floats */
export function decodeNpy(file: Uint8Array): StoredMatrix {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('npy: not a file of version 1.0');
  const start = MAGIC.length + 2 + bytes.readUInt16LE(MAGIC.length);
  const header = bytes.toString('latin1', MAGIC.length + 2, start);
  const shape = /'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(header);
  if (!shape) throw new Error(`npy: not a matrix of 32-bit floats: ${header.trim()}`);
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  if (file.byteLength - start !== rows * columns * 4)
    throw new Error(`npy: ${file.byteLength - start} bytes are not ${rows} x ${columns} values`);
  const values = file.slice(start);
  return { rows, columns, data: new Float32Array(values.buffer, values.byteOffset, rows * columns) };
}
