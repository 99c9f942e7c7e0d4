/**
 * Outliers on Fashion-MNIST, beside PyOD's detectors on PCA-64 features of the same images: a folder that holds wrong images already
 * (5 %, of all other classes or of one), new images against a study of good ones, and other kinds of data against a study of all classes.
 *
 *   npm run bench -- science outliers --fashion DIR      (DIR holds the four IDX files; or SONDE_FASHION_MNIST)
 *     --seeds 0,1,2  --classes 0,1,...,9                 fewer, for less time
 *     --resume                                           go on with what an interrupted run had done
 *     --short                                            seed 0, classes 0, 4, 6
 *     --no-peers
 *     --mnist DIR                                        MNIST's test images (IDX) in place of those of an npm package
 *     --hands DIR --cifar ZIP                            photographs too, with the encoder and without
 *     --part contaminated|kinds|speed|photographs|place|halves|novelty    one part alone, into its own section; from photographs to halves without --fashion
 *     --most 500                                         images of the larger studies of photographs at most
 *     --splits 20                                        halves of one folder
 *     --draws 200                                        draws of new data with a promise
 *     --photographs DIR                                  a folder of images in place of the tests' photographs of hands
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PixelSet } from '../src/engine/pixels/pixel-set.ts';
import { Random } from '../src/engine/random.ts';
import { contaminate, draw, type Labelled, pixelSet, readLabelled, take } from './outliers/fashion.ts';
import { halves } from './outliers/halves.ts';
import { mnist } from './outliers/mnist.ts';
import { novelty } from './outliers/novelty.ts';
import { otherKinds } from './outliers/other-kinds.ts';
import { EPOCHS, inPlace, type Scores, scoreNew, study, withoutFiles } from './outliers/ours.ts';
import { peers } from './outliers/peers.ts';
import { photographs } from './outliers/photographs.ts';
import { place } from './outliers/place.ts';
import { densitySpeed, outlierSpeed } from './outliers/speed.ts';
import { areaUnderCurve, averagePrecision } from './ranking.ts';
import { writeSection } from './results.ts';

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : undefined;
}
const flag = (name: string) => process.argv.includes(`--${name}`);
const list = (text: string) => text.split(',').map(Number);

const PARTS = ['contaminated', 'kinds', 'speed', 'photographs', 'place', 'halves', 'novelty'] as const;
const OF_PHOTOGRAPHS: readonly string[] = PARTS.slice(3, 6);
const only = argument('part');
const wants = (part: (typeof PARTS)[number]): boolean => only === undefined || only === part;
const folder = argument('fashion') ?? process.env.SONDE_FASHION_MNIST ?? '';
if (folder === '' && !(only && OF_PHOTOGRAPHS.includes(only))) {
  process.stderr.write('Name the folder of Fashion-MNIST’s four IDX files: --fashion DIR, or SONDE_FASHION_MNIST.\n');
  process.exit(2);
}
const short = flag('short');
const seeds = list(argument('seeds') ?? (short ? '0' : '0,1,2'));
const classes = list(argument('classes') ?? (short ? '0,4,6' : '0,1,2,3,4,5,6,7,8,9'));

type Cell = { auroc: number; ap: number };
type Table = Map<string, Map<string, Cell[]>>;

const HANDS = path.join(import.meta.dirname, '..', 'test', 'fixtures', 'hands');
/** What is done of a run of some hours, kept so that it can be gone on with. */
const PROGRESS = path.join(import.meta.dirname, '.progress', `outliers${flag('no-peers') ? '-no-peers' : ''}.json`);
const progress: { table: Table; done: string[] } = { table: new Map(), done: [] };
if (flag('resume')) {
  const { cells, done } = JSON.parse(await readFile(PROGRESS, 'utf8')) as { cells: [string, [string, Cell[]][]][]; done: string[] };
  progress.table = new Map(cells.map(([name, row]) => [name, new Map(row)]));
  progress.done = done;
}
const { table, done } = progress;

async function keepProgress(): Promise<void> {
  await mkdir(path.dirname(PROGRESS), { recursive: true });
  await writeFile(PROGRESS, JSON.stringify({ cells: [...table].map(([name, row]) => [name, [...row]]), done }));
}

function record(setting: string, scores: Scores, positive: Uint8Array): void {
  for (const [name, values] of Object.entries(scores)) {
    const row = table.get(name) ?? new Map<string, Cell[]>();
    row.set(setting, [...(row.get(setting) ?? []), { auroc: areaUnderCurve(values, positive), ap: averagePrecision(values, positive) }]);
    table.set(name, row);
  }
  process.stderr.write(
    `${setting}: ${Object.entries(scores)
      .map(([name, values]) => `${name} ${figure(areaUnderCurve(values, positive))}`)
      .join(', ')}\n`,
  );
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const figure = (value: number) => value.toFixed(3).replace(/^0/, '');
const peersOf = (fit: PixelSet, score: PixelSet | null, seed: number): Promise<Scores> =>
  flag('no-peers') ? Promise.resolve({}) : peers(fit, score, seed);

async function contaminated(data: Labelled, kind: number, seed: number): Promise<void> {
  for (const by of ['mixed', 'one class'] as const) {
    const { pixels, positive } = contaminate(data, kind, by, new Random(100 * seed + kind));
    const setting = `5 %, ${by}`;
    record(setting, await inPlace(withoutFiles(pixels), seed), positive);
    record(setting, await peersOf(pixels, null, seed), positive);
  }
}

async function clean(data: Labelled, test: Labelled, kind: number, seed: number): Promise<void> {
  const good = pixelSet(
    take(
      data.images,
      draw(data, (label) => label === kind, 6_000, new Random(seed)),
    ),
  );
  const fresh = pixelSet(test.images);
  const positive = test.labels.map((label) => (label === kind ? 0 : 1));
  const trained = await study(withoutFiles(good), seed);
  try {
    record('clean', (await scoreNew(trained, withoutFiles(fresh))).scores, positive);
  } finally {
    trained.dispose();
  }
  record('clean', await peersOf(good, fresh, seed), positive);
}

function markdownOf(settings: string[]): string {
  const cell = (cells: Cell[] | undefined) =>
    cells
      ? `${figure(mean(cells.map(({ auroc }) => auroc)))} (${figure(Math.min(...cells.map(({ auroc }) => auroc)))}) / ${figure(mean(cells.map(({ ap }) => ap)))}`
      : '';
  return [
    `| | ${settings.join(' | ')} |`,
    `|---|${settings.map(() => '---').join('|')}|`,
    ...[...table].map(([name, row]) => `| ${name} | ${settings.map((setting) => cell(row.get(setting))).join(' | ')} |`),
  ].join('\n');
}

const given = ['seeds', 'classes', 'most'].flatMap((name) => (argument(name) ? [`--${name} ${argument(name)}`] : []));
const command = (...options: string[]): string => ['npm run bench -- science outliers', ...options, ...given].join(' ');

if (wants('contaminated') || wants('kinds') || wants('speed')) {
  const data = await readLabelled(folder, 'train');
  const test = await readLabelled(folder, 't10k');
  if (wants('contaminated')) await contaminatedAndClean(data, test);
  if (wants('kinds')) {
    const others = { digits: await mnist(argument('mnist')), photographs: argument('photographs') ?? HANDS };
    await writeSection('Other kinds of data', command('--fashion DIR --part kinds'), await otherKinds(data, test, seeds, others));
  }
  if (wants('speed')) {
    const markdown = `${await outlierSpeed(data, test)}\n\n${await densitySpeed(data, test)}`;
    await writeSection('Outliers, speed', command('--fashion DIR --part speed'), markdown);
  }
}

const [hands, cifar] = [argument('hands'), argument('cifar')];
if (hands && cifar) {
  const folders = '--hands DIR --cifar ZIP';
  if (wants('photographs'))
    await writeSection(
      'New photographs',
      command(folders, '--part photographs'),
      await photographs(hands, cifar, seeds, Number(argument('most') ?? 5000)),
    );
  if (wants('place'))
    await writeSection(
      'Photographs in place',
      command(folders, '--part place'),
      await place({ CIFAR: cifar, hands }, seeds, !flag('no-peers')),
    );
  if (wants('halves'))
    await writeSection(
      'Halves of one folder',
      command(folders, '--part halves'),
      await halves({ hands, CIFAR: cifar }, Number(argument('splits') ?? 20)),
    );
  if (wants('novelty') && folder)
    await writeSection(
      'New data with a promise',
      command('--fashion DIR', folders, '--part novelty'),
      await novelty({ hands, cifar, fashion: folder }, Number(argument('draws') ?? 200)),
    );
}

async function contaminatedAndClean(data: Labelled, test: Labelled): Promise<void> {
  for (const seed of seeds)
    for (const kind of classes) {
      if (done.includes(`${kind} (seed ${seed})`)) continue;
      process.stderr.write(`seed ${seed}, class ${kind}\n`);
      await contaminated(data, kind, seed);
      await clean(data, test, kind, seed);
      done.push(`${kind} (seed ${seed})`);
      await keepProgress();
      await write();
    }
}

async function write(): Promise<void> {
  const markdown = `AUROC (lowest) / average precision, means over classes ${done.join(', ')}. VAE of ${EPOCHS} epochs on 6,000 images. Contaminated: 5,700 images of one class and 300 others, scored in place. Clean: trained on one class, its 1,000 test images against the 9,000 of the other classes (there most images are positive, so average precision says little).

${markdownOf(['5 %, mixed', '5 %, one class', 'clean'])}`;
  const options = [...(short ? ['--short'] : []), ...(flag('no-peers') ? ['--no-peers'] : [])];
  await writeSection(
    flag('no-peers') ? 'Outliers without peers' : 'Outliers',
    command('--fashion DIR --part contaminated', ...options),
    markdown,
  );
}
