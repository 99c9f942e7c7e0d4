/** Thumbnails keep their image's colour profile and orientation as tags, which every browser honours: nothing is encoded twice. */
const START_BYTES = 2;
const MOST_PROFILE_BYTES = 65_519;

/** A JPEG segment: marker, length (its own two bytes counted), body. */
function segment(marker: number, body: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 + body.length);
  new DataView(out.buffer).setUint32(0, ((0xff00 | marker) << 16) | (body.length + 2));
  out.set(body, 4);
  return out;
}

/** EXIF 2.32 with one tag: orientation, a big-endian SHORT. */
function exif(orientation: number): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  return segment(0xe1, Uint8Array.from([...Buffer.from('Exif\0\0', 'latin1'), ...tiff]));
}

/** ICC.1:2022, annex B.4: one chunk of one. */
function icc(profile: Uint8Array): Uint8Array {
  const head = [...Buffer.from('ICC_PROFILE\0', 'latin1'), 1, 1];
  const body = new Uint8Array(head.length + profile.length);
  body.set(head);
  body.set(profile, head.length);
  return segment(0xe2, body);
}

/** jpeg: without tags of its own. A profile too long for one segment is left out: the thumbnail's colours are then a little off. */
export function tagThumbnail(jpeg: Uint8Array, profile: Uint8Array | null, orientation: number): Uint8Array {
  const tags = [
    ...(orientation === 1 ? [] : [exif(orientation)]),
    ...(profile && profile.length <= MOST_PROFILE_BYTES ? [icc(profile)] : []),
  ];
  return tags.length === 0 ? jpeg : Buffer.concat([jpeg.subarray(0, START_BYTES), ...tags, jpeg.subarray(START_BYTES)]);
}

/** Segments that say how to decode: JFIF's and Adobe's. What else an APP segment or a comment holds (place, camera, names) stays behind. */
const KEPT_APPLICATION_SEGMENTS = [0xe0, 0xee];
const START_OF_SCAN = 0xda;
const COMMENT = 0xfe;

/** The JPEG without EXIF, profiles, comments and other metadata. */
export function withoutMetadata(jpeg: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [jpeg.subarray(0, START_BYTES)];
  let at = START_BYTES;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff) {
    const marker = jpeg[at + 1] as number;
    if (marker === START_OF_SCAN) break;
    const length = 2 + ((jpeg[at + 2] as number) << 8) + (jpeg[at + 3] as number);
    const application = marker >= 0xe0 && marker <= 0xef;
    if (application ? KEPT_APPLICATION_SEGMENTS.includes(marker) : marker !== COMMENT) parts.push(jpeg.subarray(at, at + length));
    at += length;
  }
  parts.push(jpeg.subarray(at));
  return Buffer.concat(parts);
}
