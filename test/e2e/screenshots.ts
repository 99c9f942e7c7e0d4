/**
 * Every view of the real window, light and dark, small and large, English and Korean, into a folder.
 * Run: npm run screenshots -- [FOLDER] [--source FOLDER_OF_IMAGES] [--second FOLDER_OF_IMAGES] [--seconds N]
 *      [--view map,report] [--theme dark] [--size 1024x700] [--locale ko]      each a list; what is left out is all of them
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import setupDisplay from './display.ts';
import { beginOn, fixtureFolder, newHome, root, startProgram, untilDone, untilTraining } from './program.ts';

const VIEWS = ['welcome', 'training', 'data', 'train', 'map', 'sample', 'report', 'compare', 'comparison', 'studies'];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { type: 'string', default: fixtureFolder },
    second: { type: 'string', default: fixtureFolder },
    seconds: { type: 'string', default: '20' },
    view: { type: 'string', default: VIEWS.join() },
    theme: { type: 'string', default: 'light,dark' },
    size: { type: 'string', default: '1024x700,1600x1000' },
    locale: { type: 'string', default: 'en,ko' },
  },
});
function listOf<T extends string>(text: string, known: readonly T[] | null): T[] {
  const items = text.split(',') as T[];
  const strange = items.find((item) => known && !known.includes(item));
  if (strange) throw new Error(`${strange} is none of ${known?.join(', ')}`);
  return items;
}
const target = path.resolve(positionals[0] ?? path.join(root, 'out', 'screenshots'));
const wanted = listOf(values.view, VIEWS);
const looks = listOf(values.theme, ['light', 'dark'] as const).flatMap((theme) =>
  listOf(values.locale, ['en', 'ko'] as const).map((locale) => ({ theme, locale })),
);
const sizes = listOf(values.size, null).map((text) => {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (!width || !height) throw new Error(`${text} is no size: write it as 1024x700`);
  return { width: Number(width), height: Number(height) };
});
await mkdir(target, { recursive: true });

const removeDisplay = await setupDisplay();
const { home, remove } = await newHome();
const program = await startProgram(home);
const { app, page } = program;

async function shoot(view: string): Promise<void> {
  if (!wanted.includes(view)) return;
  for (const { width, height } of sizes) {
    await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), {
      width,
      height,
    });
    for (const { theme, locale } of looks) {
      await page.evaluate(([t, l]) => window.sonde.call('changeSettings', { theme: t, locale: l }), [theme, locale] as const);
      await page.locator(`html[lang=${locale}][data-theme=${theme}]`).waitFor({ state: 'attached' });
      await page.waitForTimeout(700);
      await page.screenshot({ path: path.join(target, `${view}-${width}x${height}-${theme}-${locale}.png`) });
    }
  }
}

try {
  await shoot('welcome');
  await beginOn(page, path.resolve(values.source), Number(values.seconds));
  await untilTraining(page);
  await shoot('training');
  await untilDone(page);
  for (const view of VIEWS.slice(VIEWS.indexOf('data'), VIEWS.indexOf('comparison'))) {
    if (!wanted.includes(view) && view !== 'compare') continue;
    await page.getByTestId(`nav-${view}`).click();
    await page.waitForTimeout(1500);
    await shoot(view);
  }
  await app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] });
  }, path.resolve(values.second));
  await page.getByTestId('compare-folder').click();
  await page.getByTestId('compare-verdict').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(1000);
  await shoot('comparison');
  await page.getByTestId('nav-home').click();
  await shoot('studies');
  for (const fault of program.faults) console.error(fault);
  console.log(`${wanted.length * sizes.length * looks.length} pictures in ${target}`);
} finally {
  await program.close();
  await remove();
  removeDisplay?.();
}
