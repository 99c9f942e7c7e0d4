import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type OptionName, options } from '../../../src/contract/analysis.ts';
import { flagOf } from '../../../src/contract/option.ts';
import { helpOf, wanted } from '../../../src/engine/commands/option-flags.ts';

test('the design page lists the options as the program has them', () => {
  const page = readFileSync(new URL('../../../docs/design.md', import.meta.url), 'utf8');
  const listed = page.split('\n').filter((line) => /^\| `--/.test(line));
  const lines = (Object.keys(options) as OptionName[]).map((name) => {
    const flag = [`--${flagOf(name)}`, wanted(name)].filter(Boolean).join(' ').replaceAll('|', '\\|');
    return `| \`${flag}\` | ${helpOf(name)} |`;
  });
  // What should stand there is what is printed.
  expect(listed.join('\n')).toBe(lines.join('\n'));
});
