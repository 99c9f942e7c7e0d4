import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { SondeError } from '../../errors/sonde-error.ts';
import { exportReport } from '../analysis/export-report.ts';
import { OpenedStudy } from '../analysis/opened-study.ts';
import { none, oneOf, required, UsageError } from './arguments.ts';
import type { Given } from './command-line.ts';
import { outFile } from './out-file.ts';

const run = promisify(execFile);
const FORMATS = { '.html': 'html', '.json': 'json', '.md': 'md', '.pdf': 'pdf' } as const;

/** `sonde report --study DIR --out FILE.html|.json|.md|.pdf`; Markdown is a summary for a paper's data sheet. */
export async function report({ values, positionals }: Given): Promise<number> {
  none(positionals);
  const study = new OpenedStudy(path.resolve(required(values.study, 'study')));
  const out = await outFile(values.out);
  const locale = oneOf(values.locale, 'locale', ['en', 'ko']) ?? 'en';
  const format = Object.entries(FORMATS).find(([extension]) => extension === path.extname(out).toLowerCase())?.[1];
  if (!format) throw new UsageError(`--out wants a file that ends in ${Object.keys(FORMATS).join(', ')}, not ${out}`);
  try {
    if (format === 'pdf') await printPage(study, out, locale);
    else await exportReport(study, out, format, locale);
  } finally {
    await study.close();
  }
  process.stdout.write(`${out}\n`);
  return 0;
}

/** A browser prints the page: the one that SONDE_BROWSER names, else the first of the usual names that answers. */
async function printPage(study: OpenedStudy, out: string, locale: 'en' | 'ko'): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sonde-report-'));
  const tried: string[] = [];
  try {
    const page = path.join(folder, 'page.html');
    await exportReport(study, page, 'html', locale);
    for (const browser of [process.env.SONDE_BROWSER, 'chromium', 'chromium-browser', 'google-chrome', 'msedge']) {
      if (!browser) continue;
      try {
        // Root has no user namespaces to build the browser's sandbox from; the page is our own and holds no script.
        const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
        await run(browser, [
          '--headless',
          ...sandbox,
          '--disable-gpu',
          `--user-data-dir=${folder}/profile`,
          '--no-pdf-header-footer',
          `--print-to-pdf=${out}`,
          page,
        ]);
        await stat(out);
        return;
      } catch (error) {
        tried.push(`${browser}: ${(error as Error).message.split('\n')[0]}`);
      }
    }
    throw new SondeError(
      'engine-missing',
      {},
      `a PDF is printed by Chromium, Chrome or Edge, and none answered (${tried.join('; ')}). Name one in SONDE_BROWSER, or write .html and print that`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
