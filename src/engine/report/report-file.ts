/** The report as one HTML page, made of the sections that the window shows. */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ReportFileInput } from '../../report-page/file/input.ts';

const room = new URL('../../report-page/', import.meta.url);
const require = createRequire(import.meta.url);

type Render = (input: ReportFileInput, css: string) => string;
let rendering: { render: Render; css: string } | null = null;

/** The page by itself: no script, no network, pictures inside; light, dark and A4 paper. */
export function reportFile(input: ReportFileInput): string {
  rendering ??= { render: loadRender(), css: pageCss() };
  return rendering.render(input, rendering.css);
}

/**
 * Svelte's own compiler, at the first page that is asked for (about a second of processor time), so that the engine runs from its sources here as well.
 * `require` and not `import`, because rendering is synchronous and a test's module loader would look into the components.
 */
function loadRender(): Render {
  const { compile } = require('svelte/compiler') as typeof import('svelte/compiler');
  const hooks = registerHooks({
    load(url, context, next) {
      if (!url.startsWith(room.href) || !url.endsWith('.svelte')) return next(url, context);
      const filename = fileURLToPath(url);
      const { js } = compile(readFileSync(filename, 'utf8'), { filename, generate: 'server', css: 'injected', runes: true });
      return { format: 'module', source: js.code, shortCircuit: true };
    },
  });
  try {
    return (require(fileURLToPath(new URL('file/render.ts', room))) as { renderReportFile: Render }).renderReportFile;
  } finally {
    hooks.deregister();
  }
}

/** The window's tokens, dark where the reader's system is, and always light on paper. */
function pageCss(): string {
  const [tokens, text, page] = ['tokens', 'text', 'file'].map((name) => readFileSync(new URL(`styles/${name}.css`, room), 'utf8'));
  const dark = /:root\[data-theme="dark"\] (\{[^}]*\})/;
  if (!dark.test(tokens as string)) throw new Error('tokens.css has no dark theme');
  return [tokens?.replace(dark, '@media screen and (prefers-color-scheme: dark) {\n:root $1\n}'), text, page].join('\n');
}
