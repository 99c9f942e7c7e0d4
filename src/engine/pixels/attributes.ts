/** Attributes of one resized image; definitions and limits in docs/method/attributes.md. */
export interface Attributes {
  /** Mean luma, 0..1. */
  brightness: number;
  /** Standard deviation of the luma, 0..0.5. */
  contrast: number;
  /** Mean of (max - min) / max over the pixels, 0..1. */
  saturation: number;
  /** Standard deviation of the luma's 4-neighbour Laplacian. */
  sharpness: number;
}

/** Rec. 601's 0.299, 0.587 and 0.114 in units of 2^-16; their sum is 1. */
const [RED, GREEN, BLUE, HALF] = [19595, 38470, 7471, 32768];
/** 1 / level; no light is no colour. */
const INVERSE = Float64Array.from({ length: 256 }, (_, level) => (level === 0 ? 0 : 1 / level));

/** Luma of Rec. 601 from sRGB code values, as a byte; rgb is pixels x 3. */
export function lumaOf(rgb: Uint8Array, luma: Uint8Array): Uint8Array {
  for (let i = 0, j = 0; j < luma.length; i += 3, j += 1) {
    luma[j] = (RED * (rgb[i] as number) + GREEN * (rgb[i + 1] as number) + BLUE * (rgb[i + 2] as number) + HALF) >> 16;
  }
  return luma;
}

/** rgb: size x size x 3; luma: size x size, of the same image. */
export function attributesOf(rgb: Uint8Array, luma: Uint8Array, size: number): Attributes {
  const n = size * size;
  let sum = 0;
  let squares = 0;
  let saturation = 0;
  for (let j = 0, i = 0; j < n; j += 1, i += 3) {
    const y = luma[j] as number;
    sum += y;
    squares += y * y;
    const r = rgb[i] as number;
    const g = rgb[i + 1] as number;
    const b = rgb[i + 2] as number;
    const high = r > g ? (r > b ? r : b) : g > b ? g : b;
    const low = r < g ? (r < b ? r : b) : g < b ? g : b;
    saturation += (high - low) * (INVERSE[high] as number);
  }
  let laplacian = 0;
  let laplacianSquares = 0;
  for (let y = 1; y < size - 1; y += 1) {
    for (let x = 1, j = y * size + 1; x < size - 1; x += 1, j += 1) {
      const value =
        4 * (luma[j] as number) -
        (luma[j - 1] as number) -
        (luma[j + 1] as number) -
        (luma[j - size] as number) -
        (luma[j + size] as number);
      laplacian += value;
      laplacianSquares += value * value;
    }
  }
  const inner = (size - 2) ** 2;
  const mean = sum / n;
  return {
    brightness: mean / 255,
    contrast: Math.sqrt(Math.max(0, squares / n - mean * mean)) / 255,
    saturation: saturation / n,
    sharpness: Math.sqrt(Math.max(0, laplacianSquares / inner - (laplacian / inner) ** 2)) / 255,
  };
}
