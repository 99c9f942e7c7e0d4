import { writeAtomically } from '../../study/atomic-write.ts';
import { dataSheet } from '../report/data-sheet.ts';
import type { OpenedStudy } from './opened-study.ts';
import { reportPage } from './report-page.ts';

/** Writes the study's report where a person asked for it. @throws SondeError study-incomplete, disk-full */
export async function exportReport(study: OpenedStudy, target: string, format: 'html' | 'json' | 'md', locale: 'en' | 'ko'): Promise<void> {
  const report = await study.report();
  await writeAtomically(target, await textOf(format));

  async function textOf(wanted: typeof format): Promise<string> {
    if (wanted === 'json') return `${JSON.stringify(report, null, 1)}\n`;
    return wanted === 'md' ? dataSheet(report, locale) : reportPage(study.folder, report, await study.model(), locale);
  }
}
