import path from 'node:path';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { stateExpectations } from '../analysis/state-expectations.ts';
import { parseExpectation } from '../expectations/expectation-text.ts';
import { required, UsageError } from './arguments.ts';
import type { Given } from './command-line.ts';

/** `sonde expect STATEMENT... --study DIR`: tests stated shares, prints them, and puts them into the study's report. */
export async function expect({ values, positionals }: Given): Promise<number> {
  const folder = path.resolve(required(values.study, 'study'));
  if (positionals.length === 0) throw new UsageError('a statement is missing, such as brightness:..0.3=50%');
  const statements = positionals.map((text) => {
    const statement = parseExpectation(text);
    if (!statement) throw new UsageError(`not a statement: ${text} (brightness:..0.3=50%, z_03:-1..1=0.68, label:NAME=0.5, group:4=2%)`);
    return statement;
  });
  const study = new OpenedStudy(folder);
  try {
    const expectations = await stateExpectations(study, statements);
    process.stdout.write(`${JSON.stringify(expectations, null, 1)}\n`);
  } finally {
    await study.close();
  }
  return 0;
}
