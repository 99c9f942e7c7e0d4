/** What the folders of a path stand for: a part of a split, or a label. */
import { type SplitName, splitNames } from '../../contract/subfolders.ts';

const WORDS: Record<SplitName, string> = {
  train: 'train|training|trainval|trn|학습|훈련',
  validation: 'val|valid|validation|dev|development|검증',
  test: 'test|testing|tst|eval|evaluation|hold-?out|held-?out|시험|테스트|평가',
};
/** train2017, test_set, images-val, train.small; trainA and trainB of paired domains keep their letter as a label. */
const AROUND = {
  before: '(?:(?:images?|imgs?|data|set|split|jpegs?)[-_ .]?)?',
  after: '(?:[-_ .]?(?:set|data|images?|imgs?|split|\\d+))?',
};
const PARTS = splitNames.map(
  (name) => [name, new RegExp(`^${AROUND.before}(?:${WORDS[name]})${AROUND.after}(?<domain>[AB])?$`, 'i')] as const,
);

export interface Roles {
  /** Part of a split of each image; null where its path names none. All null where fewer than two parts are there. */
  split: (SplitName | null)[];
  /** The folders of each image but that of its part, '' where there is none. */
  label: string[];
}

/**
 * Reads the folders of each image: the first whose name is that of a part of a split (at any level, whole words only) is the part, what
 * is left is the label. Where only one part is named, as in a folder of test charts, it is a label like any other.
 * @param folders of each image, '/' between them, '' at the top
 */
export function rolesOf(folders: readonly string[]): Roles {
  const known = new Map<string, { split: SplitName | null; label: string }>();
  const read = folders.map((folder) => {
    const found = known.get(folder) ?? roleOf(folder);
    known.set(folder, found);
    return found;
  });
  const parts = new Set([...known.values()].flatMap(({ split }) => (split ? [split] : [])));
  if (parts.size < 2) return { split: folders.map(() => null), label: [...folders] };
  return { split: read.map(({ split }) => split), label: read.map(({ label }) => label) };
}

function roleOf(folder: string): { split: SplitName | null; label: string } {
  const names = folder.split('/');
  for (const [at, name] of names.entries())
    for (const [split, pattern] of PARTS) {
      const match = pattern.exec(name);
      if (!match) continue;
      const domain = match.groups?.domain;
      return { split, label: [...names.slice(0, at), ...(domain ? [domain] : []), ...names.slice(at + 1)].join('/') };
    }
  return { split: null, label: folder };
}
