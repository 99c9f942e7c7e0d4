import path from 'node:path';
import { type BiasReport, biasReport, REPORT_FORMAT } from '../contract/report.ts';
import { writeAtomically } from './atomic-write.ts';
import { REPORT_FILE, REPORT_PAGE_FILE } from './files.ts';
import { readJson, writeJson } from './json-file.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { hashFiles } from './whole-files.ts';

/** @throws SondeError study-incomplete, study-unreadable, study-too-new */
export const readReport = (folder: string): Promise<BiasReport> => readJson(folder, REPORT_FILE, biasReport, REPORT_FORMAT);

/** Writes the report of a study that is not done yet. @param page report.html */
export async function writeReport(folder: string, report: BiasReport, page: string): Promise<void> {
  await writeJson(folder, REPORT_FILE, report);
  await writeAtomically(path.join(folder, REPORT_PAGE_FILE), page);
}

/** Puts another report in place of a finished study's, and the study knows it for its own. @param page report.html */
export async function replaceReport(folder: string, report: BiasReport, page: string): Promise<void> {
  const manifest = await readManifest(folder);
  // Unknown while it changes: whoever is killed in between leaves no report that is taken for damaged.
  const { [REPORT_FILE]: _, ...files } = manifest.files;
  await writeManifest(folder, { ...manifest, files });
  await writeJson(folder, REPORT_FILE, report);
  await writeManifest(folder, { ...manifest, files: { ...files, ...(await hashFiles(folder, [REPORT_FILE])) } });
  await writeAtomically(path.join(folder, REPORT_PAGE_FILE), page);
}
