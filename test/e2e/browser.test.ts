import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from './axe.ts';
import { type BrowserHost, startBrowserHost } from './browser-host.ts';
import { keepEvidence } from './evidence.ts';
import { fixtureFolder, newHome, trainingSeconds, untilDone, untilTraining } from './program.ts';

/** The system's own Chromium: newer than any that the program may be built on. */
const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));

let home: Awaited<ReturnType<typeof newHome>>;
let host: BrowserHost;
let browser: Browser;
let page: Page;
const faults: string[] = [];
keepEvidence(() => (page ? { page, faults } : undefined));

beforeAll(async () => {
  if (!program) throw new Error('no Chromium is installed: apt-get install chromium');
  home = await newHome();
  host = await startBrowserHost(home.home, fixtureFolder);
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 820 }, locale: 'en-US' });
  page.on('pageerror', (error) => faults.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/404/.test(message.text())) faults.push(message.text());
  });
  await host.serve(page);
  await page.goto(host.address);
  await page.getByTestId('welcome').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await home?.remove();
});

test('the same page in the system’s Chromium: train, map, slider, report, and nothing for axe-core', async () => {
  await trainingSeconds(page, 5);
  await page.getByTestId('choose-folder').click();
  await page.getByTestId('start').click();
  await untilTraining(page);
  await untilDone(page);
  await page.getByTestId('nav-map').click();
  await page.locator('[data-testid=map-canvas][data-points]:not([data-points="0"])').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByTestId('nav-sample').click();
  const canvas = page.getByTestId('sample-canvas');
  await page.locator('[data-testid=sample-canvas][data-frame]:not([data-frame="0"])').waitFor();
  const before = await canvas.screenshot();
  await page.getByTestId('latent-slider-0').focus();
  for (let i = 0; i < 20; i += 1) await page.keyboard.press('PageUp');
  await expect.poll(async () => (await canvas.screenshot()).equals(before)).toBe(false);
  await page.getByTestId('nav-report').click();
  await page.getByTestId('report').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(faults).toEqual([]);
});
