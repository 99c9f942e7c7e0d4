import { expect, it } from 'vitest';
import { dataSheet } from '../../../src/engine/report/data-sheet.ts';
import { getLocale } from '../../../src/messages/runtime.js';
import { findingWords, silenceWords } from '../../../src/words/findings.ts';
import { reportOf, syntheticStudy } from './synthetic.ts';

const { report } = await reportOf(syntheticStudy({ count: 400, dark: 60 }));
const escaped = (text: string) => text.replace(/[\\`*_[\]<>#|~]/g, '\\$&');

it('holds every finding and every silence but that of what it says itself, in the words of the report', () => {
  const sheet = dataSheet(report, 'en');
  const told = report.findings.filter(({ kind }) => kind !== 'composition');
  expect(told.length).toBeGreaterThan(0);
  for (const finding of told) expect(sheet).toContain(`- ${escaped(findingWords(finding, report))}`);
  for (const silence of report.silences.filter(({ about }) => about !== 'unseen')) expect(sheet).toContain(escaped(silenceWords(silence)));
  expect(sheet).toContain('400 images');
  expect(sheet).toContain('window');
  expect(sheet.match(/^## /gm)).toHaveLength(11);
  expect(sheet).not.toMatch(/undefined|NaN|null|\{\w+\}/);
});

it('says names from outside as text, not as Markdown or HTML', () => {
  const sheet = dataSheet({ ...report, name: '# <b>*all*</b> [x](y)\n\u202e' }, 'en');
  expect(sheet.split('\n')[0]).toContain('\\# \\<b\\>\\*all\\*\\</b\\> \\[x\\](y)');
  expect(sheet).not.toContain('\u202e');
});

it('is Korean throughout in Korean, and leaves the language of what else is said as it was', () => {
  const before = getLocale();
  const sheet = dataSheet(report, 'ko');
  expect(getLocale()).toBe(before);
  const lines = sheet.split('\n').filter((line) => !line.includes('Datasheets for Datasheets'));
  expect(lines.filter((line) => /(?:\b[A-Za-z][a-z]+\b[ ,]+){3}/.test(line))).toEqual([]);
  expect(sheet.match(/^## /gm)).toHaveLength(11);
});
