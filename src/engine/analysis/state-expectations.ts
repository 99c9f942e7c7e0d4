import type { Expectation, ExpectationResult } from '../../contract/report.ts';
import { EXPECTATIONS_FILE } from '../../study/files.ts';
import { writeJson } from '../../study/json-file.ts';
import { replaceReport } from '../../study/report-file.ts';
import { expectationData, testExpectations } from '../expectations/expectations.ts';
import { withExpectations } from '../findings/choose-findings.ts';
import type { OpenedStudy } from './opened-study.ts';
import { reportPage } from './report-page.ts';

/**
 * Tests what a person states about the data, in place of what was stated before, and writes it into the study: expectations.json (the
 * statements as they were made), report.json, report.html. Nothing is written where a statement cannot be tested.
 * @throws SondeError bad-request, study-incomplete
 */
export async function stateExpectations(study: OpenedStudy, statements: readonly Expectation[]): Promise<ExpectationResult[]> {
  const { folder } = study;
  const expectations = testExpectations(statements, expectationData(await study.table()));
  const report = withExpectations({ ...(await study.report()), expectations });
  const page = await reportPage(folder, report, await study.model(), 'en');
  await writeJson(folder, EXPECTATIONS_FILE, statements);
  await replaceReport(folder, report, page);
  return expectations;
}
