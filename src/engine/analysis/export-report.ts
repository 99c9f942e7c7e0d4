import { writeAtomically } from '../../study/atomic-write.ts';
import type { OpenedStudy } from './opened-study.ts';
import { reportPage } from './report-page.ts';

/** Writes the study's report where a person asked for it. @throws SondeError study-incomplete, disk-full */
export async function exportReport(study: OpenedStudy, target: string, format: 'html' | 'json', locale: 'en' | 'ko'): Promise<void> {
  const report = await study.report();
  const text =
    format === 'json' ? `${JSON.stringify(report, null, 1)}\n` : await reportPage(study.folder, report, await study.model(), locale);
  await writeAtomically(target, text);
}
