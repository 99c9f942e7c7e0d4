import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor, type Tensors } from './safetensors.ts';

/** What one of a study's files of tensors holds, by name; asking for what it lacks throws. */
export class TensorsFile {
  readonly tensors: Tensors['tensors'];
  readonly metadata: Tensors['metadata'];

  constructor({ tensors, metadata }: Tensors) {
    this.tensors = tensors;
    this.metadata = metadata;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.tensors, name);
  }

  tensor(name: string): StoredTensor {
    const tensor = this.tensors[name];
    if (!tensor) throw new Error(`${name} is missing`);
    return tensor;
  }

  vector(name: string): Float32Array {
    return this.tensor(name).values;
  }

  matrix(name: string): { rows: number; columns: number; data: Float32Array } {
    const { shape, values } = this.tensor(name);
    const [rows, columns, ...more] = shape;
    if (rows === undefined || columns === undefined || more.length > 0) throw new Error(`${name} is no matrix`);
    return { rows, columns, data: values };
  }
}

export const storedVector = (values: ArrayLike<number>): StoredTensor => ({ shape: [values.length], values: Float32Array.from(values) });
export const storedMatrix = ({ rows, columns, data }: { rows: number; columns: number; data: Float32Array }): StoredTensor => ({
  shape: [rows, columns],
  values: data,
});

/**
 * Reads one of a study's files of tensors, and makes of it what `make` does; what `make` throws says that the file is damaged, unless it
 * is a SondeError.
 * @throws SondeError study-incomplete, study-unreadable
 */
export async function readTensors<T>(folder: string, name: string, make: (file: TensorsFile) => T | Promise<T>): Promise<T> {
  const file = path.join(folder, name);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('study-incomplete', { path: file }, String(cause), { cause });
  }
  try {
    return await make(new TensorsFile(decodeSafetensors(bytes)));
  } catch (cause) {
    if (cause instanceof SondeError) throw cause;
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
}

export async function writeTensors(folder: string, name: string, file: Tensors): Promise<void> {
  await writeAtomically(path.join(folder, name), encodeSafetensors(file));
}
