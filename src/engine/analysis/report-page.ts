import sharp from 'sharp';
import type { BiasReport } from '../../contract/report.ts';
import { factorColumn, latentColumn } from '../../contract/study.ts';
import { SondeError } from '../../errors/sonde-error.ts';
import { DAMAGE_SHOWN } from '../../report-page/damage-shown.ts';
import { drawingId } from '../../report-page/drawings.ts';
import { along, alongFactor, meanLatents, medianLatents } from '../../report-page/latents.ts';
import { ThumbnailFile } from '../../study/thumbnail-file.ts';
import type { Model } from '../model/model.ts';
import { namedImages } from '../report/named-images.ts';
import { reportFile } from '../report/report-file.ts';
import { decodeWith } from './opened-study.ts';

/** The thumbnails that a report shows, as data: URLs; the file is a cache, and those that it lacks are left out. */
async function thumbnailUrls(folder: string, indices: Iterable<number>): Promise<Map<number, string>> {
  const urls = new Map<number, string>();
  let file: ThumbnailFile;
  try {
    file = await ThumbnailFile.open(folder);
  } catch (error) {
    // The page says how many pictures it lacks.
    if (error instanceof SondeError || (error as NodeJS.ErrnoException).code === 'ENOENT') return urls;
    throw error;
  }
  try {
    for (const index of indices) {
      const thumbnail = await file.read(index);
      if (thumbnail) urls.set(index, `data:${thumbnail.type};base64,${Buffer.from(thumbnail.bytes).toString('base64')}`);
    }
  } finally {
    await file.close();
  }
  return urls;
}

/** What the model draws along each variable that the report shows, side by side, as data: URLs by the variable's column. */
async function stripUrls(report: BiasReport, model: Model): Promise<Map<string, string>> {
  const [median, mean] = [medianLatents(report), meanLatents(report)];
  const rows: [string, Float32Array][] = [
    ...(report.factors ?? []).map((factor): [string, Float32Array] => [
      factorColumn(factor.factor),
      alongFactor(mean, factor, factor.stripValues),
    ]),
    ...report.latents
      .filter(({ active }) => active)
      .map(({ latent, stripValues }): [string, Float32Array] => [latentColumn(latent), along(median, latent, stripValues)]),
    ...(report.missing?.combinations ?? []).map(({ drawn }, at): [string, Float32Array] => [drawingId(at), Float32Array.from(drawn ?? [])]),
  ];
  const urls = new Map<string, string>();
  for (const [column, z] of rows) if (z.length > 0) urls.set(column, await stripUrl(decodeWith(model, z)));
  return urls;
}

/** n square images side by side. WebP without loss: what a model draws is smooth, and a third of the size of a PNG. */
async function stripUrl({ n, size, channels, data }: ReturnType<typeof decodeWith>): Promise<string> {
  const strip = new Uint8Array(n * size * size * channels);
  const row = size * channels;
  for (let image = 0; image < n; image += 1)
    for (let y = 0; y < size; y += 1)
      strip.set(data.subarray((image * size + y) * row, (image * size + y + 1) * row), (y * n + image) * row);
  const bytes = await sharp(strip, { raw: { width: n * size, height: size, channels } })
    .webp({ lossless: true })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}

/** The report as a page that needs nothing else. */
export async function reportPage(folder: string, report: BiasReport, model: Model, locale: 'en' | 'ko'): Promise<string> {
  const named = namedImages(report, DAMAGE_SHOWN);
  const pictures = await thumbnailUrls(folder, named);
  return reportFile({ report, locale, pictures, strips: await stripUrls(report, model), missing: named.length - pictures.size });
}
