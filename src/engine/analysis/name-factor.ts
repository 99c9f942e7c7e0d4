import type { FactorSummary } from '../../contract/report.ts';
import { factorColumn } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { NAMES_FILE } from '../../study/files.ts';
import { writeJson } from '../../study/json-file.ts';
import { replaceReport } from '../../study/report-file.ts';
import type { OpenedStudy } from './opened-study.ts';
import { reportPage } from './report-page.ts';

/**
 * Gives a factor a name, or takes it back, and writes it into the study: names.json (by column: { "factor_00": "masked" }), report.json,
 * report.html.
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
  await writeJson(folder, NAMES_FILE, names);
  await replaceReport(folder, report, page);
  return factors;
}
