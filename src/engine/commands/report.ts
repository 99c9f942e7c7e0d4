import path from 'node:path';
import { exportReport } from '../analysis/export-report.ts';
import { oneOf, parse, required, UsageError } from './arguments.ts';

/** `sonde report --study DIR --out FILE.html|.json|.pdf` */
export async function report(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, ['study', 'out', 'locale']);
  if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(' ')}`);
  const folder = path.resolve(required(values.study, 'study'));
  const out = path.resolve(required(values.out, 'out'));
  const locale = oneOf(values.locale, 'locale', ['en', 'ko']) ?? 'en';
  await writeReport(folder, out, locale);
  process.stdout.write(`${out}\n`);
  return 0;
}
