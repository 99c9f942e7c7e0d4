/** CIE 1976 L*a*b* at D50 to sRGB (ICC.1:2022, annex D; IEC 61966-2-1). */
const [WHITE_X, WHITE_Y, WHITE_Z] = [0.9642, 1, 0.8249];
/** XYZ at D50 to linear sRGB, Bradford-adapted. */
const MATRIX = [3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.033454, 0.0719453, -0.2289914, 1.4052427] as const;

/**
 * @param lab pixels x bands, of which the first three are L*, a* and b*: 0..255 for 0..100, a* and b* as signed bytes or with an offset of 128
 * @returns pixels x 3
 */
export function cielabToRgb(lab: Uint8Array, bands: number, signed: boolean): Uint8Array {
  const rgb = new Uint8Array((lab.length / bands) * 3);
  const chroma = (byte: number): number => (signed ? (byte << 24) >> 24 : byte - 128);
  for (let from = 0, to = 0; to < rgb.length; from += bands, to += 3) {
    const y = ((lab[from] as number) * 100) / 255 / 116 + 16 / 116;
    const x = y + chroma(lab[from + 1] as number) / 500;
    const z = y - chroma(lab[from + 2] as number) / 200;
    const [X, Y, Z] = [WHITE_X * inverse(x), WHITE_Y * inverse(y), WHITE_Z * inverse(z)];
    for (let c = 0; c < 3; c += 1) {
      const linear = (MATRIX[3 * c] as number) * X + (MATRIX[3 * c + 1] as number) * Y + (MATRIX[3 * c + 2] as number) * Z;
      rgb[to + c] = Math.round(encode(linear));
    }
  }
  return rgb;
}

const inverse = (t: number): number => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));

function encode(linear: number): number {
  const x = Math.min(1, Math.max(0, linear));
  return 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
}
