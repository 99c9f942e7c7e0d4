import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type DecodedArray, parquetMetadata, parquetRead } from 'hyparquet';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { type ImageColumn, imageColumns, isFactorColumn, isLatentColumn, isMembershipColumn } from '../contract/study.ts';
import { SondeError } from '../errors/sonde-error.ts';
import { writeAtomically } from './atomic-write.ts';
import { IMAGES_FILE } from './files.ts';

/** One row an image, in source order. Columns by name; all of one length. */
export type ImagesTable = Map<string, Float32Array | Float64Array | Int32Array | Uint32Array | string[]>;

const isPlaced = (name: string): boolean => isLatentColumn(name) || isFactorColumn(name);

function typeOf(name: string): (typeof imageColumns)[ImageColumn] {
  if (isPlaced(name)) return 'float32';
  if (isMembershipColumn(name)) return 'int32';
  const type = (imageColumns as Record<string, (typeof imageColumns)[ImageColumn]>)[name];
  if (!type) throw new Error(`images.parquet has no column ${name}`);
  return type;
}

/** Columns come out in the contract's order, latents before reconstruction_error, memberships of groups last. */
function order(table: ImagesTable): string[] {
  const known = Object.keys(imageColumns).filter((name) => table.has(name));
  // z_.. before factor_..
  const latents = [...table.keys()]
    .filter((name) => isPlaced(name))
    .sort((a, b) => Number(a[0] === 'f') - Number(b[0] === 'f') || (a < b ? -1 : 1));
  const groups = [...table.keys()].filter((name) => isMembershipColumn(name)).sort();
  const at = known.indexOf('reconstruction_error');
  return at < 0 ? [...known, ...latents, ...groups] : [...known.slice(0, at), ...latents, ...known.slice(at), ...groups];
}

export async function writeImages(folder: string, table: ImagesTable): Promise<void> {
  const columnData = order(table).map((name): ColumnSource => {
    const data = table.get(name) as Float32Array | string[];
    const type = typeOf(name);
    if (type === 'string') return { name, data: data as string[], type: 'STRING', nullable: false };
    if (type === 'float64') return { name, data: data as unknown as Float64Array, type: 'DOUBLE', nullable: false };
    if (type === 'float32') return { name, data: data as Float32Array, type: 'FLOAT', nullable: false };
    // Signed 32 bits hold every image number there is.
    return {
      name,
      data: data instanceof Uint32Array ? Int32Array.from(data) : (data as unknown as Int32Array),
      type: 'INT32',
      nullable: false,
    };
  });
  const bytes = parquetWriteBuffer({ columnData, rowGroupSize: 1_000_000, createdBy: 'sonde' });
  await writeAtomically(path.join(folder, IMAGES_FILE), new Uint8Array(bytes));
}

/**
 * Reads the named columns (null: all); a name the file lacks is left out.
 * @throws SondeError study-incomplete, study-unreadable
 */
export async function readImages(folder: string, names: string[] | null = null): Promise<ImagesTable> {
  const file = path.join(folder, IMAGES_FILE);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new SondeError('study-incomplete', { path: file }, `${file}: ${String(cause)}`, { cause });
  }
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const table: ImagesTable = new Map();
  try {
    const metadata = parquetMetadata(buffer);
    const rows = Number(metadata.num_rows);
    const present = metadata.schema.slice(1).map((column) => column.name);
    const columns = names ? present.filter((name) => names.includes(name)) : present;
    if (columns.length === 0) return table;
    for (const name of columns) {
      const type = typeOf(name);
      if (type === 'string') table.set(name, new Array<string>(rows).fill(''));
      else
        table.set(
          name,
          type === 'float64'
            ? new Float64Array(rows)
            : type === 'float32'
              ? new Float32Array(rows)
              : type === 'uint32'
                ? new Uint32Array(rows)
                : new Int32Array(rows),
        );
    }
    await parquetRead({
      file: buffer,
      metadata,
      columns,
      onChunk: ({ columnName, columnData, rowStart }: { columnName: string; columnData: DecodedArray; rowStart: number }) => {
        const target = table.get(columnName) as Float32Array | string[];
        for (let i = 0; i < columnData.length; i += 1) target[rowStart + i] = columnData[i] as never;
      },
    });
  } catch (cause) {
    if (cause instanceof SondeError) throw cause;
    throw new SondeError('study-unreadable', { path: file }, String(cause), { cause });
  }
  return table;
}
