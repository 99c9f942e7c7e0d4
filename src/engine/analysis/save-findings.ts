import type { BiasReport } from '../../contract/report.ts';
import { type ImagesTable, writeImages } from '../../study/images-table.ts';
import { writeMixture } from '../../study/mixture-file.ts';
import { writeReport } from '../../study/report-file.ts';
import type { Mixture } from '../density/mixture.ts';
import type { Model } from '../model/model.ts';
import { reportPage } from './report-page.ts';

export interface Findings {
  table: ImagesTable;
  report: BiasReport;
  mixture: Mixture;
  model: Model;
}

/** Writes what an analysis found: images.parquet, mixture.json, report.json, report.html. */
export async function saveFindings(folder: string, { table, report, mixture, model }: Findings): Promise<void> {
  await writeImages(folder, table);
  await writeMixture(folder, mixture.stored());
  await writeReport(folder, report, await reportPage(folder, report, model, 'en'));
}
