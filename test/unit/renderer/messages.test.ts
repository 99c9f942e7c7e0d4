import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorCodes, phases } from '../../../src/contract/analysis.ts';
import { skipReasons } from '../../../src/contract/study.ts';

type Catalogue = Record<string, string | { match: Record<string, string> }[]>;
const read = (locale: string): Catalogue =>
  JSON.parse(readFileSync(new URL(`../../../messages/${locale}.json`, import.meta.url), 'utf8')) as Catalogue;
const en = read('en');
const ko = read('ko');

const sentences = (message: Catalogue[string] | undefined): string[] =>
  message === undefined ? [] : typeof message === 'string' ? [message] : message.flatMap((variant) => Object.values(variant.match));
const inputs = (sentence: string): string[] => [...sentence.matchAll(/\{(\w+)\}/g)].map((found) => found[1] as string).sort();

test('both languages say the same things', () => {
  expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
});

test('a sentence is filled with the same values in both languages', () => {
  const unlike = Object.keys(en).filter((key) => {
    if (key.startsWith('$')) return false;
    const sets = [...sentences(en[key]), ...sentences(ko[key])].map((sentence) => new Set(inputs(sentence)).size);
    return new Set(sets).size !== 1;
  });
  expect(unlike).toEqual([]);
});

test('every error, phase and reason of the contract has its words', () => {
  const key = (prefix: string) => (code: string) => `${prefix}_${code.replaceAll('-', '_')}`;
  const wanted = [...errorCodes.map(key('error')), ...phases.map(key('phase')), ...skipReasons.map(key('skip'))];
  expect(wanted.filter((name) => sentences(en[name]).length === 0)).toEqual([]);
});

test('Korean sentences are in Korean', () => {
  const foreign = Object.keys(ko).filter((key) =>
    sentences(ko[key]).some((sentence) => sentence.split(/\s+/).length > 4 && !/[가-힣]/.test(sentence)),
  );
  expect(foreign.filter((key) => !key.startsWith('$'))).toEqual([]);
});
