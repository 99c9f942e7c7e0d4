import path from 'node:path';
import { compareSource } from '../analysis/compare-source.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { writeAtomically } from '../atomic-write.ts';
import { parse, required, UsageError, whole } from './arguments.ts';

/** `sonde compare STUDY SOURCE --out FILE.json`: training data against the field. */
export async function compare(argv: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(argv, ['out', 'seed']);
  const [folder, source, ...rest] = positionals;
  if (folder === undefined || source === undefined || rest.length > 0) throw new UsageError('STUDY and SOURCE are wanted');
  const out = path.resolve(required(values.out, 'out'));
  const study = new OpenedStudy(path.resolve(folder));
  try {
    const { comparison } = await compareSource(
      study,
      source === 'sample' ? source : path.resolve(source),
      whole(values.seed, 'seed') ?? 0,
      {
        signal,
      },
    );
    await writeAtomically(out, `${JSON.stringify(comparison, null, 1)}\n`);
    process.stdout.write(`${out}\n`);
    return 0;
  } finally {
    await study.close();
  }
}
