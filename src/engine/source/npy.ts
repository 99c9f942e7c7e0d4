/** numpy.lib.format, versions 1 to 3. */
import { type NumberType, numberType } from './number-type.ts';

/** As much of a file as its header may take: numpy refuses longer ones too (numpy.lib.format, max_header_size). */
export const NPY_HEAD_BYTES = 10_012;
const MAGIC = '\x93NUMPY';

export interface NpyHeader {
  type: NumberType;
  shape: number[];
  fortran: boolean;
  /** Where the numbers begin. */
  start: number;
}

/** Null where it is no .npy. @throws Error that says why its numbers are not read */
export function npyHeader(head: Buffer): NpyHeader | null {
  if (head.length < 12 || head.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  const wide = (head[6] as number) >= 2;
  const from = wide ? 12 : 10;
  const start = from + (wide ? head.readUInt32LE(8) : head.readUInt16LE(8));
  if (start > head.length) throw new Error('its header is cut short, or longer than numpy itself would read');
  const header = head.toString('latin1', from, start);
  const descr = /'descr':\s*('[^']*'|\[)/.exec(header)?.[1]?.replaceAll("'", '') ?? '';
  const dimensions = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (dimensions === undefined) throw new Error('its header is damaged');
  const shape = dimensions.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const type = numberType(descr);
  if (!type) throw new Error(notNumbers(descr));
  return { type, shape, fortran: /'fortran_order':\s*True/.test(header), start };
}

function notNumbers(descr: string): string {
  if (/O/.test(descr))
    return "it holds Python objects (pickle), which are never loaded: np.save('images.npy', np.stack(list(a)).astype('uint8'))";
  if (/^[<>]?c\d/.test(descr)) return "it holds complex numbers: np.save('images.npy', np.abs(a))";
  if (/[US]/.test(descr)) return 'it holds text, and no images';
  if (descr === '[') return 'it holds records, and no images: save the field that holds the images';
  return `it holds ${descr || 'something'} that is not read: np.save('images.npy', a.astype('float32'))`;
}
