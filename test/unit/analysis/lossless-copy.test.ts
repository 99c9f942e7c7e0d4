import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { analysisOptions } from '../../../src/contract/analysis.ts';
import { compareAndScore, comparisonFile } from '../../../src/engine/analysis/compare-and-score.ts';
import { OpenedStudy } from '../../../src/engine/analysis/opened-study.ts';
import { ProgressReporter } from '../../../src/engine/analysis/progress.ts';
import { runAnalysis } from '../../../src/engine/analysis/run-analysis.ts';
import { TrainingControl } from '../../../src/engine/model/training-control.ts';
import { hand } from '../pixels/decoding.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'sonde-lossless-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
/** As many photographs as lie in the folder that `hand` takes them from. */
const COUNT = 90;
const [WIDTH, HEIGHT] = [150, 110];

it('a folder that is compared with its own lossless copy in other formats accuses nobody', async () => {
  const [original, copy] = [path.join(root, 'png'), path.join(root, 'copy')];
  for (const folder of [original, copy]) mkdirSync(folder);
  for (let i = 0; i < COUNT; i += 1) {
    // Turned and cut differently: the fixture holds a third as many.
    const left = (i % 3) * 8;
    const data = await sharp(hand(i))
      .flop(i % 2 === 1)
      .extract({ left, top: 4, width: 80, height: 90 })
      .resize(WIDTH, HEIGHT, { fit: 'fill' })
      .raw()
      .toBuffer();
    const image = () => sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
    await image()
      .png()
      .toFile(path.join(original, `${i}.png`));
    const copies = [
      ['webp', image().webp({ lossless: true, effort: 0 })],
      ['tif', image().tiff({ compression: 'lzw' })],
      ['png', image().ensureAlpha().png()],
    ] as const;
    const [ending, as] = copies[i % 3] as (typeof copies)[number];
    await as.toFile(path.join(copy, `${i}.${ending}`));
  }
  const study = path.join(root, 'study');
  const hooks = {
    signal: new AbortController().signal,
    control: new TrainingControl(),
    reporter: new ProgressReporter('run', 'lossless', () => undefined),
  };
  const options = analysisOptions.parse({ model: 'pca', encoder: 'none' });
  await runAnalysis({ begin: { source: original, folder: study, studyId: 'lossless', options } }, hooks);
  const opened = new OpenedStudy(study);
  try {
    const { overall, shifts, groups, strangeness } = await comparisonFile(opened, await compareAndScore(opened, copy, 0, {}));
    expect(overall.imagesB).toBe(COUNT);
    expect(overall.pValue).toBeGreaterThan(0.5);
    expect(shifts.length).toBeGreaterThan(4);
    for (const { name, adjustedPValue, cliffsDelta } of shifts) {
      expect(adjustedPValue, name).toBeGreaterThan(0.5);
      expect(Math.abs(cliffsDelta.value), name).toBeLessThan(0.02);
    }
    expect(groups.filter(({ change }) => change !== 'same')).toEqual([]);
    expect(strangeness?.inversion ?? null).toBeNull();
  } finally {
    await opened.close();
  }
}, 300_000);
