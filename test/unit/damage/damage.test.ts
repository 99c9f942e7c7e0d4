import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { areaUnderCurve } from '../../../bench/ranking.ts';
import { type DamageFinding, type DamageKind, damageKinds } from '../../../src/contract/report.ts';
import { type Damage, findDamage } from '../../../src/engine/damage/find-damage.ts';
import { tailLimit } from '../../../src/engine/damage/tail.ts';
import { decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import { jpegQuality } from '../../../src/engine/pixels/jpeg-quality.ts';
import type { PixelSet } from '../../../src/engine/pixels/pixel-set.ts';
import { Random } from '../../../src/engine/random.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';

const PLANTED = 9;
let clean: PixelSet;
let quality: Float32Array;
beforeAll(async () => {
  const source = await openSource(fileURLToPath(new URL('../../fixtures/hands', import.meta.url)));
  const { pixels, facts } = await decodeSource(source, { size: 64, color: 'rgb', folder: null, limit: null });
  [clean, quality] = [pixels, facts.jpegQuality];
});

type Change = (image: Uint8Array, size: number) => Uint8Array;
const eachPixel =
  (
    change: (at: (dy: number, dx: number) => readonly [number, number, number], y: number, x: number, size: number) => readonly number[],
  ): Change =>
  (image, size) => {
    const out = new Uint8Array(image.length);
    for (let y = 0; y < size; y += 1)
      for (let x = 0; x < size; x += 1) {
        const at = (v: number, u: number) => [0, 1, 2].map((c) => image[(v * size + u) * 3 + c] as number) as [number, number, number];
        out.set(
          change(at, y, x, size).map((value) => Math.max(0, Math.min(255, Math.round(value)))),
          (y * size + x) * 3,
        );
      }
    return out;
  };
/** Means over 3 x 3 pixels. */
const blur = eachPixel((at, y, x, size) => {
  const inside = (value: number) => Math.max(0, Math.min(size - 1, value));
  const near = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => at(inside(y + dy), inside(x + dx))));
  return [0, 1, 2].map((c) => near.reduce((sum, pixel) => sum + (pixel[c] as number) / 9, 0));
});

const changes: Partial<Record<DamageKind, Change>> = {
  dark: eachPixel((at, y, x) => at(y, x).map((value) => 0.25 * value)),
  'low-contrast': eachPixel((at, y, x) => at(y, x).map((value) => 110 + 0.2 * (value - 128))),
  blurred: blur,
  gray: eachPixel((at, y, x) => new Array<number>(3).fill((at(y, x)[0] + 2 * at(y, x)[1] + at(y, x)[2]) / 4)),
  turned: eachPixel((at, y, x, size) => at(size - 1 - x, y)),
  framed: eachPixel((at, y, x, size) => (Math.min(y, x, size - 1 - y, size - 1 - x) < 4 ? [40, 30, 30] : at(y, x))),
  marked: eachPixel((at, y, x) =>
    y >= 50 && y < 60 && x >= 40 && x < 60
      ? at(y, x).map((value) => 0.4 * value + ((x >> 1) % 3 === 0 || (x + y) % 7 === 0 ? 0 : 150))
      : at(y, x),
  ),
};

const none = () => new Int32Array(clean.count).fill(-1);
const finding = ({ findings }: Damage, kind: DamageKind) => findings.find((one) => one.kind === kind);

describe('damage', () => {
  test('of a clean folder each kind names at most 1 % of the images, and all kinds are looked for', async () => {
    const { findings } = await findDamage(clean, { jpegQuality: quality }, none(), 0);
    expect(findings.map(({ kind, reason }) => [kind, reason])).toEqual(damageKinds.map((kind) => [kind, null]));
    for (const { kind, count } of findings) expect([kind, count <= 0.01 * clean.count]).toEqual([kind, true]);
  });

  test('of cut-outs on black, whose sides are as straight as a frame and which look alike in a mirror, hardly one is named', async () => {
    const source = await openSource('sample');
    const { pixels, facts } = await decodeSource(source, { size: null, color: null, folder: null, limit: 400 });
    const { findings } = await findDamage(pixels, facts, new Int32Array(400).fill(-1), 0, {}, ['framed', 'mirrored', 'marked', 'blurred']);
    for (const { kind, count } of findings) expect([kind, count <= 4]).toEqual([kind, true]);
  });

  // Three kinds at a time: each measure is computed for all images.
  test.each<[DamageKind, DamageKind, DamageKind]>([
    ['dark', 'turned', 'marked'],
    ['low-contrast', 'framed', 'gray'],
    ['blurred', 'gray', 'turned'],
  ])(
    'three photographs in a hundred that are %s, and as many %s and %s, are told from the others, and most are named',
    async (...kinds) => {
      const data = clean.data.slice();
      const length = clean.size ** 2 * 3;
      const planted = new Random(5).shuffle(Uint32Array.from({ length: clean.count }, (_, i) => i)).slice(0, kinds.length * PLANTED);
      const imagesOf = (kind: DamageKind) => planted.slice(kinds.indexOf(kind) * PLANTED, (kinds.indexOf(kind) + 1) * PLANTED);
      for (const kind of kinds)
        for (const image of imagesOf(kind))
          data.set((changes[kind] as Change)(data.slice(image * length, (image + 1) * length), clean.size), image * length);
      const found = await findDamage({ ...clean, data }, { jpegQuality: quality }, none(), 0, {}, kinds);
      for (const kind of kinds) {
        const column = found.columns[kind] as Float32Array;
        const own = imagesOf(kind);
        const others = Uint32Array.from(column.keys()).filter((i) => !planted.includes(i));
        const scores = [...own, ...others].map((i) => column[i] as number);
        expect([kind, areaUnderCurve(scores, [...own.fill(1), ...others.fill(0)]) > 0.95]).toEqual([kind, true]);
        const { count, images } = finding(found, kind) as DamageFinding;
        expect([kind, count > PLANTED / 2]).toEqual([kind, true]);
        expect(column.filter((value) => value > 1)).toHaveLength(count);
        expect(imagesOf(kind)).toContain(images[0]?.index);
        if (kind === 'turned') expect(images[0]?.quarterTurns).toBe(3);
      }
    },
  );

  test('a mirrored copy is named with what it mirrors, and JPEGs of poor quality among better ones', async () => {
    const length = clean.size ** 2 * 3;
    const mirror = eachPixel((at, y, x, size) => at(y, size - 1 - x));
    const data = clean.data.slice();
    data.set(mirror(data.slice(10 * length, 11 * length), clean.size), 200 * length);
    const some = quality.map((value, i) => (i % 33 === 0 ? 8 : value));
    const found = await findDamage({ ...clean, data }, { jpegQuality: some }, none(), 0, {}, ['compressed', 'mirrored']);
    const pairs = finding(found, 'mirrored')?.images.map(({ index, partner }) => [index, partner]);
    expect(pairs?.sort()).toEqual([
      [10, 200],
      [200, 10],
    ]);
    expect(finding(found, 'compressed')?.images.map(({ index }) => index % 33)).toEqual(new Array(10).fill(0));
  });

  test('a folder that is all gray, dark, poor JPEGs and without an up has no gray, dark, poor or turned images', async () => {
    const { count, size } = clean;
    const random = new Random(3);
    const gray = { count, size, channels: 1 as const, data: Uint8Array.from({ length: count * size * size }, () => random.integer(60)) };
    const found = await findDamage(gray, { jpegQuality: quality.map(() => 8) }, none(), 0, {}, ['dark', 'gray', 'compressed', 'turned']);
    expect(finding(found, 'gray')?.reason).toBe('gray-folder');
    expect(finding(found, 'turned')?.reason).toBe('no-upright');
    expect(finding(found, 'dark')?.count).toBe(0);
    expect(finding(found, 'compressed')?.count).toBe(0);
  });
});

test.each([8, 30, 50, 75, 92])('the quality that a JPEG was written with is read from it: %i', async (wanted) => {
  const noise = Uint8Array.from({ length: 3 * 64 * 64 }, (_, i) => (i * 37) % 256);
  const bytes = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg({ quality: wanted })
    .toBuffer();
  expect(Math.abs(jpegQuality(bytes) - wanted)).toBeLessThan(1.5);
  expect(jpegQuality(await sharp(bytes).png().toBuffer())).toBeNaN();
});

test('a limit lets about as many of Gaussian, uniform and exponential values pass as it says', () => {
  const random = new Random(11);
  for (const draw of [() => random.normal(), () => random.uniform(), () => -Math.log(1 - random.uniform())]) {
    const values = Float32Array.from({ length: 20_000 }, draw);
    const limit = tailLimit(values, 0.01, 0.005);
    expect(values.filter((value) => value > limit).length / values.length).toBeLessThan(0.009);
  }
});
