import path from 'node:path';
import { OpenedStudy, REPORT_FILE } from '../analysis/opened-study.ts';
import { reportPage } from '../analysis/report-page.ts';
import { REPORT_PAGE_FILE } from '../analysis/save-findings.ts';
import { writeAtomically } from '../atomic-write.ts';
import { parseExpectation } from '../bias/expectation-text.ts';
import { expectationData, testExpectations } from '../bias/expectations.ts';
import { parse, required, UsageError } from './arguments.ts';

/** `sonde expect STATEMENT... --study DIR`: tests stated shares, prints them, and puts them into the study's report. */
export async function expect(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv, ['study']);
  const folder = path.resolve(required(values.study, 'study'));
  if (positionals.length === 0) throw new UsageError('a statement is missing, such as brightness:..0.3=50%');
  const statements = positionals.map((text) => {
    const statement = parseExpectation(text);
    if (!statement) throw new UsageError(`not a statement: ${text} (brightness:..0.3=50%, z_03:-1..1=0.68, label:NAME=0.5, group:4=2%)`);
    return statement;
  });
  const study = new OpenedStudy(folder);
  try {
    const expectations = testExpectations(statements, expectationData(await study.table()));
    const report = { ...(await study.report()), expectations };
    await writeAtomically(path.join(folder, REPORT_FILE), `${JSON.stringify(report, null, 1)}\n`);
    await writeAtomically(path.join(folder, REPORT_PAGE_FILE), await reportPage(folder, report, await study.model(), 'en'));
    process.stdout.write(`${JSON.stringify(expectations, null, 1)}\n`);
  } finally {
    await study.close();
  }
  return 0;
}
