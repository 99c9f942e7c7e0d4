import type { Server } from 'node:http';
import AxeBuilder from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FakeOptions } from './fake-bridge.ts';
import { launch, open, serve } from './page-host.ts';

let browser: Browser;
let server: Server;
let address: string;
beforeAll(async () => {
  ({ server, address } = await serve());
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  server.close();
});

const views = ['data', 'train', 'map', 'sample', 'report', 'compare'] as const;
const calls = (page: Page, name: string) => page.evaluate((wanted) => window.fakeCalls.filter((call) => call.name === wanted).length, name);

async function openStudy(page: Page): Promise<void> {
  await page.getByTestId('recent-study').first().click();
  await page.getByTestId('nav-map').waitFor();
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}
async function accessibilityFaults(page: Page): Promise<string[]> {
  // Through evaluate, not a script tag: the page's content policy forbids foreign scripts.
  await page.evaluate(AxeBuilder.source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (root: Document, options: object) => Promise<{ violations: Violation[] }> } };
    return (await axe.run(document, { resultTypes: ['violations'] })).violations;
  });
  return found.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

describe('every view, in both languages and both themes', () => {
  const appearances: FakeOptions['settings'][] = [
    { locale: 'en', theme: 'light', systemLocale: 'en-US' },
    { locale: 'ko', theme: 'dark', systemLocale: 'ko-KR' },
  ];
  for (const settings of appearances) {
    test(`${settings.locale}, ${settings.theme}: axe finds nothing, the console is quiet, nothing is wider than the window`, async () => {
      const { page, faults } = await open(browser, address, { settings }, { viewport: { width: 1024, height: 700 } });
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(settings.locale);
      expect(await accessibilityFaults(page)).toEqual([]);
      await openStudy(page);
      for (const view of views) {
        await page.getByTestId(`nav-${view}`).click();
        await page.waitForTimeout(400);
        expect({ view, found: await accessibilityFaults(page) }).toEqual({ view, found: [] });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        expect({ view, wide }).toEqual({ view, wide: false });
      }
      await page.getByTestId('nav-home').click();
      await page.getByTestId('try-sample').click();
      await page.waitForTimeout(1500);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(faults).toEqual([]);
      await page.close();
    });
  }
});

describe('welcome', () => {
  test('the sample begins at once and the training is shown', async () => {
    const { page, faults } = await open(browser, address);
    await page.getByTestId('try-sample').click();
    await page.getByTestId('live-map').waitFor();
    await expect.poll(() => page.getByTestId('live-map').getAttribute('data-points')).toBe('2000');
    const before = Number(await page.getByTestId('live-map').getAttribute('data-frame'));
    await expect.poll(async () => Number(await page.getByTestId('live-map').getAttribute('data-frame'))).toBeGreaterThan(before + 10);
    expect(faults).toEqual([]);
    await page.close();
  });

  test('with the advanced options open a source waits for Start, and the choices go along', async () => {
    const { page } = await open(browser, address);
    await page.locator('summary').first().click();
    await page.getByTestId('option-seconds').fill('12');
    await page.getByTestId('option-model').selectOption('ae');
    await page.getByTestId('choose-folder').click();
    expect(await calls(page, 'startAnalysis')).toBe(0);
    await page.getByTestId('start').click();
    const params = await page.evaluate(() => window.fakeCalls.find((call) => call.name === 'startAnalysis')?.params);
    expect(params).toMatchObject({ options: { model: 'ae', seconds: 12, klWarmUp: 0 } });
    await page.close();
  });

  test('a value outside its range is refused beside its field', async () => {
    const { page } = await open(browser, address);
    await page.locator('summary').first().click();
    await page.getByTestId('option-seconds').fill('0');
    await page.getByTestId('option-seconds').blur();
    expect(await page.getByTestId('option-seconds').getAttribute('aria-invalid')).toBe('true');
    await page.close();
  });

  test('a drop that has no path says so', async () => {
    const failures = { takeDropped: { code: 'drop-without-path' as const, params: {}, detail: '' } };
    const { page } = await open(browser, address, { failures });
    await page.getByTestId('drop-zone').evaluate((zone) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([], 'from a browser.png'));
      zone.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
    });
    await expect.poll(() => page.getByTestId('notice').textContent()).toContain('lies in no folder');
    expect(await page.getByTestId('welcome').isVisible()).toBe(true);
    await page.close();
  });

  test('a refusal is a sentence with its remedy, and the view stays', async () => {
    const failures = { startAnalysis: { code: 'too-few-images' as const, params: { count: 7, minimum: 50 }, detail: '' } };
    const { page } = await open(browser, address, { failures });
    await page.getByTestId('try-sample').click();
    await expect.poll(() => page.getByTestId('notice').textContent()).toContain('Only 7 usable images');
    expect(await page.getByTestId('welcome').isVisible()).toBe(true);
    await page.close();
  });
});

describe('train', () => {
  test('pause, continue and cancel reach the engine and show', async () => {
    const { page } = await open(browser, address);
    await page.getByTestId('try-sample').click();
    await page.waitForTimeout(800);
    await page.getByTestId('pause-run').click();
    await expect.poll(() => page.getByTestId('pause-run').getAttribute('aria-pressed')).toBe('true');
    await page.getByTestId('pause-run').click();
    await expect.poll(() => page.getByTestId('pause-run').getAttribute('aria-pressed')).toBe('false');
    await page.getByTestId('cancel-run').click();
    await page.getByTestId('cancel-run').waitFor({ state: 'detached' });
    expect([await calls(page, 'pause'), await calls(page, 'unpause'), await calls(page, 'cancel')]).toEqual([1, 1, 1]);
    await page.close();
  });

  test('a lost engine ends the run with a banner and a sentence', async () => {
    const { page } = await open(browser, address);
    await page.getByTestId('try-sample').click();
    await page.waitForTimeout(500);
    await page.evaluate(() => window.fakeEmit('engine', { state: 'lost', detail: 'signal SIGKILL' }));
    await page.getByTestId('engine-banner').waitFor();
    await expect.poll(() => page.getByTestId('notice').first().textContent()).toContain('restarted');
    await page.close();
  });
});

describe('map', () => {
  test('shows as many points as images, and the pointer, the lasso and the keyboard reach them', async () => {
    const { page, faults } = await open(browser, address);
    await openStudy(page);
    // UMAP stands on what tells images apart best, so it is what is shown first.
    await expect.poll(() => page.getByTestId('layout-umap').getAttribute('aria-pressed')).toBe('true');
    await page.getByTestId('layout-pca').click();
    const canvas = page.getByTestId('map-canvas');
    await expect.poll(() => canvas.getAttribute('data-points')).toBe('3000');
    await expect.poll(() => canvas.getAttribute('data-ready')).toBe('true');

    await canvas.focus();
    await page.keyboard.press('ArrowRight');
    await page.getByTestId('image-detail').waitFor();
    const first = await page.getByTestId('image-detail').locator('h2').textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.getByTestId('image-detail').locator('h2').textContent()).not.toBe(first);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('selection-count').getAttribute('data-count')).toBe('1');

    const box = await canvas.boundingBox();
    if (!box) throw new Error('the map has no box');
    await page.getByTestId('tool-lasso').click();
    const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(cx - 120, cy - 120);
    await page.mouse.down();
    for (const [dx, dy] of [
      [120, -120],
      [120, 120],
      [-120, 120],
    ] as const)
      await page.mouse.move(cx + dx, cy + dy, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => Number(await page.getByTestId('selection-count').getAttribute('data-count'))).toBeGreaterThan(50);
    await page.getByTestId('selection-grid').waitFor();

    const scale = Number(await canvas.getAttribute('data-scale'));
    await page.mouse.move(cx, cy);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => Number(await canvas.getAttribute('data-scale'))).toBeGreaterThan(scale * 1.3);
    expect(faults).toEqual([]);
    await page.close();
  });

  test('colours by label, attribute and latent, each with its legend, in either layout', async () => {
    const { page, faults } = await open(browser, address);
    await openStudy(page);
    for (const [name, title] of [
      ['label', 'Subfolder'],
      ['brightness', 'Brightness'],
      ['z_02', 'Latent 2'],
      ['group', 'Group'],
    ] as const) {
      await page.getByTestId('color-by').selectOption(name);
      await expect.poll(() => page.getByTestId('legend').locator('h2').textContent()).toBe(title);
    }
    await page.getByTestId('layout-pca').click();
    await page.getByTestId('contours').check();
    await page.waitForTimeout(300);
    expect(await calls(page, 'contours')).toBe(1);
    await page.getByTestId('map-table-tab').click();
    await page.getByTestId('map-table').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  test('a million points are shown, and the map follows the hand', async () => {
    const { page, faults } = await open(browser, address, { images: 1_000_000, latents: 4, active: 4 });
    await openStudy(page);
    const canvas = page.getByTestId('map-canvas');
    await expect.poll(() => canvas.getAttribute('data-ready'), { timeout: 30_000 }).toBe('true');
    expect(await canvas.getAttribute('data-points')).toBe('1000000');
    const box = await canvas.boundingBox();
    if (!box) throw new Error('the map has no box');
    const before = await canvas.screenshot();
    await page.mouse.move(box.x + 300, box.y + 300);
    await page.mouse.down();
    for (let i = 0; i < 10; i += 1) await page.mouse.move(box.x + 300 + i * 12, box.y + 300 + i * 4);
    await page.mouse.up();
    await expect.poll(async () => (await canvas.screenshot()).equals(before)).toBe(false);
    expect(faults).toEqual([]);
    await page.close();
  }, 120_000);
});

describe('sample', () => {
  test('the sliders come most important first, change the picture, and reset', async () => {
    const { page, faults } = await open(browser, address);
    await openStudy(page);
    await page.getByTestId('nav-sample').click();
    const picture = () => page.getByTestId('sample-canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    await page.getByTestId('latent-slider-0').waitFor();
    expect(await page.getByTestId('latent-slider-8').count()).toBe(1);
    expect(await page.getByTestId('latent-slider-9').count()).toBe(0);
    await expect.poll(async () => Number(await page.getByTestId('sample-canvas').getAttribute('data-frame'))).toBeGreaterThan(0);
    const before = await picture();
    await page.getByTestId('latent-slider-0').focus();
    for (let i = 0; i < 30; i += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(picture).not.toBe(before);
    await page.getByTestId('sample-reset').click();
    await expect.poll(picture).toBe(before);
    await page.getByTestId('sample-random').click();
    await expect.poll(picture).not.toBe(before);
    await expect.poll(() => page.getByTestId('sample-nearest').locator('img').count()).toBe(12);
    const drawn = await page.getByTestId('sample-canvas').evaluate((canvas: HTMLCanvasElement) => ({
      edge: canvas.width,
      shown: canvas.getBoundingClientRect().width,
      rendering: getComputedStyle(canvas).imageRendering,
    }));
    expect(drawn.rendering).toBe('pixelated');
    expect(drawn.shown % drawn.edge).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('report', () => {
  test('holds every section and is exported by way of a granted file', async () => {
    const { page, faults } = await open(browser, address);
    await openStudy(page);
    await page.getByTestId('nav-report').click();
    await page.getByTestId('report').waitFor();
    expect(await page.getByTestId('report-latent').count()).toBe(9);
    expect(await page.getByTestId('report-group').count()).toBe(4);
    expect(await page.getByTestId('report-outlier').count()).toBe(24);
    await page.getByTestId('export-html').click();
    await expect.poll(() => page.getByTestId('notice').textContent()).toContain('wardrobe.html');
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('stated expectations', () => {
  test('a statement is written, tested, and its result shown; one that makes no sense is not sent', async () => {
    const { page, faults } = await open(browser, address);
    await openStudy(page);
    await page.getByTestId('nav-report').click();
    const editor = page.getByTestId('expectation-editor');
    await page.getByTestId('expectation-add').click();
    const row = editor.getByTestId('expectation-row').last();
    await row.getByRole('combobox').selectOption('attribute:brightness');
    const [low, high, share] = await row.getByRole('spinbutton').all();
    if (!low || !high || !share) throw new Error('the row has no fields');
    await low.fill('0.6');
    await high.fill('0.2');
    await share.fill('50');
    await page.getByTestId('expectation-test').click();
    await editor.getByRole('alert').waitFor();
    expect(await calls(page, 'testExpectations')).toBe(0);
    await low.fill('');
    await page.getByTestId('expectation-test').click();
    await page.getByText('differs', { exact: true }).last().waitFor();
    const sent = await page.evaluate(() => window.fakeCalls.find((call) => call.name === 'testExpectations')?.params);
    expect((sent as { statements: unknown[] }).statements.at(-1)).toEqual({
      kind: 'attribute',
      name: 'brightness',
      low: null,
      high: 0.2,
      share: 0.5,
    });
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('a second folder', () => {
  for (const settings of [
    { locale: 'en', theme: 'light', systemLocale: 'en-US' },
    { locale: 'ko', theme: 'dark', systemLocale: 'ko-KR' },
  ] as FakeOptions['settings'][]) {
    test(`what differs is shown with its images, and axe finds nothing (${settings.locale})`, async () => {
      const { page, faults } = await open(browser, address, { settings }, { viewport: { width: 1024, height: 700 } });
      await openStudy(page);
      await page.getByTestId('nav-compare').click();
      await page.getByTestId('compare-folder').click();
      await page.getByTestId('compare-verdict').waitFor();
      expect(await page.getByTestId('compare-shift').count()).toBe(4);
      expect(await page.getByTestId('compare-group').count()).toBe(2);
      expect(await page.locator('[data-testid=comparison] canvas').count()).toBeGreaterThan(3);
      expect(await page.getByTestId('novelty').textContent()).toMatch(/11.*89|89.*11/);
      // Wherever it stops, the bound stands beside it.
      await page.getByTestId('novelty-slider').fill('9');
      expect(await page.getByTestId('novelty-threshold').textContent()).toMatch(/21.*9/);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
      // It is still there after a look elsewhere.
      await page.getByTestId('nav-map').click();
      await page.getByTestId('nav-compare').click();
      await page.getByTestId('compare-verdict').waitFor();
      expect(await calls(page, 'compare')).toBe(1);
      expect(faults).toEqual([]);
      await page.close();
    });
  }

  test('a second folder of the same name is told apart', async () => {
    const { page, faults } = await open(browser, address, { otherName: 'wardrobe' });
    await openStudy(page);
    await page.getByTestId('nav-compare').click();
    await page.getByTestId('compare-folder').click();
    await page.getByRole('heading', { name: 'wardrobe and wardrobe (2)' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  test('a folder that cannot be compared is told, and another can be chosen', async () => {
    const failures = { compare: { code: 'too-few-images', params: { count: 4, minimum: 16 }, detail: '' } } as FakeOptions['failures'];
    const { page } = await open(browser, address, { failures });
    await openStudy(page);
    await page.getByTestId('nav-compare').click();
    await page.getByTestId('compare-folder').click();
    await page.getByRole('alert').first().waitFor();
    await page.getByTestId('compare-folder').waitFor();
    await page.close();
  });
});
