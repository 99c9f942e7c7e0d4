import { describe, expect, it } from 'vitest';
import { antimode } from '../../../src/engine/findings/antimode.ts';
import { attributeParts } from '../../../src/engine/findings/attribute-parts.ts';
import { Random } from '../../../src/engine/random.ts';

/** Images of one kind: attributes of one mode each, as skewed as those of photographs. */
function oneKind(count: number, seed: number) {
  const random = new Random(seed);
  const column = (centre: number, spread: number) =>
    Float32Array.from({ length: count }, () => Math.min(1, centre * Math.exp(spread * random.normal())));
  return { brightness: column(0.5, 0.15), contrast: column(0.2, 0.2), saturation: column(0.25, 0.4), sharpness: column(0.1, 0.35) };
}
const alone = (count: number) => Int32Array.from({ length: count }, (_, i) => i);
const all = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

describe('parts that stand by themselves in an attribute', () => {
  it('are found where 3 % of the images are dark, with their number, share and pictures', async () => {
    const facts = oneKind(1000, 1);
    for (let i = 0; i < 30; i += 1) facts.brightness[i] = (facts.brightness[i] as number) * 0.35;
    const parts = await attributeParts(facts, all(1000), alone(1000), 0);
    expect(parts).toHaveLength(1);
    const [dark] = parts;
    expect(dark).toMatchObject({ attribute: 'brightness', side: 'low' });
    expect(Math.abs((dark?.count ?? 0) - 30)).toBeLessThanOrEqual(2);
    expect(dark?.share.low).toBeLessThan(0.03);
    expect(dark?.share.high).toBeGreaterThan(0.03);
    expect(dark?.images).toHaveLength(3);
    expect(dark?.images.every((image) => image < 30)).toBe(true);
  });

  it('are found where gray images lie among colour, and where half of the images are blurred', async () => {
    const facts = oneKind(1000, 2);
    facts.saturation.fill(0, 0, 20);
    for (let i = 0; i < 450; i += 1) facts.sharpness[i] = (facts.sharpness[i] as number) * 0.1;
    const parts = await attributeParts(facts, all(1000), alone(1000), 0);
    expect(parts.map(({ attribute, side }) => `${attribute} ${side}`)).toEqual(['sharpness low', 'saturation low']);
    expect(parts[1]?.count).toBe(20);
    expect(parts[1]?.median).toBe(0);
    expect(Math.abs((parts[0]?.count ?? 0) - 450)).toBeLessThan(25);
  });

  it('are claimed of one kind in at most 1 of 20 draws: normal, skewed and even ones', async () => {
    let claimed = 0;
    for (let seed = 10; seed < 30; seed += 1) {
      const random = new Random(seed);
      const facts = oneKind(400, seed);
      if (seed % 3 === 0) facts.brightness = Float32Array.from({ length: 400 }, () => random.uniform());
      if (seed % 3 === 1) facts.sharpness = Float32Array.from({ length: 400 }, () => -0.1 * Math.log(1 - random.uniform()));
      claimed += Number((await attributeParts(facts, all(400), alone(400), seed)).length > 0);
    }
    expect(claimed).toBeLessThanOrEqual(1);
  });

  it('are neither copies of one dark image nor sought among too few', async () => {
    const facts = oneKind(1000, 3);
    for (let i = 0; i < 30; i += 1) facts.brightness[i] = 0.1;
    expect(await attributeParts(facts, all(1000).subarray(29), alone(1000), 0)).toEqual([]);
    expect(await attributeParts(facts, all(40), alone(40), 0)).toEqual([]);
    expect(await attributeParts({ ...facts, saturation: new Float32Array(1000) }, all(1000).subarray(29), alone(1000), 0)).toEqual([]);
  });
});

it('the share of a part is of as many images as its clusters are worth', async () => {
  const facts = oneKind(1000, 1);
  const cluster = alone(1000);
  // Thirty bursts of five dark images each.
  for (let i = 0; i < 150; i += 1) {
    facts.brightness[i] = (facts.brightness[i - (i % 5)] as number) * (i % 5 === 0 ? 0.35 : 1);
    cluster[i] = i - (i % 5);
  }
  const firsts = all(1000).filter((image) => cluster[image] === image);
  const width = ({ low, high }: { low: number; high: number }) => high - low;
  const [files] = await attributeParts(facts, all(1000), alone(1000), 0);
  const [bursts] = await attributeParts(facts, firsts, cluster, 0);
  expect(bursts?.count).toBe(files?.count);
  expect(width(bursts?.share ?? { low: 0, high: 0 })).toBeGreaterThan(2 * width(files?.share ?? { low: 0, high: 0 }));
});

describe('the lowest place between two modes', () => {
  it('lies between two Gaussians, near where their mixture is least', () => {
    const random = new Random(4);
    const values = Float64Array.from({ length: 2000 }, (_, i) => (i < 600 ? random.normal() : 6 + random.normal())).sort();
    expect(antimode(values)).toBeGreaterThan(2);
    expect(antimode(values)).toBeLessThan(3.6);
  });

  it('lies between two values', () => {
    const cut = antimode([0, 0, 0, 0, 1, 1, 1]);
    expect(cut).toBeGreaterThan(0);
    expect(cut).toBeLessThan(1);
  });
});
