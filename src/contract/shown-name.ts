/**
 * What can be in a file's name and is not seen, but changes what is: controls (a terminal obeys them, a new line makes two of one) and the
 * marks, embeddings, overrides and isolates of direction, which turn "gpj.exe" into "exe.jpg" (Unicode TR 36, CVE-2021-42574). Joiners
 * stay: Persian and Indic names are spelt with them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A name from outside as a person may be shown it: what hides in it is written out as `\u202E`. Names that hide nothing stay as they are. */
export function shownName(name: string): string {
  return name.replace(HIDDEN, (hidden) => `\\u${hidden.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`);
}
