/** JPEG 2000 (ISO 15444-1) by OpenJPEG as WebAssembly. */
import { createRequire } from 'node:module';
import { ImageRefused } from './image-refused.ts';

/** @cornerstonejs/codec-openjpeg carries no types. */
interface J2kDecoder {
  getEncodedBuffer(length: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  decode(): void;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned: boolean };
  /** OPJ_COLOR_SPACE. */
  getColorSpace(): number;
  delete(): void;
}
interface OpenJpeg {
  J2KDecoder: new () => J2kDecoder;
}

/** OPJ_CLRSPC_SYCC: luma and chroma that the codec left as they were. */
const SYCC = 3;

export interface Jpeg2000 {
  width: number;
  height: number;
  components: number;
  bits: number;
  signed: boolean;
  ycc: boolean;
  /** height x width x components, one byte a sample up to 8 bits, else two. */
  data: Uint8Array | Uint16Array | Int16Array;
}

let loading: Promise<OpenJpeg> | null = null;

function openJpeg(): Promise<OpenJpeg> {
  const silent = { print: () => undefined, printErr: () => undefined };
  loading ??= (createRequire(import.meta.url)('@cornerstonejs/codec-openjpeg/decodewasmjs') as (options: object) => Promise<OpenJpeg>)(
    silent,
  );
  return loading;
}

const START = Uint8Array.of(0xff, 0x4f, 0xff, 0x51);
const SIZ_BYTES = 24;

/** What the codestream says of its size (ISO 15444-1, A.5.1), wherever in the file it begins; null where there is none. */
export function jpeg2000Size(data: Uint8Array): { width: number; height: number } | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const at = bytes.indexOf(START);
  if (at < 0 || at + SIZ_BYTES > bytes.length) return null;
  return {
    width: bytes.readUInt32BE(at + 8) - bytes.readUInt32BE(at + 16),
    height: bytes.readUInt32BE(at + 12) - bytes.readUInt32BE(at + 20),
  };
}

/**
 * Decodes a .jp2 file or a bare codestream.
 * @param most pixels that are decoded at most
 * @throws ImageRefused
 */
export async function decodeJpeg2000(bytes: Uint8Array, most: number): Promise<Jpeg2000> {
  const said = jpeg2000Size(bytes);
  if (!said) throw new ImageRefused('corrupt', 'it holds no JPEG 2000 codestream');
  if (said.width * said.height > most) throw new ImageRefused('too-large', `${said.width} x ${said.height} pixels`);
  const { J2KDecoder } = await openJpeg();
  const decoder = new J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, bitsPerSample: bits, componentCount: components, isSigned: signed } = decoder.getFrameInfo();
    // The codec's memory is let go below.
    const own = decoder.getDecodedBuffer().slice();
    const data = bits <= 8 ? own : signed ? new Int16Array(own.buffer) : new Uint16Array(own.buffer);
    if (width * height === 0 || data.length < width * height * components)
      throw new ImageRefused('corrupt', 'its JPEG 2000 codestream is damaged');
    return { width, height, components, bits, signed, ycc: decoder.getColorSpace() === SYCC, data };
  } catch (cause) {
    if (cause instanceof ImageRefused) throw cause;
    throw new ImageRefused('corrupt', 'its JPEG 2000 codestream is damaged or cut short', { cause });
  } finally {
    decoder.delete();
  }
}
