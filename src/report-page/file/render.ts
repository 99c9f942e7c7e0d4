/** The report as one HTML page that needs nothing else: no script, no network, pictures inside; light, dark and A4 paper. */
import { render } from 'svelte/server';
import { shownName } from '../../contract/shown-name.ts';
import { m } from '../../messages/messages.js';
import { getLocale, setLocale } from '../../messages/runtime.js';
import type { ReportFileInput } from './input.ts';
import ReportFile from './ReportFile.svelte';

const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** @param css of the page as a whole; what a component looks like, it brings itself */
export function renderReportFile({ report, locale, pictures, strips, missing }: ReportFileInput, css: string): string {
  const before = getLocale();
  // Rendering is synchronous: nobody else speaks meanwhile.
  setLocale(locale, { reload: false });
  try {
    const { head, body } = render(ReportFile, { props: { report, pictures: new Set(pictures.keys()), strips, missing } });
    const title = `${shownName(report.name)} · ${m.report_title()}`.replace(/[&<]/g, (sign) => `&#${sign.charCodeAt(0)};`);
    const images = [...pictures].map(([image, url]) => `.i${image}{background-image:url(${url})}`).join('\n');
    return `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title><style>${css}</style>${head}<style>${images}</style></head>
<body>${body}</body></html>
`;
  } finally {
    setLocale(before, { reload: false });
  }
}
