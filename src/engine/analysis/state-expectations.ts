import path from 'node:path';
import type { Expectation, ExpectationResult } from '../../contract/report.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import { readManifest, writeManifest } from '../../study/manifest.ts';
import { expectationData, testExpectations } from '../expectations/expectations.ts';
import { withExpectations } from '../findings/choose-findings.ts';
import { hashFiles } from '../study/whole-files.ts';
import { type OpenedStudy, REPORT_FILE } from './opened-study.ts';
import { reportPage } from './report-page.ts';
import { REPORT_PAGE_FILE } from './save-findings.ts';

/** The statements as they were made, beside the report that tests them. */
export const EXPECTATIONS_FILE = 'expectations.json';

/**
 * Tests what a person states about the data, in place of what was stated before, and writes it into the study: expectations.json,
 * report.json, report.html. Nothing is written where a statement cannot be tested.
 * @throws SondeError bad-request, study-incomplete
 */
export async function stateExpectations(study: OpenedStudy, statements: readonly Expectation[]): Promise<ExpectationResult[]> {
  const { folder } = study;
  const expectations = testExpectations(statements, expectationData(await study.table()));
  const report = withExpectations({ ...(await study.report()), expectations });
  const manifest = await readManifest(folder);
  const page = await reportPage(folder, report, await study.model(), 'en');
  await writeAtomically(path.join(folder, EXPECTATIONS_FILE), `${JSON.stringify(statements, null, 1)}\n`);
  // Unknown while it changes: whoever is killed in between leaves no report that is taken for damaged.
  const { [REPORT_FILE]: _, ...files } = manifest.files;
  await writeManifest(folder, { ...manifest, files });
  await writeAtomically(path.join(folder, REPORT_FILE), `${JSON.stringify(report, null, 1)}\n`);
  await writeManifest(folder, { ...manifest, files: { ...files, ...(await hashFiles(folder, [REPORT_FILE])) } });
  await writeAtomically(path.join(folder, REPORT_PAGE_FILE), page);
  return expectations;
}
