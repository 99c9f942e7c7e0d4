/**
 * Which legacy encoding a zip's file names are in, where the zip does not say.
 *
 * Every candidate is a small model of how likely its writers are to produce these bytes: how often a class of characters
 * occurs, divided evenly among the characters of the class. The likeliest wins (maximum likelihood over all names).
 * A few short names are little to go by: so the guess is told.
 */
import iconv from 'iconv-lite';

/** A character's cost in nats and its bytes. */
interface Step {
  cost: number;
  bytes: number;
}
interface Candidate {
  /** As iconv-lite names it. */
  encoding: string;
  /** As a person knows it. */
  shown: string;
  /** The character at `at`; high bytes only. */
  step(bytes: Uint8Array, at: number): Step;
}

/** What an impossible byte costs: one odd name among thousands decides nothing. */
const IMPOSSIBLE = 25;
const ASCII = Math.log(40);
const of = (share: number, characters: number): number => -Math.log(share / characters);
const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
const isAsciiLetter = (byte: number | undefined): boolean => byte !== undefined && within(byte | 32, 97, 122);
/** In names that are written in ideographs, syllables or Cyrillic, these seldom follow a Latin letter. */
const AFTER_LATIN = -Math.log(0.2);
/** In Latin names two accented letters seldom stand side by side. */
const ACCENT_AFTER_ACCENT = -Math.log(0.05);
/** A capital after a small letter. */
const CAPITAL_INSIDE = -Math.log(0.05);

function doubleByte(encoding: string, shown: string, costOf: (lead: number, trail: number) => number | null): Candidate {
  return {
    encoding,
    shown,
    step(bytes, at) {
      const cost = costOf(bytes[at] as number, bytes[at + 1] ?? 0);
      return cost === null ? { cost: IMPOSSIBLE, bytes: 1 } : { cost: cost + (isAsciiLetter(bytes[at - 1]) ? AFTER_LATIN : 0), bytes: 2 };
    },
  };
}

/** Unified Hangul Code: KS X 1001 and the syllables it lacks. */
const korean = doubleByte('cp949', 'CP949 (Korean)', (lead, trail) => {
  const standard = within(trail, 0xa1, 0xfe);
  if (within(lead, 0xb0, 0xc8) && standard) return of(0.96, 2350);
  if (within(lead, 0xa1, 0xac) && standard) return of(0.015, 986);
  if (within(lead, 0xca, 0xfd) && standard) return of(0.015, 4888);
  const extended = within(trail, 0x41, 0x5a) || within(trail, 0x61, 0x7a) || within(trail, 0x81, 0xfe);
  return within(lead, 0x81, 0xc6) && extended ? of(0.01, 8822) : null;
});

const chinese = doubleByte('gbk', 'GBK (simplified Chinese)', (lead, trail) => {
  if (trail < 0x40 || trail === 0x7f || trail === 0xff || !within(lead, 0x81, 0xfe)) return null;
  if (trail >= 0xa1 && within(lead, 0xb0, 0xd7)) return of(0.95, 3755);
  if (trail >= 0xa1 && within(lead, 0xd8, 0xf7)) return of(0.03, 3008);
  if (trail >= 0xa1 && within(lead, 0xa1, 0xa9)) return of(0.015, 717);
  return of(0.005, 14_240);
});

const traditional = doubleByte('big5', 'Big5 (traditional Chinese)', (lead, trail) => {
  if (!within(trail, 0x40, 0x7e) && !within(trail, 0xa1, 0xfe)) return null;
  if (within(lead, 0xa4, 0xc6)) return of(0.96, 5401);
  if (within(lead, 0xc9, 0xf9)) return of(0.025, 7652);
  return within(lead, 0xa1, 0xa3) ? of(0.015, 408) : null;
});

const HIRAGANA = of(0.28, 83);
const KATAKANA = of(0.3, 86);
const KANJI = of(0.38, 2965);
const RARE_KANJI = of(0.015, 3390);
const JAPANESE_SIGNS = of(0.02, 147);

const shiftJis: Candidate = {
  encoding: 'shiftjis',
  shown: 'Shift-JIS (Japanese)',
  step(bytes, at) {
    const lead = bytes[at] as number;
    // Half-width katakana.
    if (within(lead, 0xa1, 0xdf)) return { cost: of(0.005, 63), bytes: 1 };
    return japaneseDoubleByte.step(bytes, at);
  },
};
const japaneseDoubleByte = doubleByte('shiftjis', '', (lead, trail) => {
  if ((!within(lead, 0x81, 0x9f) && !within(lead, 0xe0, 0xfc)) || !within(trail, 0x40, 0xfc) || trail === 0x7f) return null;
  if (lead === 0x82 && within(trail, 0x9f, 0xf1)) return HIRAGANA;
  if (lead === 0x83 && within(trail, 0x40, 0x96)) return KATAKANA;
  const code = lead * 256 + trail;
  if (within(code, 0x889f, 0x9872)) return KANJI;
  if (within(code, 0x989f, 0xeaa4)) return RARE_KANJI;
  return lead < 0x88 ? JAPANESE_SIGNS : of(0.001, 1000);
});

const eucJp = doubleByte('eucjp', 'EUC-JP (Japanese)', (lead, trail) => {
  if (!within(trail, 0xa1, 0xfe)) return null;
  if (lead === 0xa4 && trail <= 0xf3) return HIRAGANA;
  if (lead === 0xa5 && trail <= 0xf6) return KATAKANA;
  if (within(lead, 0xb0, 0xcf)) return KANJI;
  if (within(lead, 0xd0, 0xf4)) return RARE_KANJI;
  return within(lead, 0xa1, 0xa8) ? JAPANESE_SIGNS : null;
});

type Kind = 'small' | 'capital' | 'other';

function singleByte(encoding: string, shown: string, script: 'Latin' | 'Cyrillic'): Candidate {
  const letter = new RegExp(`\\p{Script=${script}}`, 'u');
  const kinds = Array.from({ length: 128 }, (_, i): Kind | null => {
    const character = iconv.decode(Buffer.from([128 + i]), encoding);
    if (character === '�' || /\p{Cc}/u.test(character)) return null;
    if (!letter.test(character)) return 'other';
    return /\p{Ll}/u.test(character) ? 'small' : /\p{Lu}/u.test(character) ? 'capital' : 'other';
  });
  const costs = Object.fromEntries(
    (['small', 'capital', 'other'] as const).map((kind, i) => [
      kind,
      of([0.8, 0.15, 0.05][i] as number, Math.max(1, kinds.filter((one) => one === kind).length)),
    ]),
  ) as Record<Kind, number>;
  return {
    encoding,
    shown,
    step(bytes, at) {
      const kind = kinds[(bytes[at] as number) - 128];
      if (!kind) return { cost: IMPOSSIBLE, bytes: 1 };
      const before = bytes[at - 1];
      const afterHigh = before !== undefined && before >= 128;
      const beside = script === 'Latin' ? (afterHigh ? ACCENT_AFTER_ACCENT : 0) : isAsciiLetter(before) ? AFTER_LATIN : 0;
      const inside = kind === 'capital' && afterHigh && kinds[before - 128] === 'small' ? CAPITAL_INSIDE : 0;
      return { cost: costs[kind] + beside + inside, bytes: 1 };
    },
  };
}

/** Of equal ones the first: CP437 is what APPNOTE names (4.4.4, bit 11). */
const candidates: readonly Candidate[] = [
  singleByte('cp437', 'CP437 (DOS)', 'Latin'),
  singleByte('cp850', 'CP850 (DOS, western Europe)', 'Latin'),
  singleByte('windows-1252', 'Windows-1252 (western Europe)', 'Latin'),
  singleByte('cp866', 'CP866 (Cyrillic)', 'Cyrillic'),
  singleByte('windows-1251', 'Windows-1251 (Cyrillic)', 'Cyrillic'),
  korean,
  shiftJis,
  eucJp,
  chinese,
  traditional,
];

function costOf(candidate: Candidate, bytes: Uint8Array): number {
  let cost = 0;
  for (let at = 0; at < bytes.length; ) {
    if ((bytes[at] as number) < 128) {
      cost += ASCII;
      at += 1;
      continue;
    }
    const step = candidate.step(bytes, at);
    cost += step.cost;
    at += step.bytes;
  }
  return cost;
}

/** Different parts of names that are looked at: more would say nothing new. */
const MOST_PARTS = 5000;

export interface NameEncoding {
  encoding: string;
  shown: string;
}

/** The likeliest encoding of these names; a part (a folder's name) counts once however many names have it. */
export function guessEncoding(names: readonly Uint8Array[]): NameEncoding {
  const parts = new Map<string, Buffer>();
  for (const name of names) {
    // 0x2f is never the second byte of a character in any of these.
    for (const part of Buffer.from(name).toString('latin1').split('/'))
      if (/[\x80-\xff]/.test(part)) parts.set(part, Buffer.from(part, 'latin1'));
    if (parts.size >= MOST_PARTS) break;
  }
  const costs = candidates.map((candidate) => [...parts.values()].reduce((sum, part) => sum + costOf(candidate, part), 0));
  const { encoding, shown } = candidates[costs.indexOf(Math.min(...costs))] as Candidate;
  return { encoding, shown };
}

export const decodeName = (name: Uint8Array, { encoding }: NameEncoding): string => iconv.decode(Buffer.from(name), encoding);
