/**
 * New data with a promise: how often it is broken where every new image is of the study's kind, and how many of another kind it finds, beside
 * the plain percentile, Benjamini and Hochberg, and closed testing with Simes' inequality (Goeman et al. 2019).
 */
import { calibrate, type Figures, figuresOf, fitReference, scoreFigures } from '../../src/engine/density/new-data.ts';
import { noveltyOf } from '../../src/engine/density/novelty.ts';
import { splitImages } from '../../src/engine/model/split.ts';
import { Random } from '../../src/engine/random.ts';
import { conformalRanks } from '../../src/engine/statistics/conformal.ts';
import { draw, pixelSet, readLabelled, take } from './fashion.ts';
import { type Given, study, withoutFiles } from './ours.ts';
import { readFolder, rowsOf, some } from './photograph-folder.ts';

const EPOCHS = 3;
const STUDIED = 600;
const CALIBRATION = 100;
const NEW = 200;
const FOREIGN = 20;
const BEYOND = 0.95;

interface Setting {
  name: string;
  /** Of the study's kind; the first STUDIED are what is learnt from. */
  own: Given;
  foreign: Given;
}

/** Ranks and percentiles of one draw of held-out and new images, the foreign ones last. */
interface Drawn {
  rank: Uint32Array;
  percentile: Float32Array;
  foreign: number;
}

type Draws = (foreign: number, random: Random) => Promise<Drawn>;

/** Draws from images that one model and one set of features have seen: each draw calibrates anew. */
async function photographs({ own, foreign }: Setting, seed: number): Promise<Draws> {
  const rows = (from: number, to: number) => Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const { trained: learnt } = splitImages(STUDIED, seed);
  const trained = await study(some(own, rows(0, STUDIED), own.reader !== null), seed, EPOCHS);
  try {
    const { reference, figures } = await fitReference(trained.own, trained.mixture, learnt);
    const pool = await figuresOf(reference, await trained.describe(some(own, rows(STUDIED, own.pixels.count), own.reader !== null)));
    const others = await figuresOf(reference, await trained.describe(foreign));
    const kept = pick(figures, learnt);
    return async (count, random) => {
      const order = random.shuffle(rows(0, own.pixels.count - STUDIED)).subarray(0, CALIBRATION + NEW - count);
      const wrong = random.shuffle(rows(0, foreign.pixels.count)).subarray(0, count);
      const seen = joined(kept, pick(pool, order.subarray(0, CALIBRATION)));
      const copies = new Int32Array(learnt.length + CALIBRATION).fill(-1);
      const scorer = calibrate(reference, seen, rows(0, learnt.length), copies);
      return { ...scoreFigures(scorer, joined(pick(pool, order.subarray(CALIBRATION)), pick(others, wrong))), foreign: count };
    };
  } finally {
    trained.dispose();
  }
}

const change = (figures: Figures, to: (values: Float32Array, name: keyof Figures) => Float32Array): Figures =>
  Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, to(values, name as keyof Figures)]));
const pick = (figures: Figures, rows: Uint32Array): Figures =>
  change(figures, (values) => Float32Array.from(rows, (row) => values[row] as number));
const joined = (a: Figures, b: Figures): Figures => change(a, (values, name) => Float32Array.of(...values, ...(b[name] as Float32Array)));

/** The closed form: standard normal scores, foreign ones some deviations away; the percentile is of the held-out ones. */
function gaussian(away: number): Draws {
  return async (foreign, random) => {
    const normal = (n: number, centre: number) => Array.from({ length: n }, () => centre + random.normal());
    const calibration = Float32Array.from(normal(CALIBRATION, 0)).sort();
    const rank = conformalRanks(calibration, Float32Array.from([...normal(NEW - foreign, 0), ...normal(foreign, away)]));
    return { rank, percentile: Float32Array.from(rank, (j) => 1 - j / (CALIBRATION + 1)), foreign };
  };
}

/** Goeman, Meijer, Krebs and Solari (2019): the greatest lower bound over all thresholds that closed testing with Simes' inequality gives. */
function closedTesting(pValues: ArrayLike<number>, level = 0.05): number {
  const sorted = Array.from(pValues).sort((a, b) => a - b);
  const m = sorted.length;
  const accepted = (i: number) => sorted.slice(m - i).every((p, at) => p > ((at + 1) * level) / i);
  let h = m;
  while (h > 0 && !accepted(h)) h -= 1;
  if (h === 0) return m;
  return sorted.reduce((most, p) => {
    const u = Math.max(1, Math.ceil((h * p) / level - 1e-9));
    return Math.max(most, 1 - u + sorted.filter((other) => h * other <= u * level + 1e-12).length);
  }, 0);
}

async function row(name: string, drawn: Draws, rounds: number): Promise<string> {
  const random = new Random(41);
  const tally = { broken: 0, brokenSomewhere: 0, simesBroken: 0, twentieth: 0, percentile: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const { rank, percentile } = await drawn(0, random);
    const { atLeast, pValue } = noveltyOf(rank, CALIBRATION);
    if (atLeast > 0) tally.broken += 1;
    if (closedTesting(pValue) > 0) tally.simesBroken += 1;
    tally.twentieth += share(pValue, (p) => p <= 0.05) / rounds;
    tally.percentile += share(percentile, (p) => p > BEYOND) / rounds;
  }
  const found = { atLeast: 0, simes: 0, listed: 0, wrong: 0, beyond: 0, beyondWrong: 0 };
  const some_ = Math.ceil(rounds / 2);
  for (let round = 0; round < some_; round += 1) {
    const { rank, percentile, foreign } = await drawn(FOREIGN, random);
    const { atLeast, pValue, qValue, thresholds } = noveltyOf(rank, CALIBRATION);
    const right = rank.subarray(0, NEW - foreign);
    const wrong = rank.subarray(NEW - foreign);
    const broken = thresholds.some((at) => {
      const limit = Math.round(at.pValue * (CALIBRATION + 1));
      return at.atLeast > wrong.filter((j) => j <= limit).length;
    });
    if (broken) tally.brokenSomewhere += 1;
    const listed = share(qValue, (q) => q <= 0.1) * NEW;
    found.atLeast += atLeast / some_;
    found.simes += closedTesting(pValue) / some_;
    found.listed += listed / some_;
    found.wrong += (share(qValue.subarray(0, right.length), (q) => q <= 0.1) * right.length) / Math.max(1, listed) / some_;
    const beyond = share(percentile, (p) => p > BEYOND) * NEW;
    found.beyond += beyond / some_;
    found.beyondWrong += (share(percentile.subarray(0, right.length), (p) => p > BEYOND) * right.length) / Math.max(1, beyond) / some_;
  }
  const figures = [
    percent(tally.percentile),
    percent(tally.twentieth),
    percent(tally.broken / rounds),
    percent(tally.brokenSomewhere / some_),
    `${found.atLeast.toFixed(1)} / ${found.simes.toFixed(1)}`,
    `${found.listed.toFixed(1)} (${percent(found.wrong)})`,
    `${found.beyond.toFixed(1)} (${percent(found.beyondWrong)})`,
  ];
  process.stderr.write(`${name}: ${figures.join(', ')}\n`);
  return `| ${name} | ${figures.join(' | ')} |`;
}

const share = (values: Float32Array, is: (value: number) => boolean) => values.filter(is).length / Math.max(1, values.length);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

export async function novelty(places: { hands: string; cifar: string; fashion: string }, rounds: number): Promise<string> {
  const rows: string[] = [];
  for (const away of [2, 4]) rows.push(await row(`normal scores, ${away} deviations away`, gaussian(away), rounds));
  for await (const setting of settings(places)) rows.push(await row(setting.name, await photographs(setting, 0), rounds));
  return [
    `${NEW} new images beside ${CALIBRATION} held-out ones, drawn ${rounds} times from images that a study of ${STUDIED} has not seen (draws of one folder share images). Null: all new ones of the study's kind. Foreign: ${FOREIGN} of another kind among them (${Math.ceil(rounds / 2)} draws). In parentheses the share of what is listed that is of the study's kind.`,
    '',
    '| | null: percentile above 95 % | null: p at most .05 | null: "at least 1" said | foreign: bound broken at some threshold | at least m / closed testing | q at most .1 | percentile above 95 % |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

async function* settings({ hands, cifar, fashion }: { hands: string; cifar: string; fashion: string }): AsyncGenerator<Setting> {
  const [h, c] = [await readFolder(hands, null), await readFolder(cifar, null)];
  const hAtC = await readFolder(hands, c.pixels.size);
  const random = new Random(7);
  const at = (folder: typeof h, kinds: string[] | null, most: number) =>
    some(folder, rowsOf(folder, kinds, random).subarray(0, most), true);
  yield { name: 'gesture 0 among gestures 1 to 9', own: at(h, '123456789'.split(''), 1700), foreign: at(h, ['0'], 200) };
  yield { name: 'hands among CIFAR', own: at(c, null, 1700), foreign: at(hAtC, null, 200) };
  const data = await readLabelled(fashion, 't10k');
  const of = (wanted: (label: number) => boolean, most: number) =>
    withoutFiles(pixelSet(take(data.images, draw(data, wanted, most, random))));
  yield { name: 'sandals among tops', own: of((label) => [0, 2, 3, 4, 6].includes(label), 1700), foreign: of((label) => label === 5, 200) };
  yield { name: 'coats among shirts', own: of((label) => label === 6, 1000), foreign: of((label) => label === 4, 200) };
}
