/** A small square of numbers as a picture: dark where they are least, through red, to bright where they are greatest. */

/** Inferno's colours (van der Walt and Smith 2015) at even distances: lightness rises all the way, so that it reads without colour. */
const RAMP = [
  [0, 0, 4],
  [51, 10, 94],
  [120, 28, 109],
  [188, 55, 84],
  [237, 105, 37],
  [251, 180, 26],
  [252, 255, 164],
] as const;
const HEADER = 54;

/** @param values row by row from the top, edge x edge, 0 or more. @returns a bitmap as a data: URL, on the scale of its own greatest value */
export function heatMapUrl(values: readonly number[]): string {
  const edge = Math.round(Math.sqrt(values.length));
  const row = Math.ceil((edge * 3) / 4) * 4;
  const bytes = new Uint8Array(HEADER + row * edge);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, edge, true);
  // A negative height: rows from the top.
  view.setInt32(22, -edge, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  const greatest = Math.max(...values, Number.MIN_VALUE);
  values.forEach((value, at) => {
    const [red, green, blue] = colourAt(value / greatest);
    bytes.set([blue, green, red], HEADER + Math.floor(at / edge) * row + (at % edge) * 3);
  });
  return `data:image/bmp;base64,${btoa(String.fromCharCode(...bytes))}`;
}

function colourAt(share: number): [number, number, number] {
  const place = share * (RAMP.length - 1);
  const from = Math.min(RAMP.length - 2, Math.floor(place));
  const mix = (channel: 0 | 1 | 2): number => {
    const [low, high] = [RAMP[from] as (typeof RAMP)[number], RAMP[from + 1] as (typeof RAMP)[number]];
    return Math.round(low[channel] + (place - from) * (high[channel] - low[channel]));
  };
  return [mix(0), mix(1), mix(2)];
}
