/**
 * What the image libraries print of damaged files to stderr, past the engine and without the file's name: the engine names the files itself
 * (src/engine/pixels/library-lines.ts).
 */
const LINES =
  /(?:Corrupt JPEG data|Premature end of JPEG|Unsupported (?:marker|JPEG)|Bogus |Improper call to JPEG|Invalid (?:JPEG|SOS|component|scan)|Inconsistent progression|Unknown Adobe|JPEG datastream|(?:Quantization|Huffman) table 0x|Not a JPEG|Empty JPEG|Sampling factors|libpng (?:warning|error))[^\r\n]*\r?\n/g;

/** The rest: what Node prints as it dies. */
export const withoutLibraryLines = (text) => text.replace(LINES, '');
