import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { root } from './program.ts';

/** After a test that failed, what the window showed, in test-results/, and what it said went wrong. */
export function keepEvidence(look: () => { page: Page; faults: string[] } | undefined): void {
  afterEach(async ({ task }) => {
    const seen = look();
    if (task.result?.state !== 'fail' || !seen || seen.page.isClosed()) return;
    const folder = path.join(root, 'test-results');
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, `${task.name.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)}.png`);
    await seen.page.screenshot({ path: file });
    const notices = await seen.page.getByTestId('notice').allTextContents();
    console.error([`the window is shown in ${file}`, ...notices, ...seen.faults].join('\n'));
  });
}
