import { expect, test } from 'vitest';
import { checkSubfolders } from '../../../src/engine/subfolders/check-subfolders.ts';
import { madeFolder } from './made-folder.ts';

/** Images whose bytes are the same where their letters are. */
function hashes(letters: string): Uint8Array {
  const bytes = new Uint8Array(32 * letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[32 * i] = letters.charCodeAt(i);
  return bytes;
}
const repeated = (cluster: Int32Array) => cluster.map((first, image) => (first === image ? -1 : first));

test('images of one part that repeat another are counted once, exact ones apart, with the pictures that they repeat', async () => {
  const label = ['train/cat', 'train/cat', 'train/dog', 'test/cat', 'test/cat', 'test/dog', 'val/dog', 'train/cat'];
  // 3 has the bytes of 1, 4 nearly shows 0, 6 nearly shows 2; 7 repeats 0 within its own part.
  const cluster = Int32Array.from([0, 1, 2, 1, 0, 5, 2, 0]);
  const found = await checkSubfolders(
    { ...madeFolder(label, { contentHash: hashes('abcbefgh') }), cluster, duplicateOf: repeated(cluster) },
    0,
  );
  expect(found).toMatchObject({
    splits: [
      { name: 'train', count: 4 },
      { name: 'validation', count: 1 },
      { name: 'test', count: 3 },
    ],
    unsplit: 0,
    labels: [
      { name: 'cat', count: 5 },
      { name: 'dog', count: 3 },
    ],
    leaks: [
      { side: 'split', from: 'train', to: 'test', count: 2, exact: 1, total: 3 },
      { side: 'split', from: 'train', to: 'validation', count: 1, exact: 0, total: 1, pairs: [[2, 6]] },
    ],
    leaking: { split: 2, label: 0 },
    moved: 3,
  });
  expect(found?.leaks[0]?.pairs).toContainEqual([1, 3]);
});

test('one picture under two labels is told too; one folder has nothing to be checked', async () => {
  const cluster = Int32Array.from([0, 1, 0]);
  const folder = (label: string[]) => ({ ...madeFolder(label, { contentHash: hashes('aba') }), cluster, duplicateOf: repeated(cluster) });
  const found = await checkSubfolders(folder(['cat', 'cat', 'dog']), 0);
  expect(found?.leaks).toEqual([{ side: 'label', from: 'cat', to: 'dog', count: 1, exact: 1, total: 1, burst: 0, pairs: [[0, 2]] }]);
  expect(found?.moved).toBeNull();
  expect(await checkSubfolders(folder(['cat', 'cat', 'cat']), 0)).toBeNull();
});

test('frames of one burst in two parts are told apart from copies', async () => {
  const label = ['train', 'train', 'test', 'test', 'test'];
  // 2 is the next frame after 0, 3 is a copy of 1.
  const folder = { ...madeFolder(label), cluster: Int32Array.of(0, 1, 0, 1, 4), duplicateOf: Int32Array.of(-1, -1, -1, 1, -1) };
  const found = await checkSubfolders(folder, 0);
  expect(found?.leaks).toMatchObject([{ from: 'train', to: 'test', count: 1, exact: 0, burst: 1, total: 3 }]);
  expect(found?.moved).toBe(2);
});
