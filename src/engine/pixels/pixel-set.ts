/** All usable images of a study, decoded and resized: what every later step reads. */
export interface PixelSet {
  count: number;
  /** Edge of the square image. */
  size: number;
  channels: 1 | 3;
  /** count x size x size x channels, row-major, 0..255. */
  data: Uint8Array;
}

/** Per image facts in source order, gathered in the decoding pass. */
export interface ImageFacts {
  path: string[];
  label: string[];
  width: Uint32Array;
  height: Uint32Array;
  bytes: Float64Array;
  /** Attributes of the resized image; definitions in docs/method.md. */
  brightness: Float32Array;
  contrast: Float32Array;
  saturation: Float32Array;
  sharpness: Float32Array;
  /** Of the file as a JPEG, 1..100 (jpegQuality); NaN for other files. */
  jpegQuality: Float32Array;
  /** Make and model of the camera as the file's EXIF says, '' where it does not. */
  camera: string[];
  /** Seconds since 1970 on the camera's own clock; NaN where the file does not say it. */
  takenAt: Float64Array;
  /** SHA-256 of the source bytes, 32 bytes an image. */
  contentHash: Uint8Array;
}

/** The images of these numbers, in their order, as a set of their own. */
export function takeImages({ size, channels, data }: PixelSet, images: ArrayLike<number>): PixelSet {
  const length = size * size * channels;
  const taken = new Uint8Array(images.length * length);
  for (let i = 0; i < images.length; i += 1) {
    const from = (images[i] as number) * length;
    taken.set(data.subarray(from, from + length), i * length);
  }
  return { count: images.length, size, channels, data: taken };
}
