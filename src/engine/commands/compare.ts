import path from 'node:path';
import { compareAndScore, comparisonFile, writeComparison } from '../analysis/compare-and-score.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { noteText } from '../source/note-text.ts';
import { parse, UsageError, whole } from './arguments.ts';
import { outFile } from './out-file.ts';

/** `sonde compare STUDY SOURCE --out FILE.json`: training data against the field. */
export async function compare(argv: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(argv, ['out', 'seed', 'array']);
  const [folder, source, ...rest] = positionals;
  if (folder === undefined || source === undefined || rest.length > 0) throw new UsageError('STUDY and SOURCE are wanted');
  const out = await outFile(values.out);
  const study = new OpenedStudy(path.resolve(folder));
  try {
    const from = source === 'sample' ? source : path.resolve(source);
    const found = await compareAndScore(study, from, whole(values.seed, 'seed') ?? 0, { signal }, values.array ?? null);
    for (const note of found.other.notes) process.stderr.write(`note: ${noteText(note, { locale: 'en' })}\n`);
    await writeComparison(await comparisonFile(study, found), out);
    process.stdout.write(`${out}\n`);
    return 0;
  } finally {
    await study.close();
  }
}
