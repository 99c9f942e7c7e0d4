/**
 * Every view of the real window, light and dark, small and large, English and Korean, into a folder. Run by hand:
 *   node test/e2e/screenshots.ts FOLDER [--source FOLDER_OF_IMAGES] [--seconds N]
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import setupDisplay from './display.ts';
import { beginOn, fixtureFolder, newHome, startProgram, untilDone, untilTraining } from './program.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { source: { type: 'string', default: fixtureFolder }, seconds: { type: 'string', default: '20' } },
});
const target = positionals[0];
if (!target) throw new Error('usage: node test/e2e/screenshots.ts FOLDER [--source FOLDER_OF_IMAGES] [--seconds N]');
await mkdir(target, { recursive: true });

const looks = (['light', 'dark'] as const).flatMap((theme) => (['en', 'ko'] as const).map((locale) => ({ theme, locale })));
const sizes = [
  { width: 1024, height: 700 },
  { width: 1600, height: 1000 },
];

const removeDisplay = await setupDisplay();
const { home, remove } = await newHome();
const program = await startProgram(home);
const { app, page } = program;

async function shoot(view: string): Promise<void> {
  for (const { width, height } of sizes) {
    await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), {
      width,
      height,
    });
    for (const { theme, locale } of looks) {
      await page.evaluate(([t, l]) => window.sonde.call('changeSettings', { theme: t, locale: l }), [theme, locale] as const);
      await page.locator(`html[lang=${locale}][data-theme=${theme}]`).waitFor({ state: 'attached' });
      await page.waitForTimeout(700);
      await page.screenshot({ path: path.join(target as string, `${view}-${width}x${height}-${theme}-${locale}.png`) });
    }
  }
}

try {
  await shoot('welcome');
  await beginOn(page, values.source, Number(values.seconds));
  await untilTraining(page);
  await shoot('training');
  await untilDone(page);
  for (const view of ['data', 'train', 'map', 'sample', 'report', 'compare']) {
    await page.getByTestId(`nav-${view}`).click();
    await page.waitForTimeout(1500);
    await shoot(view);
  }
  await app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] });
  }, fixtureFolder);
  await page.getByTestId('compare-folder').click();
  await page.getByTestId('compare-verdict').waitFor({ timeout: 120_000 });
  await page.waitForTimeout(1000);
  await shoot('comparison');
  await page.getByTestId('nav-home').click();
  await shoot('studies');
  for (const fault of program.faults) console.error(fault);
} finally {
  await program.close();
  await remove();
  removeDisplay?.();
}
