import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { biasReport } from '../../../src/contract/report.ts';
import { ProgressReporter } from '../../../src/engine/analysis/progress.ts';
import { runAnalysis } from '../../../src/engine/analysis/run-analysis.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'sonde-few-distinct-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const SIZE = 28;

async function folderOf(name: string, count: number, level: (image: number, x: number, y: number) => number): Promise<string> {
  const folder = path.join(root, name);
  mkdirSync(folder);
  for (let i = 0; i < count; i += 1) {
    const raw = Uint8Array.from({ length: SIZE * SIZE }, (_, at) => level(i, at % SIZE, Math.floor(at / SIZE)));
    writeFileSync(
      path.join(folder, `${i}.png`),
      await sharp(raw, { raw: { width: SIZE, height: SIZE, channels: 1 } })
        .png()
        .toBuffer(),
    );
  }
  return folder;
}
const waves = (kind: number, x: number, y: number): number =>
  127 + 120 * Math.sin((x * (1 + (kind % 7))) / 9 + kind) * Math.cos((y * (1 + (kind % 5))) / 7);

test.each([
  ['all black', 'vae', 60, () => 0],
  ['one image many times', 'vae', 60, (_: number, x: number, y: number) => waves(3, x, y)],
  ['21 distinct images of 140', 'pca', 140, (i: number, x: number, y: number) => waves(i % 21, x, y)],
] as const)(
  'of %s a %s leaves a study and a report, without the figures that cannot be had and with why',
  async (name, model, count, level) => {
    const folder = path.join(root, `study of ${name} ${model}`);
    const manifest = await runAnalysis(
      {
        begin: {
          source: await folderOf(`${name} ${model}`, count, level),
          folder,
          studyId: 'few-distinct',
          options: analysisOptions.parse({ model, epochs: 1 }),
        },
      },
      {
        signal: new AbortController().signal,
        control: new TrainingControl(),
        reporter: new ProgressReporter('run', 'few-distinct', () => undefined),
      },
    );
    expect(manifest.state).toBe('done');
    const report = biasReport.parse(JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')));
    const sections = ['intrinsicDimension', 'density', 'diversity', 'composition', 'missing'] as const;
    expect(sections.map((section) => [report[section], report.absent[section]])).toEqual(sections.map(() => [null, 'too-few-distinct']));
    // What such a folder has to say is that it repeats itself; the rest is said not to be known.
    expect(report.findings.map(({ kind }) => kind).filter((kind) => kind !== 'copies' && kind !== 'nothing-learnt')).toEqual([]);
    expect(report.findings.some(({ kind }) => kind === 'copies')).toBe(true);
    expect(report.silences.map(({ about, why }) => `${about} ${why}`)).toEqual(
      expect.arrayContaining(['composition too-few-distinct', 'attributes too-few-distinct']),
    );
    const page = readFileSync(path.join(folder, 'report.html'), 'utf8');
    expect(page.split('Not shown: too few of the images differ from each other for it.')).toHaveLength(1 + sections.length);
  },
);
