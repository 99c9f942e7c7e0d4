import path from 'node:path';
import type { BiasReport } from '../../contract/report.ts';
import { writeAtomically } from '../../study/atomic-write.ts';
import type { Mixture } from '../density/mixture.ts';
import type { Model } from '../model/model.ts';
import { type ImagesTable, writeImages } from '../study/images-table.ts';
import { MIXTURE_FILE, REPORT_FILE } from './opened-study.ts';
import { reportPage } from './report-page.ts';

export const REPORT_PAGE_FILE = 'report.html';

export interface Findings {
  table: ImagesTable;
  report: BiasReport;
  mixture: Mixture;
  model: Model;
}

/** Writes what an analysis found: images.parquet, mixture.json, report.json, report.html. */
export async function saveFindings(folder: string, { table, report, mixture, model }: Findings): Promise<void> {
  await writeImages(folder, table);
  await writeAtomically(path.join(folder, MIXTURE_FILE), JSON.stringify(mixture));
  await writeAtomically(path.join(folder, REPORT_FILE), `${JSON.stringify(report, null, 1)}\n`);
  await writeAtomically(path.join(folder, REPORT_PAGE_FILE), await reportPage(folder, report, model, 'en'));
}
