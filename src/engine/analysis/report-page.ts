import { open } from 'node:fs/promises';
import path from 'node:path';
import type { BiasReport } from '../../contract/report.ts';
import { THUMBNAILS_FILE, THUMBNAILS_HEADER_BYTES } from '../../contract/thumbnails.ts';
import type { Model } from '../model/model.ts';
import { renderReportHtml } from '../report/render-report.ts';
import { decodeWith } from './opened-study.ts';

const PNG_FIRST_BYTE = 0x89;

/** The thumbnails that a report shows, as data: URLs. */
async function thumbnailUrls(folder: string, indices: Iterable<number>): Promise<Map<number, string>> {
  const urls = new Map<number, string>();
  const file = await open(path.join(folder, THUMBNAILS_FILE), 'r');
  try {
    const place = Buffer.alloc(16);
    for (const index of indices) {
      await file.read(place, 0, 16, THUMBNAILS_HEADER_BYTES + 8 * index);
      const start = Number(place.readBigUInt64LE(0));
      const bytes = Buffer.alloc(Number(place.readBigUInt64LE(8)) - start);
      await file.read(bytes, 0, bytes.length, start);
      const type = bytes[0] === PNG_FIRST_BYTE ? 'png' : 'jpeg';
      urls.set(index, `data:image/${type};base64,${bytes.toString('base64')}`);
    }
  } finally {
    await file.close();
  }
  return urls;
}

/** Every image that the report names. */
function shown(report: BiasReport): Set<number> {
  const indices = new Set<number>();
  for (const { index } of report.outliers?.images ?? []) indices.add(index);
  for (const group of report.groups ?? []) for (const index of [...group.typical, ...group.extreme]) indices.add(index);
  for (const weight of report.weights ?? []) for (const index of [...weight.preview, ...weight.evenPreview]) indices.add(index);
  return indices;
}

/** The report as a page that needs nothing else. */
export async function reportPage(folder: string, report: BiasReport, model: Model, locale: 'en' | 'ko'): Promise<string> {
  const urls = await thumbnailUrls(folder, shown(report));
  return renderReportHtml(report, { locale, thumbnails: (index) => urls.get(index) ?? null, decode: (z) => decodeWith(model, z) });
}
