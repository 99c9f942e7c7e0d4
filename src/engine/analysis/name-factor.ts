import path from 'node:path';
import type { FactorSummary } from '../../contract/report.ts';
import { factorColumn } from '../../contract/study.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import { SondeError } from '../sonde-error.ts';
import { type OpenedStudy, REPORT_FILE } from './opened-study.ts';
import { reportPage } from './report-page.ts';
import { REPORT_PAGE_FILE } from './save-findings.ts';

/** The names that a person gave, by column: { "factor_00": "masked" }. */
export const NAMES_FILE = 'names.json';

/**
 * Gives a factor a name, or takes it back, and writes it into the study: names.json, report.json, report.html.
 * @throws SondeError bad-request, study-incomplete
 */
export async function nameFactor(study: OpenedStudy, factor: number, name: string | null): Promise<FactorSummary[]> {
  const { folder } = study;
  const before = await study.report();
  if (!before.factors?.some((one) => one.factor === factor))
    throw new SondeError('bad-request', { factor }, `the report lists no factor ${factor}`);
  const factors = before.factors.map((one) => (one.factor === factor ? { ...one, name } : one));
  const report = { ...before, factors };
  const page = await reportPage(folder, report, await study.model(), 'en');
  const names = Object.fromEntries(factors.flatMap((one) => (one.name === null ? [] : [[factorColumn(one.factor), one.name]])));
  await writeAtomically(path.join(folder, NAMES_FILE), `${JSON.stringify(names, null, 1)}\n`);
  await writeAtomically(path.join(folder, REPORT_FILE), `${JSON.stringify(report, null, 1)}\n`);
  await writeAtomically(path.join(folder, REPORT_PAGE_FILE), page);
  return factors;
}
