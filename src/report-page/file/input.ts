import type { BiasReport } from '../../contract/report.ts';

/** What a report's file is made of. */
export interface ReportFileInput {
  report: BiasReport;
  locale: 'en' | 'ko';
  /** data: URLs of thumbnails, by image. */
  pictures: ReadonlyMap<number, string>;
  /** data: URLs of what the model draws along a variable, by its column; none where the model is not at hand. */
  strips: ReadonlyMap<string, string>;
  /** How many of the pictures that belong in it there are not. */
  missing: number;
}
