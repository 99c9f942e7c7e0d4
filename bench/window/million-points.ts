import { launch, open, serve } from '../../test/component/page-host.ts';

const IMAGES = 1_000_000;
const FRAMES = 60;

/** Milliseconds between frames while the map of a million points is dragged, in the system's Chromium with software WebGL. */
export async function panMillionPoints(): Promise<number[]> {
  const { server, address } = await serve();
  const browser = await launch();
  try {
    const { page } = await open(browser, address, { images: IMAGES, latents: 4, active: 4 });
    await page.getByTestId('recent-study').first().click();
    const canvas = page.locator('[data-testid=map-canvas][data-ready=true]');
    await canvas.waitFor({ timeout: 60_000 });
    const box = await canvas.boundingBox();
    if (!box) throw new Error('the map has no box');
    const intervals = page.evaluate(
      (wanted) =>
        new Promise<number[]>((resolve) => {
          const found: number[] = [];
          let last = performance.now();
          const step = (now: number) => {
            found.push(now - last);
            last = now;
            if (found.length < wanted) requestAnimationFrame(step);
            else resolve(found);
          };
          requestAnimationFrame(step);
        }),
      FRAMES,
    );
    await page.mouse.move(box.x + 300, box.y + 300);
    await page.mouse.down();
    for (let i = 0; i < 40; i += 1) await page.mouse.move(box.x + 300 + i * 3, box.y + 300 + i);
    await page.mouse.up();
    // The first are those before the hand moved.
    return (await intervals).slice(5);
  } finally {
    await browser.close();
    server.close();
  }
}
