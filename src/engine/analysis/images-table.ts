import { type ColumnData, factorColumn, isLatentColumn, latentColumn, membershipColumn } from '../../contract/study.ts';
import type { ImagesTable } from '../../study/images-table.ts';
import type { DamageColumns } from '../damage/find-damage.ts';
import type { Matrix } from '../linear/matrix.ts';
import type { ImageFacts } from '../pixels/pixel-set.ts';

/** The columns known once the images are read: what the Data view shows while the model trains. */
export function factColumns(facts: ImageFacts): ImagesTable {
  const n = facts.path.length;
  return new Map<string, Float32Array | Float64Array | Int32Array | Uint32Array | string[]>([
    ['index', Uint32Array.from({ length: n }, (_, i) => i)],
    ['path', facts.path],
    ['label', facts.label],
    ['width', facts.width],
    ['height', facts.height],
    ['bytes', facts.bytes],
    ['brightness', facts.brightness],
    ['contrast', facts.contrast],
    ['saturation', facts.saturation],
    ['sharpness', facts.sharpness],
  ]);
}

/** z_00, z_01 ... from the posterior means (n x latent). */
export function latentColumns(z: Matrix): ImagesTable {
  const table: ImagesTable = new Map();
  for (let latent = 0; latent < z.columns; latent += 1) {
    const column = new Float32Array(z.rows);
    for (let i = 0; i < z.rows; i += 1) column[i] = z.data[i * z.columns + latent] as number;
    table.set(latentColumn(latent), column);
  }
  return table;
}

/** group_00, group_01 ...: 1 where an image is in that listed group, else 0. */
export function groupColumns(members: readonly Uint32Array[], count: number): ImagesTable {
  return new Map(
    members.map((images, id) => {
      const column = new Int32Array(count);
      for (const image of images) column[image] = 1;
      return [membershipColumn(id), column] as const;
    }),
  );
}

/** damage_dark ...: of each kind that was looked for. */
export function damageColumns(columns: DamageColumns): ImagesTable {
  return new Map(Object.entries(columns).map(([kind, values]) => [`damage_${kind.replaceAll('-', '_')}`, values]));
}

/** factor_00, factor_01 ... as many as are listed. */
export function factorColumns(factors: readonly { values: Float32Array }[]): ImagesTable {
  return new Map(factors.map(({ values }, factor) => [factorColumn(factor), values]));
}

/** The latents of a table as one matrix, n x latent. */
export function latentMatrix(table: ImagesTable): Matrix {
  const columns = [...table.entries()].filter(([name]) => isLatentColumn(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = columns[0]?.[1].length ?? 0;
  const data = new Float32Array(rows * columns.length);
  columns.forEach(([, values], latent) => {
    for (let i = 0; i < rows; i += 1) data[i * columns.length + latent] = values[i] as number;
  });
  return { rows, columns: columns.length, data };
}

/** Every second value: x of x0, y0, x1, y1 ... from 0, y from 1. */
export function coordinate(positions: Float32Array, offset: 0 | 1): Float32Array {
  return Float32Array.from({ length: positions.length / 2 }, (_, i) => positions[2 * i + offset] as number);
}

/** As it crosses to the window: strings as a dictionary and codes. */
export function toColumnData(column: ImagesTable extends Map<string, infer V> ? V : never): ColumnData {
  if (!Array.isArray(column)) return column;
  const codeOf = new Map<string, number>();
  const codes = new Uint32Array(column.length);
  column.forEach((value, i) => {
    let code = codeOf.get(value);
    if (code === undefined) {
      code = codeOf.size;
      codeOf.set(value, code);
    }
    codes[i] = code;
  });
  return { dictionary: [...codeOf.keys()], codes };
}
