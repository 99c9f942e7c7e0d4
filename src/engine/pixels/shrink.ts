/**
 * The one way an image is brought to the study's size, whoever decoded it. Along an edge that is longer than wanted the mean over each
 * new pixel's area is taken: every pixel of the image counts once, nothing rings, nothing aliases into "sharpness", and brightness is kept
 * exactly. Along a shorter edge it is interpolated linearly between pixel centres: blocks would count as sharp. The decode graph does the
 * same with TensorFlow's ResizeArea and ResizeBilinear (half-pixel centres); this is for pixels that others decoded, and for raw arrays.
 */

/** What one new pixel takes of an edge: pixels `first` to `last`, the two by a share, those between whole. */
interface Spans {
  first: Int32Array;
  last: Int32Array;
  firstShare: Float64Array;
  lastShare: Float64Array;
  /** Old pixels a new one. */
  ratio: number;
}

function spans(edge: number, wanted: number): Spans {
  const ratio = edge / wanted;
  const all: Spans = {
    first: new Int32Array(wanted),
    last: new Int32Array(wanted),
    firstShare: new Float64Array(wanted),
    lastShare: new Float64Array(wanted),
    ratio,
  };
  for (let i = 0; i < wanted; i += 1) {
    const [from, to] = [(i * edge) / wanted, ((i + 1) * edge) / wanted];
    const [first, last] = [Math.floor(from), Math.ceil(to) - 1];
    all.first[i] = first;
    all.last[i] = last;
    all.firstShare[i] = Math.min(first + 1, to) - from;
    all.lastShare[i] = to - last;
  }
  return all;
}

/** Means over areas. pixels: height x width x channels; wanted edges at most the image's. Returns values 0 to 255, not rounded. */
function average(pixels: Uint8Array, width: number, height: number, channels: 1 | 3, wantedWidth: number, wantedHeight: number) {
  const [across, down] = [spans(width, wantedWidth), spans(height, wantedHeight)];
  const row = wantedWidth * channels;
  const sums = new Float64Array(row * wantedHeight);
  for (let j = 0; j < wantedHeight; j += 1) {
    const into = sums.subarray(j * row, (j + 1) * row);
    const [first, last] = [down.first[j] as number, down.last[j] as number];
    for (let y = first; y <= last; y += 1) {
      const share = y === first ? (down.firstShare[j] as number) : y === last ? (down.lastShare[j] as number) : 1;
      if (channels === 3) addColours(pixels, y * width * 3, across, share, into);
      else addGrays(pixels, y * width, across, share, into);
    }
  }
  const area = across.ratio * down.ratio;
  for (let i = 0; i < sums.length; i += 1) sums[i] = (sums[i] as number) / area;
  return sums;
}

function addGrays(pixels: Uint8Array, row: number, { first, last, firstShare, lastShare }: Spans, share: number, into: Float64Array): void {
  for (let i = 0; i < first.length; i += 1) {
    const [start, end] = [row + (first[i] as number), row + (last[i] as number)];
    let sum = (firstShare[i] as number) * (pixels[start] as number);
    if (end > start) sum += (lastShare[i] as number) * (pixels[end] as number);
    let whole = 0;
    for (let at = start + 1; at < end; at += 1) whole += pixels[at] as number;
    into[i] = (into[i] as number) + share * (sum + whole);
  }
}

/** As for gray, three channels at a time: the images are large, and this is their inner loop. */
function addColours(
  pixels: Uint8Array,
  row: number,
  { first, last, firstShare, lastShare }: Spans,
  share: number,
  into: Float64Array,
): void {
  for (let i = 0; i < first.length; i += 1) {
    const start = row + 3 * (first[i] as number);
    const end = row + 3 * (last[i] as number);
    const a = firstShare[i] as number;
    const b = end > start ? (lastShare[i] as number) : 0;
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let at = start + 3; at < end; at += 3) {
      red += pixels[at] as number;
      green += pixels[at + 1] as number;
      blue += pixels[at + 2] as number;
    }
    const to = 3 * i;
    into[to] = (into[to] as number) + share * (red + a * (pixels[start] as number) + b * (pixels[end] as number));
    into[to + 1] = (into[to + 1] as number) + share * (green + a * (pixels[start + 1] as number) + b * (pixels[end + 1] as number));
    into[to + 2] = (into[to + 2] as number) + share * (blue + a * (pixels[start + 2] as number) + b * (pixels[end + 2] as number));
  }
}

/** Linear between pixel centres, the outermost pixels continued. Wanted edges at least the image's. */
function interpolate(
  values: Float64Array,
  width: number,
  height: number,
  channels: number,
  wantedWidth: number,
  wantedHeight: number,
): Float64Array {
  if (width === wantedWidth && height === wantedHeight) return values;
  const out = new Float64Array(wantedWidth * wantedHeight * channels);
  const place = (i: number, edge: number, wanted: number): [low: number, high: number, share: number] => {
    const at = Math.min(edge - 1, Math.max(0, ((i + 0.5) * edge) / wanted - 0.5));
    const low = Math.floor(at);
    return [low, Math.min(edge - 1, low + 1), at - low];
  };
  const across = Array.from({ length: wantedWidth }, (_, x) => place(x, width, wantedWidth));
  let to = 0;
  for (let y = 0; y < wantedHeight; y += 1) {
    const [top, bottom, down] = place(y, height, wantedHeight);
    for (const [left, right, share] of across) {
      for (let c = 0; c < channels; c += 1, to += 1) {
        const value = (row: number, column: number) => values[(row * width + column) * channels + c] as number;
        const above = value(top, left) + share * (value(top, right) - value(top, left));
        const below = value(bottom, left) + share * (value(bottom, right) - value(bottom, left));
        out[to] = above + down * (below - above);
      }
    }
  }
  return out;
}

/**
 * The whole image at another size, wantedHeight x wantedWidth x channels; its shape is not kept.
 * @param pixels height x width x channels
 */
export function shrink(
  pixels: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
  wantedWidth: number,
  wantedHeight: number,
): Uint8Array<ArrayBuffer> {
  if (pixels.length < width * height * channels) throw new RangeError(`${pixels.length} bytes are not ${width} x ${height} x ${channels}`);
  if (width === wantedWidth && height === wantedHeight) return pixels.slice(0, width * height * channels);
  const [lessWidth, lessHeight] = [Math.min(width, wantedWidth), Math.min(height, wantedHeight)];
  const averaged = average(pixels, width, height, channels, lessWidth, lessHeight);
  return Uint8Array.from(interpolate(averaged, lessWidth, lessHeight, channels, wantedWidth, wantedHeight), (value) => value + 0.5);
}

/**
 * As shrink, by way of the image `times` as large, which comes along: means of whole blocks of means over areas are the means over the
 * larger areas, so that the full image is gone through once. The image's edges are at least `times` those wanted.
 */
export function shrinkTwice(
  pixels: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
  wanted: number,
  times: number,
): { coarse: Uint8Array<ArrayBuffer>; fine: Uint8Array<ArrayBuffer> } {
  const edge = wanted * times;
  const values = average(pixels, width, height, channels, edge, edge);
  const fine = new Uint8Array(wanted * wanted * channels);
  for (let y = 0, to = 0; y < wanted; y += 1)
    for (let x = 0; x < wanted; x += 1)
      for (let c = 0; c < channels; c += 1, to += 1) {
        let sum = 0;
        for (let j = 0; j < times; j += 1)
          for (let i = 0; i < times; i += 1) sum += values[((y * times + j) * edge + x * times + i) * channels + c] as number;
        fine[to] = sum / (times * times) + 0.5;
      }
  return { coarse: Uint8Array.from(values, (value) => value + 0.5), fine };
}

/** Gray pixels as red, green and blue. */
export function threefold(gray: Uint8Array): Uint8Array<ArrayBuffer> {
  const rgb = new Uint8Array(gray.length * 3);
  for (let i = 0, to = 0; i < gray.length; i += 1, to += 3) {
    const value = gray[i] as number;
    rgb[to] = value;
    rgb[to + 1] = value;
    rgb[to + 2] = value;
  }
  return rgb;
}
