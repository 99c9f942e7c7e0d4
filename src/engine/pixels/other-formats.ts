/** Image formats that are recognised and not read: what a file is by its first bytes, and what to do with it. */

type Text = readonly [at: number, text: string];
interface Recognised {
  /** Any of them identifies the format. */
  signs: readonly Text[];
  what: string;
  remedy: string;
}

const PNG_OR_TIFF = 'convert it to PNG or TIFF';
const DEVELOP = 'develop it to TIFF or JPEG (darktable, RawTherapee, or the camera maker’s program)';
const PAGES = 'save its pictures as PNG';

const RECOGNISED: readonly Recognised[] = [
  {
    signs: ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs'].map((brand): Text => [4, `ftyp${brand}`]),
    what: 'a HEIC photograph',
    remedy:
      'convert it to JPEG or PNG (a phone’s “most compatible” setting, Preview, Photos, or ImageMagick: magick mogrify -format jpg *.heic)',
  },
  { signs: [[4, 'ftypcrx ']], what: 'a raw camera file', remedy: DEVELOP },
  {
    signs: [
      [8, 'CR'],
      [0, 'IIRO'],
      [0, 'IIRS'],
      [0, 'MMOR'],
      [0, 'IIU\0'],
      [0, 'FUJIFILMCCD-RAW'],
    ],
    what: 'a raw camera file',
    remedy: DEVELOP,
  },
  {
    signs: [
      [0, '\xff\x0a'],
      [0, '\0\0\0\x0cJXL '],
    ],
    what: 'a JPEG XL image',
    remedy: 'convert it to PNG (djxl, ImageMagick)',
  },
  { signs: [[0, 'II\xbc']], what: 'a JPEG XR image', remedy: PNG_OR_TIFF },
  { signs: [[0, 'gimp xcf']], what: 'a GIMP document', remedy: 'export it as PNG' },
  {
    signs: [
      [344, 'n+1\0'],
      [344, 'ni1\0'],
    ],
    what: 'a NIfTI volume',
    remedy: 'save its slices as TIFF (nibabel and tifffile)',
  },
  { signs: [[0, 'NRRD000']], what: 'an NRRD volume', remedy: 'save its slices as TIFF' },
  { signs: [[0, 'ZISRAWFILE']], what: 'a Zeiss CZI file', remedy: 'export it as TIFF (ZEN, Fiji with Bio-Formats)' },
  { signs: [[0, '\xda\xce\xbe\x0a']], what: 'a Nikon ND2 file', remedy: 'export it as TIFF (NIS-Elements, Fiji with Bio-Formats)' },
  {
    signs: [
      [0, '\x76\x2f\x31\x01'],
      [0, '#?RADIANCE'],
    ],
    what: 'a high dynamic range image',
    remedy: 'convert it to a floating point TIFF',
  },
  { signs: [[0, 'DDS ']], what: 'a DirectDraw texture', remedy: PNG_OR_TIFF },
  { signs: [[0, 'icns']], what: 'a macOS icon', remedy: PAGES },
  { signs: [[0, '%PDF-']], what: 'a PDF document', remedy: PAGES },
  { signs: [[0, '%!PS']], what: 'a PostScript document', remedy: PAGES },
  { signs: [[0, 'AT&TFORM']], what: 'a DjVu document', remedy: PAGES },
];
/** Where a Truevision TGA of version 2 names itself: at its end, having nothing at its beginning. */
const TGA_FOOTER = 'TRUEVISION-XFILE.\0';
const VECTOR = /^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/s;
const LOOKED_AT = 1024;

/** What a file is, and what to do with it, as a sentence; null: no image format that is known. */
export function otherFormat(data: Uint8Array): string | null {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const has = ([at, text]: Text): boolean => bytes.toString('latin1', at, at + text.length) === text;
  const found = RECOGNISED.find(({ signs }) => signs.some(has));
  const sentence = (what: string, remedy: string): string => `${what}, which Sonde does not read: ${remedy}`;
  if (found) return sentence(found.what, found.remedy);
  if (has([bytes.length - TGA_FOOTER.length, TGA_FOOTER])) return sentence('a Targa image', PNG_OR_TIFF);
  if (VECTOR.test(bytes.toString('latin1', 0, LOOKED_AT))) return sentence('a vector drawing (SVG)', 'export it as PNG');
  return null;
}
