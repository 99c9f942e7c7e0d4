import { beforeAll, describe, expect, it } from 'vitest';
import type { BiasReport } from '../../../src/contract/report.ts';
import { reportFile } from '../../../src/engine/report/report-file.ts';
import { reportOf, syntheticStudy } from './synthetic.ts';

const pictures = (report: BiasReport): Map<number, string> =>
  new Map(
    Object.keys(report.paths)
      .map(Number)
      .filter((image) => image % 2 === 0)
      .map((image) => [image, `data:image/png;base64,${image}AAA`]),
  );
const strips = new Map([['z_01', 'data:image/webp;base64,STRIP']]);

let found: BiasReport;
beforeAll(async () => {
  found = (await reportOf(syntheticStudy({ count: 600, planted: 12 }))).report;
});

function page(locale: 'en' | 'ko', change: (report: BiasReport) => void = () => undefined) {
  const report = structuredClone(found);
  change(report);
  return { report, html: reportFile({ report, locale, pictures: pictures(report), strips, missing: 3 }) };
}
const styles = /<style[^>]*>.*?<\/style>/gs;
const texts = (html: string) => html.replace(styles, ' ').replace(/<[^>]*>/g, '\n');
const told = (html: string) => [...html.matchAll(/(?:title|alt|aria-label)="([^"]*)"/g)].map((found) => found[1] as string);

describe('the report as a file', () => {
  it.each(['en', 'ko'] as const)('is one page that needs nothing else (%s)', (locale) => {
    const { html, report } = page(locale);
    expect(html).toMatch(/^<!doctype html>\n<html lang="(en|ko)">/);
    expect(html).not.toMatch(/<script|javascript:|https?:\/\/(?!www\.w3\.org)|<button|<input/);
    expect(html.replace(styles, '')).not.toMatch(/\bNaN\b|undefined|Infinity/);
    expect(html).not.toContain('<b>&"');
    expect(html).toContain('Bars &lt;b>&amp;"');
    expect(html).toContain('@media print');
    expect(html).toContain("default-src 'none'; img-src data:; style-src 'unsafe-inline'");
    expect(html.match(/data-testid="report-latent"/g)).toHaveLength(4);
    expect(html.match(/data-testid="report-group"/g)).toHaveLength(report.groups?.length as number);
    expect(html.match(/data-testid="report-outlier"/g)).toHaveLength(24);
    expect(html.match(/<details open[^>]*data-testid="limits"/g)?.length).toBeGreaterThanOrEqual(6);
    expect(html).toContain(locale === 'ko' ? '편향 보고서' : 'Bias report');
  });

  it('holds each picture once, however often it is shown, and names it by its path', () => {
    const { html, report } = page('en');
    for (const [image, url] of pictures(report)) {
      expect(html.split(url)).toHaveLength(2);
      expect(html).toContain(`aria-label="image-${image}.png"`);
    }
    expect(html.match(/class="picture i\d+/g)?.length).toBeGreaterThan(1.2 * pictures(report).size);
    expect(html.split('data:image/webp;base64,STRIP')).toHaveLength(2);
    expect(html).not.toMatch(/Image \d/);
  });

  it('lets no picture, and no row of pictures, be cut by the edge of a sheet', () => {
    const { html } = page('en');
    const rules = [...html.matchAll(/([^{}]*)\{([^{}]*)\}/g)].filter(([, , body]) => /break-inside:\s*avoid/.test(body as string));
    const whole = rules.map(([, selector]) => (selector as string).trim());
    expect(whole.some((selector) => /\.picture\.svelte-\w+$/.test(selector))).toBe(true);
    // A row of pictures stands in its element of this class.
    const rows = html.match(/<div class="(svelte-\w+)">(?:<!--.*?-->)*(?:<p class="label">[^<]*<\/p>)?(?:<!--.*?-->)*\s*<ul class="\1">/);
    expect(whole.some((selector) => selector.endsWith(`div.${rows?.[1]}`))).toBe(true);
  });

  it('has a text alternative on every chart and picture, and links that lead somewhere', () => {
    const { html } = page('en');
    const drawn = [...html.matchAll(/<(?:svg|img)\b[^>]*>|<span[^>]*role="img"[^>]*>/g)].map((found) => found[0]);
    expect(drawn.length).toBeGreaterThan(100);
    expect(drawn.filter((tag) => !/(?:aria-label|alt)="[^"]+"/.test(tag))).toEqual([]);
    const targets = [...html.matchAll(/href="#([^"]*)"/g)].map((found) => found[1] as string);
    expect(targets.length).toBeGreaterThan(10);
    expect(targets.filter((id) => !html.includes(`id="${id}"`))).toEqual([]);
  });

  it('shows names from outside with what hides in them written out', () => {
    const hidden = 'a\u202egpj.exe';
    const { html } = page('en', (report) => {
      report.name = hidden;
      report.provenance.source = hidden;
      for (const image of Object.keys(report.paths)) report.paths[image] = hidden;
      report.expectations = [
        {
          statement: { kind: 'label', name: hidden, low: null, high: null, share: 0.5 },
          observed: { value: 0.5, low: 0.4, high: 0.6 },
          pValue: 1,
          adjustedPValue: 1,
          rejected: false,
        },
      ];
    });
    expect(html).not.toContain('\u202e');
    expect(html).toContain('a\\u202Egpj.exe');
  });

  it('is Korean throughout in Korean: no engine sentence stands in it', () => {
    const { html } = page('ko');
    const lines = [...texts(html.replace(/class="mono.*?<\/dd>|<pre.*?<\/pre>/gs, '')).split('\n'), ...told(html)];
    expect(lines.filter((line) => /(?:\b[A-Za-z][a-z]+\b[ ,]+){3}/.test(line))).toEqual([]);
    expect(texts(html)).toContain('임계값');
  });

  it('leaves the language of what else is said as it was', () => {
    const english = page('en').html;
    page('ko');
    expect(page('en').html).toBe(english);
  });
});
