/**
 * Embedded colour profiles (ICC.1:2022). An RGB profile of three curves and a matrix is carried out here, on the small image:
 * linearise by its curves, to the D50 connection space by its matrix, back through sRGB's. Others are sharp's.
 */

/** What to do with an image's colours. */
export type ColourTransform =
  | { kind: 'none' }
  | { kind: 'matrix'; profile: Uint8Array; apply(pixels: Uint8Array): void }
  | { kind: 'unknown' };

/** sRGB primaries adapted to D50 (IEC 61966-2-1, Bradford), and the inverse. */
const XYZ_TO_SRGB = [3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.033454, 0.0719453, -0.2289914, 1.4052427] as const;

const NEGLIGIBLE_LEVELS = 1;

const known = new Map<string, ColourTransform>();
const MOST_KNOWN = 64;

/** Profiles are few and images many: each is read once. */
export function colourTransform(profile: Uint8Array | null): ColourTransform {
  if (!profile) return { kind: 'none' };
  const key = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength).toString('latin1');
  let found = known.get(key);
  if (!found) {
    found = readOrUnknown(Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength));
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, found);
  }
  return found;
}

/** A profile that breaks off within a number is one that nobody can carry out: sharp is asked, as for any that is not known. */
function readOrUnknown(bytes: Buffer): ColourTransform {
  try {
    return read(bytes);
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'unknown' };
    throw error;
  }
}

function read(bytes: Buffer): ColourTransform {
  if (bytes.length < 132 || bytes.toString('latin1', 16, 20) !== 'RGB ' || bytes.toString('latin1', 20, 24) !== 'XYZ ')
    return { kind: 'unknown' };
  const tags = new Map<string, Buffer>();
  const count = bytes.readUInt32BE(128);
  for (let i = 0; i < count && 144 + i * 12 <= bytes.length; i += 1) {
    const at = 132 + i * 12;
    const [offset, size] = [bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
    if (offset + size <= bytes.length) tags.set(bytes.toString('latin1', at, at + 4), bytes.subarray(offset, offset + size));
  }
  if (tags.has('A2B0')) return { kind: 'unknown' };
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => xyz(tags.get(name)));
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => curve(tags.get(name)));
  if (columns.some((one) => !one) || curves.some((one) => !one)) return { kind: 'unknown' };
  const apply = matrixTransform(columns as number[][], curves as ((x: number) => number)[]);
  // The profile's own bytes: those given are a piece of a file that may be let go.
  return isIdentity(apply) ? { kind: 'none' } : { kind: 'matrix', profile: Uint8Array.from(bytes), apply };
}

const fixed = (bytes: Buffer, at: number): number => bytes.readInt32BE(at) / 65536;

function xyz(tag: Buffer | undefined): number[] | null {
  return tag && tag.length >= 20 ? [fixed(tag, 8), fixed(tag, 12), fixed(tag, 16)] : null;
}

/** A tone curve: a table, a power, or one of the parametric forms (ICC.1:2022, 10.6 and 10.18). */
function curve(tag: Buffer | undefined): ((x: number) => number) | null {
  if (!tag || tag.length < 12) return null;
  const type = tag.toString('latin1', 0, 4);
  if (type === 'curv') {
    const count = tag.readUInt32BE(8);
    if (count === 0) return (x) => x;
    if (count === 1) return power(tag.readUInt16BE(12) / 256);
    if (tag.length < 12 + count * 2) return null;
    return (x) => {
      const place = x * (count - 1);
      const low = Math.floor(place);
      const value = (i: number) => tag.readUInt16BE(12 + Math.min(i, count - 1) * 2) / 65535;
      return value(low) + (place - low) * (value(low + 1) - value(low));
    };
  }
  if (type !== 'para') return null;
  const form = tag.readUInt16BE(8);
  const parameter = (i: number) => fixed(tag, 12 + 4 * i);
  const needed = [1, 3, 4, 5, 7][form];
  if (needed === undefined || tag.length < 12 + 4 * needed) return null;
  const [g, a, b, c, d, e, f] = Array.from({ length: 7 }, (_, i) => (i < needed ? parameter(i) : 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (form === 0) return power(g);
  if (form === 1) return (x) => (x >= -b / a ? (a * x + b) ** g : 0);
  if (form === 2) return (x) => (x >= -b / a ? (a * x + b) ** g + c : c);
  if (form === 3) return (x) => (x >= d ? (a * x + b) ** g : c * x);
  return (x) => (x >= d ? (a * x + b) ** g + e : c * x + f);
}

const power = (gamma: number) => (x: number) => x ** gamma;

/** IEC 61966-2-1, from linear to code values 0..255. */
function encodeSrgb(linear: number): number {
  const x = Math.min(1, Math.max(0, linear));
  return 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
}

const ENCODE_STEPS = 4095;

function matrixTransform(columns: number[][], curves: ((x: number) => number)[]): (pixels: Uint8Array) => void {
  const linear = curves.map((one) => Float64Array.from({ length: 256 }, (_, level) => one(level / 255)));
  const encoded = Uint8Array.from({ length: ENCODE_STEPS + 1 }, (_, i) => Math.round(encodeSrgb(i / ENCODE_STEPS)));
  const matrix = Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (XYZ_TO_SRGB[row * 3 + k] as number) * ((columns[column] as number[])[k] as number), 0);
  }) as [number, number, number, number, number, number, number, number, number];
  const [red, green, blue] = linear as [Float64Array, Float64Array, Float64Array];
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix;
  const code = (value: number): number => encoded[value <= 0 ? 0 : value >= 1 ? ENCODE_STEPS : (value * ENCODE_STEPS + 0.5) | 0] as number;
  return (pixels) => {
    for (let i = 0; i < pixels.length; i += 3) {
      const r = red[pixels[i] as number] as number;
      const g = green[pixels[i + 1] as number] as number;
      const b = blue[pixels[i + 2] as number] as number;
      pixels[i] = code(rr * r + rg * g + rb * b);
      pixels[i + 1] = code(gr * r + gg * g + gb * b);
      pixels[i + 2] = code(br * r + bg * g + bb * b);
    }
  };
}

/** Whether the transform moves no colour of a coarse cube by more than a level: sRGB under any name. */
function isIdentity(apply: (pixels: Uint8Array) => void): boolean {
  const levels = [16, 64, 128, 192, 240];
  const cube = Uint8Array.from(levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b]))));
  const moved = cube.slice();
  apply(moved);
  return moved.every((value, i) => Math.abs(value - (cube[i] as number)) <= NEGLIGIBLE_LEVELS);
}
