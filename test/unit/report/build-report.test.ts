import { describe, expect, it } from 'vitest';
import { biasReport, REPORT_FORMAT } from '../../../src/contract/report.ts';
import { SondeError } from '../../../src/errors/sonde-error.ts';
import { reportOf, syntheticStudy } from './synthetic.ts';

const areaUnderCurve = (scores: Float32Array, positive: boolean[]): number => {
  const order = [...scores.keys()].sort((a, b) => (scores[a] as number) - (scores[b] as number));
  let rankSum = 0;
  order.forEach((image, rank) => {
    if (positive[image]) rankSum += rank + 1;
  });
  const count = positive.filter(Boolean).length;
  return (rankSum - (count * (count + 1)) / 2) / (count * (positive.length - count));
};

describe('the report', () => {
  it('is the same for the same study, valid, and holds no number that JSON cannot carry', async () => {
    const first = await reportOf(syntheticStudy());
    const second = await reportOf(syntheticStudy());
    const text = JSON.stringify(first.report);
    expect(text).toBe(JSON.stringify(second.report));
    expect(first.columns).toEqual(second.columns);
    expect(biasReport.parse(JSON.parse(text))).toEqual(first.report);
    const old = { ...first.report, outliers: { ...first.report.outliers, nullControl: 'A sentence, as older reports have it.' } };
    expect(biasReport.parse(old).outliers?.nullControl).toBeNull();
    // The third estimate's upper end was not a number: the section is left out, and says so.
    expect(first.report.intrinsicDimension).toBeNull();
    expect(first.report.absent).toMatchObject({
      intrinsicDimension: 'no-interval',
      diversity: 'not-measured',
      bitsPerDimension: 'not-measured',
    });
  });

  it('calls a latent variable brightness only when it is', async () => {
    const { latents } = (await reportOf(syntheticStudy())).report;
    expect(latents.map(({ latent }) => latent)).toEqual([1, 0, 2, 3, 4]);
    expect(latents[1]?.follows?.attribute).toBe('brightness');
    expect(latents[1]?.follows?.correlation.low).toBeGreaterThan(0.9);
    for (const noise of [latents[2], latents[3]]) expect(noise?.follows).toBeNull();
    expect(latents[4]).toMatchObject({ active: false, follows: null });
  });

  it('finds images of another kind, and dark ones, as rare', async () => {
    const study = syntheticStudy({ count: 600, planted: 12, dark: 15 });
    const { report, columns } = await reportOf(study);
    expect(areaUnderCurve(columns.rarity, study.isPlanted)).toBeGreaterThan(0.94);
    expect(areaUnderCurve(columns.rarityAttributes, study.isDark)).toBeGreaterThan(0.95);
    const firstFive = (report.groups ?? []).slice(0, 5).map(({ id, count }) => {
      const hits = columns.members[id]?.filter((image) => study.isPlanted[image]).length ?? 0;
      return (2 * hits) / (count + 12);
    });
    expect(Math.max(...firstFive)).toBeGreaterThan(0.8);
  });

  it('describes groups by share, members and odds, without a p-value', async () => {
    const { report } = await reportOf(syntheticStudy({ count: 600, planted: 12 }));
    for (const group of report.groups ?? []) {
      expect(group.share.low).toBeLessThanOrEqual(group.count / 600);
      expect(group.share.high).toBeGreaterThanOrEqual(group.count / 600);
      expect(group.typical.length).toBeGreaterThan(0);
      expect(group.features.every(({ logOdds }) => logOdds.low > 0)).toBe(true);
      expect(Object.keys(group).some((key) => /^p/i.test(key))).toBe(false);
    }
    const lenses = new Set((report.groups ?? []).map(({ spaces }) => spaces[0]));
    expect([...lenses].sort()).toEqual(['attributes', 'features', 'latents']);
    for (const lens of lenses) {
      const standing = (report.groups ?? [])
        .filter(({ spaces }) => spaces[0] === lens)
        .map(({ separation, stability }) => (separation ?? 0) * (stability?.jaccard ?? 0));
      expect(standing).toEqual([...standing].sort((a, b) => b - a));
    }
  });

  it('counts a group the same in the report, the memberships and a stated share', async () => {
    const study = syntheticStudy({ count: 600, planted: 12 });
    study.expectations = [{ kind: 'group', name: '1', low: null, high: null, share: 0.5 }];
    const { report, columns } = await reportOf(study);
    for (const { id, count, first, stability } of report.groups ?? []) {
      expect(columns.members[id]).toHaveLength(count);
      expect(columns.group.filter((group) => group === id)).toHaveLength(first as number);
      expect(stability?.found).toBeLessThanOrEqual(stability?.refits as number);
    }
    expect(report.expectations[0]?.count).toBe(report.groups?.[1]?.count);
    // A report of before there were refits opens.
    const added = ['first', 'separation', 'stability', 'rarityAttributes'];
    const old = Object.fromEntries(Object.entries({ ...report.groups?.[0] }).filter(([name]) => !added.includes(name)));
    expect(biasReport.parse({ ...report, groups: [old] }).groups?.[0]).toMatchObject({ ...old, stability: null });
  });

  it('tests what a person expects, adjusted for how much they asked', async () => {
    const study = syntheticStudy({ count: 400 });
    study.expectations = [
      { kind: 'label', name: 'first', low: null, high: null, share: 0.25 },
      { kind: 'label', name: 'first', low: null, high: null, share: 0.5 },
      { kind: 'attribute', name: 'brightness', low: null, high: 1, share: 1 },
    ];
    const { expectations } = (await reportOf(study)).report;
    expect(expectations.map(({ rejected }) => rejected)).toEqual([false, true, false]);
    expect(expectations[0]?.observed.value).toBe(0.25);
    study.expectations = [{ kind: 'label', name: 'third', low: null, high: null, share: 0.5 }];
    await expect(reportOf(study)).rejects.toThrow(SondeError);
  });

  it('names every image that it shows by its path', async () => {
    const { report } = await reportOf(syntheticStudy({ count: 600, planted: 12 }));
    const shown = [
      ...(report.outliers?.images ?? []).map(({ index }) => index),
      ...(report.groups ?? []).flatMap(({ typical, extreme }) => [...typical, ...extreme]),
      ...report.latents.flatMap(({ images }) => images.flat()),
      ...(report.weights ?? []).flatMap(({ preview, evenPreview }) => [...preview, ...evenPreview]),
    ];
    expect(shown.length).toBeGreaterThan(100);
    for (const image of shown) expect(report.paths[image]).toBe(`image-${image}.png`);
    expect(Object.keys(report.paths)).toHaveLength(new Set(shown).size);
  });

  it('gives a set of copies one place among what does not fit, and says how many there are', async () => {
    const study = syntheticStudy();
    // The strangest six are one picture, which the seventh is not.
    for (const image of [399, 398, 397, 396, 395]) study.duplicateOf[image] = 394;
    const { outliers } = (await reportOf(study)).report;
    expect(outliers?.images).toHaveLength(24);
    expect(outliers?.images.slice(0, 3).map(({ index, copies }) => [index, copies])).toEqual([
      [399, 5],
      [393, 0],
      [392, 0],
    ]);
  });

  it('of format 1 opens, and of a later one than this does not', async () => {
    const { report } = await reportOf(syntheticStudy());
    expect(report.format).toBe(REPORT_FORMAT);
    const { twoNN } = { twoNN: { value: 9.1, low: 8, high: 10 } };
    const images = report.outliers?.images.map(({ copies: _, ...rest }) => rest);
    const first = { ...report, format: 1, intrinsicDimension: { twoNN, levinaBickel: twoNN, mackayGhahramani: twoNN } };
    const read = biasReport.parse({ ...first, outliers: { ...report.outliers, images } });
    expect(read.intrinsicDimension?.images).toBeNull();
    expect(read.outliers?.images[0]?.copies).toBe(0);
    expect(biasReport.safeParse({ ...report, format: REPORT_FORMAT + 1 }).success).toBe(false);
  });

  it('can be called off', async () => {
    await expect(reportOf(syntheticStudy(), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('holds no free text but names of files, folders and cameras, paths and versions: whatever is said of the data are words of the messages', () => {
    const free: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      const { def, safeParse } = schema as { def: Record<string, unknown>; safeParse(value: unknown): { success: boolean } };
      const { type, shape, element, options, innerType, out, valueType } = def;
      if (type === 'string' && safeParse('A sentence of the engine.').success) free.push(path);
      for (const [name, inner] of Object.entries((shape as object | undefined) ?? {})) walk(inner, path ? `${path}.${name}` : name);
      for (const inner of [element, innerType, out, valueType, ...((options as unknown[] | undefined) ?? [])]) if (inner) walk(inner, path);
    };
    walk(biasReport, '');
    expect(free).toEqual([
      'studyId',
      'name',
      'createdAt',
      'provenance.source',
      'provenance.sourceKind',
      'provenance.listingSha256',
      'provenance.modelSha256',
      'provenance.notes.params',
      'provenance.versions',
      'factors.name',
      'groups.features.name',
      'subfolders.labels.name',
      'subfolders.leaks.from',
      'subfolders.leaks.to',
      'subfolders.shortcuts.best',
      'subfolders.shortcuts.value',
      'subfolders.shortcuts.others',
      'subfolders.labelled.images.label',
      'subfolders.labelled.images.other',
      'expectations.statement.name',
      'findings.from',
      'findings.to',
      'findings.best',
      'findings.value',
      'findings.others',
      'paths',
    ]);
  });
});
