/**
 * What the image libraries print of damaged files to stderr, past the engine and without the file's name. It is gathered and told once, at
 * the end: which file it was, and what became of it, the engine's own list of skips says.
 */
const LINES =
  /(?:Corrupt JPEG data|Premature end of JPEG|Unsupported (?:marker|JPEG)|Bogus |Improper call to JPEG|Invalid (?:JPEG|SOS|component|scan)|Inconsistent progression|Unknown Adobe|JPEG datastream|(?:Quantization|Huffman) table 0x|Not a JPEG|Empty JPEG|Sampling factors|libpng (?:warning|error))[^\r\n]*\r?\n/g;

/** Takes stderr by the piece; `write` gets what is not a library's. */
export class LibraryLines {
  #said = new Map();
  #write;

  constructor(write) {
    this.#write = write;
  }

  /** A library prints a line at once: none is in two pieces, and one may follow a progress bar on its line. */
  take(text) {
    const own = text.replace(LINES, (line) => {
      const said = line.trim();
      this.#said.set(said, (this.#said.get(said) ?? 0) + 1);
      return '';
    });
    if (own) this.#write(own);
  }

  end() {
    if (this.#said.size === 0) return;
    const most = [...this.#said].sort((a, b) => b[1] - a[1]).slice(0, 5);
    const lines = most.map(([said, times]) => `${said}${times > 1 ? ` (${times} times)` : ''}`).join('; ');
    this.#write(`note: of damaged files, which were skipped or read as far as they go, the image libraries said: ${lines}\n`);
  }
}
