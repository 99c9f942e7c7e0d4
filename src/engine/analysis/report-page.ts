import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { BiasReport } from '../../contract/report.ts';
import { THUMBNAILS_FILE, THUMBNAILS_HEADER_BYTES } from '../../contract/thumbnails.ts';
import type { Model } from '../model/model.ts';
import { renderReportHtml } from '../report/render-report.ts';
import { decodeWith } from './opened-study.ts';

const PNG_FIRST_BYTE = 0x89;
const JPEG_FIRST_BYTE = 0xff;

/** The thumbnails that a report shows, as data: URLs; the file is a cache, and those that it lacks are left out. */
async function thumbnailUrls(folder: string, indices: Iterable<number>): Promise<Map<number, string>> {
  const urls = new Map<number, string>();
  let file: FileHandle;
  try {
    file = await open(path.join(folder, THUMBNAILS_FILE), 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return urls;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const place = Buffer.alloc(16);
    for (const index of indices) {
      if ((await file.read(place, 0, 16, THUMBNAILS_HEADER_BYTES + 8 * index)).bytesRead < 16) continue;
      const [start, end] = [Number(place.readBigUInt64LE(0)), Number(place.readBigUInt64LE(8))];
      if (start >= end || end > size) continue;
      const bytes = Buffer.alloc(end - start);
      await file.read(bytes, 0, bytes.length, start);
      const type = bytes[0] === PNG_FIRST_BYTE ? 'png' : bytes[0] === JPEG_FIRST_BYTE ? 'jpeg' : null;
      if (type) urls.set(index, `data:image/${type};base64,${bytes.toString('base64')}`);
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
  for (const { images } of [...report.latents, ...(report.factors ?? [])]) for (const index of images.flat()) indices.add(index);
  for (const group of report.groups ?? []) for (const index of [...group.typical, ...group.extreme]) indices.add(index);
  for (const weight of report.weights ?? []) for (const index of [...weight.preview, ...weight.evenPreview]) indices.add(index);
  return indices;
}

/** The report as a page that needs nothing else. */
export async function reportPage(folder: string, report: BiasReport, model: Model, locale: 'en' | 'ko'): Promise<string> {
  const indices = shown(report);
  const urls = await thumbnailUrls(folder, indices);
  return renderReportHtml(report, {
    locale,
    thumbnails: (index) => urls.get(index) ?? null,
    missing: indices.size - urls.size,
    decode: (z) => decodeWith(model, z),
  });
}
