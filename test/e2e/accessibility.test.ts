import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFindings } from './axe.ts';
import { keepEvidence } from './evidence.ts';
import { beginOn, fixtureFolder, newHome, type Program, startProgram, untilDone, untilTraining } from './program.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let program: Program;
keepEvidence(() => program);

beforeAll(async () => {
  home = await newHome();
  program = await startProgram(home.home);
});
afterAll(async () => {
  await program?.close();
  await home?.remove();
});

async function settle(theme: 'light' | 'dark', locale: 'en' | 'ko'): Promise<void> {
  const { page } = program;
  await page.evaluate(([t, l]) => window.sonde.call('changeSettings', { theme: t, locale: l }), [theme, locale] as const);
  await page.locator(`html[lang=${locale}][data-theme=${theme}]`).waitFor({ state: 'attached' });
  await page.waitForTimeout(400);
}

test('axe-core sees what is wrong where something is', async () => {
  await program.page.evaluate(() => {
    const wrong = document.createElement('img');
    wrong.id = 'wrong';
    document.querySelector('main, #app')?.append(wrong);
  });
  expect((await axeFindings(program.page)).join()).toContain('image-alt');
  await program.page.evaluate(() => document.getElementById('wrong')?.remove());
});

const looks = (['light', 'dark'] as const).flatMap((theme) => (['en', 'ko'] as const).map((locale) => [theme, locale] as const));

test.each(looks)('axe-core finds nothing on the welcome view, %s, %s', async (theme, locale) => {
  await settle(theme, locale);
  expect(await axeFindings(program.page)).toEqual([]);
});

test('axe-core finds nothing while training', async () => {
  const { page } = program;
  await beginOn(page, fixtureFolder, 5);
  await untilTraining(page);
  expect(await axeFindings(page)).toEqual([]);
  await untilDone(page);
});

const views = ['data', 'train', 'map', 'sample', 'report', 'compare'] as const;
test.each(looks.flatMap(([theme, locale]) => views.map((view) => [view, theme, locale] as const)))(
  'axe-core finds nothing in %s, %s, %s',
  async (view, theme, locale) => {
    await settle(theme, locale);
    await program.page.getByTestId(`nav-${view}`).click();
    await program.page.waitForTimeout(500);
    expect(await axeFindings(program.page)).toEqual([]);
  },
);
