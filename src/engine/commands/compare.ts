import path from 'node:path';
import { type ComparisonFile, verdictOf } from '../../contract/comparison.ts';
import { m } from '../../messages/messages.js';
import { overallTestWords, verdictWords } from '../../words/comparison.ts';
import { noveltyWords } from '../../words/novelty.ts';
import { noteWords } from '../../words/words.ts';
import { compareAndScore, comparisonFile, writeComparison } from '../analysis/compare-and-score.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { UsageError, whole } from './arguments.ts';
import type { Given } from './command-line.ts';
import { outFile } from './out-file.ts';

/** `sonde compare STUDY SOURCE --out FILE.json`: training data against the field. */
export async function compare({ values, positionals }: Given, signal: AbortSignal): Promise<number> {
  const [folder, source, ...rest] = positionals;
  if (folder === undefined || source === undefined || rest.length > 0) throw new UsageError('STUDY and SOURCE are wanted');
  const out = await outFile(values.out);
  const study = new OpenedStudy(path.resolve(folder));
  try {
    const from = source === 'sample' ? source : path.resolve(source);
    const found = await compareAndScore(study, from, whole(values.seed, 'seed') ?? 0, { signal }, values.array ?? null);
    for (const note of found.other.notes) process.stderr.write(`note: ${noteWords(note)}\n`);
    const file = await comparisonFile(study, found);
    await writeComparison(file, out);
    process.stdout.write(`${summary(file)}${out}\n`);
    return 0;
  } finally {
    await study.close();
  }
}

const NAMED = 3;

/** The verdict, and the images that carry the difference most, by path. */
function summary({ a, b, overall, carriers, paths, strangeness }: ComparisonFile): string {
  const options = { locale: 'en' } as const;
  const lines: string[] = [`${verdictWords(overall)} ${overallTestWords(overall)}`];
  if (verdictOf(overall) !== 'alike')
    for (const [own, other, which] of [
      [a, b, 'a'],
      [b, a, 'b'],
    ] as const) {
      const named = carriers[which].slice(0, NAMED).map(({ index }) => paths[which][index]);
      if (named.length > 0) lines.push(`${m.compare_carriers_only({ a: own.name, b: other.name }, options)}: ${named.join(', ')}`);
    }
  if (strangeness) {
    const share = `${Math.round(100 * strangeness.beyond.value)} %`;
    lines.push(
      `${m.compare_beyond({ expected: `${Math.round(100 * strangeness.expected)} %`, b: b.name }, options)} ${share}`,
      noveltyWords(strangeness.novelty, b.name),
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}
