/** The names that a zip's entries are shown by: decoded, with forward slashes, no two alike. */
import { decodeName, guessEncoding, type NameEncoding } from './name-encoding.ts';
import { utf8, type ZipEntry } from './zip-directory.ts';

export interface ZipNames {
  /** One an entry, in their order; a folder's name ends in a slash. */
  names: string[];
  /** The encoding that was guessed; null where every name was ASCII, marked, or valid UTF-8. */
  guessed: NameEncoding | null;
  /** A decoded name to judge the guess by. */
  example: string;
}

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 128);
export function namesOf(entries: readonly ZipEntry[]): ZipNames {
  const unmarked = entries.filter(({ unicodeName, rawName }) => unicodeName === null && !isAscii(rawName)).map(({ rawName }) => rawName);
  // Text in another encoding is hardly ever valid UTF-8; macOS writes UTF-8 without saying so.
  const guessed = unmarked.every((name) => utf8(name) !== null) ? null : guessEncoding(unmarked);
  const decode = ({ unicodeName, rawName }: ZipEntry): string =>
    unicodeName ?? (guessed ? decodeName(rawName, guessed) : rawName.toString('utf8'));
  const names = entries.map((entry) => withForwardSlashes(decode(entry)));
  const first = guessed ? entries.findIndex(({ unicodeName, rawName }) => unicodeName === null && !isAscii(rawName)) : -1;
  return { names, guessed, example: names[first] ?? '' };
}

/** Some writers put backslashes (.NET before 4.6.1), `./` or a drive before a name. */
function withForwardSlashes(name: string): string {
  const parts = name.replaceAll('\\', '/').split('/');
  const named = parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/');
  return parts.at(-1) === '' ? `${named}/` : named;
}

/** Gives every later one of equal names a number: `a/x.png`, `a/x (2).png`. How many were given one. */
export function makeDistinct(paths: string[]): number {
  const taken = new Set(paths);
  const seen = new Set<string>();
  let repeated = 0;
  for (const [i, path] of paths.entries()) {
    if (!seen.has(path)) {
      seen.add(path);
      continue;
    }
    repeated += 1;
    const dot = path.lastIndexOf('.') > path.lastIndexOf('/') ? path.lastIndexOf('.') : path.length;
    let number = 2;
    const numbered = () => `${path.slice(0, dot)} (${number})${path.slice(dot)}`;
    while (taken.has(numbered())) number += 1;
    paths[i] = numbered();
    taken.add(paths[i]);
    seen.add(paths[i]);
  }
  return repeated;
}
