import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDuplicates } from '../../../src/engine/duplicates/near-duplicates.ts';
import { decodeSource } from '../../../src/engine/pixels/decode-source.ts';
import { Random } from '../../../src/engine/random.ts';
import { openSource } from '../../../src/engine/source/open-source.ts';

const HANDS = path.join(import.meta.dirname, '../../fixtures/hands');
/** Originals that have copies of each kind. */
const PLANTED = 40;

const kinds: Record<string, (image: Sharp, edge: { width: number; height: number }) => Sharp> = {
  encoded: (image) => image.jpeg({ quality: 60 }),
  smaller: (image, { width }) => image.resize(Math.round(width * 0.7)).jpeg({ quality: 90 }),
  larger: (image, { width }) => image.resize(Math.round(width * 1.5)).png(),
  cropped: (image, { width, height }) => {
    const [across, down] = [Math.round(width * 0.05), Math.round(height * 0.05)];
    return image.extract({ left: across, top: 0, width: width - across, height: height - down }).jpeg({ quality: 90 });
  },
  brightened: (image) => image.modulate({ brightness: 1.2 }).jpeg({ quality: 90 }),
};

const scratch = mkdtempSync(path.join(os.tmpdir(), 'sonde-copies-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('copies planted among photographs', () => {
  /** Which original each file of the folder shows. */
  const originalOf = new Map<string, string>();
  let sets: { found: number; wrong: number; missed: string[] };

  beforeAll(async () => {
    const originals = (await openSource(HANDS)).images.map(({ path: name }) => name);
    const copied = new Set(new Random(1).shuffle(Uint32Array.from(originals.keys())).slice(0, PLANTED));
    const add = (name: string, bytes: Buffer, original: string) => {
      mkdirSync(path.dirname(path.join(scratch, name)), { recursive: true });
      writeFileSync(path.join(scratch, name), bytes);
      originalOf.set(name, original);
    };
    for (const [i, name] of originals.entries()) {
      const bytes = readFileSync(path.join(HANDS, name));
      add(name, bytes, name);
      if (!copied.has(i)) continue;
      const { width = 0, height = 0 } = await sharp(bytes).metadata();
      for (const [kind, change] of Object.entries(kinds))
        add(`${name}-${kind}.img`, await change(sharp(bytes).keepIccProfile(), { width, height }).toBuffer(), name);
    }
    const { pixels, facts } = await decodeSource(await openSource(scratch), { size: 64, color: 'rgb', folder: null, limit: null });
    const { duplicateOf } = await findDuplicates(facts, pixels);
    const named = (i: number) => originalOf.get(facts.path[i] as string) as string;
    sets = { found: 0, wrong: 0, missed: [] };
    facts.path.forEach((name, i) => {
      const of = duplicateOf[i] as number;
      if (of >= 0 && named(i) === named(of)) sets.found += 1;
      else if (of >= 0) sets.wrong += 1;
      else if (originals.indexOf(name) < 0) sets.missed.push(name);
    });
  }, 120_000);

  it('are found, at least 95 of a hundred', () => {
    // Of an original and its five copies, five repeat the first.
    expect(sets.found / (PLANTED * Object.keys(kinds).length), sets.missed.join(' ')).toBeGreaterThanOrEqual(0.95);
  });

  it('and of what is called a copy, at least 99 of a hundred are one', () => {
    expect(sets.wrong / (sets.found + sets.wrong)).toBeLessThanOrEqual(0.01);
  });
});
