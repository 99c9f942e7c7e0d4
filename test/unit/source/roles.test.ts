import { expect, test } from 'vitest';
import { rolesOf } from '../../../src/engine/source/roles.ts';

test('names of parts are read at any level, and what is left is the label', () => {
  expect(rolesOf(['train/cat', 'cat/VAL', 'a/test_set/b', 'images_train2017', 'val-images', 'dataset/hold-out/x', '학습/고양이'])).toEqual({
    split: ['train', 'validation', 'test', 'train', 'validation', 'test', 'train'],
    label: ['cat', 'cat', 'a/b', '', '', 'dataset/x', '고양이'],
  });
});

test('the letter of a paired domain is a label', () => {
  expect(rolesOf(['trainA', 'trainB', 'testA', 'testB'])).toEqual({
    split: ['train', 'train', 'test', 'test'],
    label: ['A', 'B', 'A', 'B'],
  });
});

test('a word that only holds the name of a part is a label, and so is the only part that is named', () => {
  const folders = ['trains', 'testimony', 'contest', 'trained_dogs', 'devices', 'valley'];
  expect(rolesOf(folders)).toEqual({ split: folders.map(() => null), label: folders });
  expect(rolesOf(['test', 'cat', 'dog'])).toEqual({ split: [null, null, null], label: ['test', 'cat', 'dog'] });
});

test('images outside the parts keep their folder as a label', () => {
  expect(rolesOf(['train/cat', 'test/cat', 'extra/cat', ''])).toEqual({
    split: ['train', 'test', null, null],
    label: ['cat', 'cat', 'extra/cat', ''],
  });
});
