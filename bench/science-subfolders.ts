/**
 * Labels of which 3 % are changed: how well the list of images among another label's finds them, beside cleanlab on the same features,
 * and how many images of rightly labelled folders are named.
 *
 *   npm run bench -- science subfolders --hands DIR --cifar ZIP --fashion DIR     (subfolders are labels; DIR holds the IDX files)
 *     --draws N    draws of changed labels (3)
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Space, unitRows } from '../src/engine/features/space.ts';
import { exactNeighbours } from '../src/engine/latent/neighbours.ts';
import { Random } from '../src/engine/random.ts';
import { checkLabels, judgeLabels, type LabelInput } from '../src/engine/subfolders/labels.ts';
import { fashion, type LabelledImages, photographs, spacesOf } from './composition-draws.ts';
import { areaUnderCurve, averagePrecision } from './ranking.ts';
import { writeSection } from './results.ts';

const CHANGED = 0.03;
/** Images of Fashion-MNIST that are looked at: the larger ones would say the same more slowly. */
const MOST = 4_000;

/** A share of the labels as another by chance; the others as they are. */
function changed(labels: readonly string[], share: number, random: Random): { label: string[]; wrong: boolean[] } {
  const names = [...new Set(labels)];
  const wrong = labels.map(() => random.uniform() < share);
  const label = labels.map((own, i) =>
    wrong[i] ? (names[(names.indexOf(own) + 1 + random.integer(names.length - 1)) % names.length] as string) : own,
  );
  return { label, wrong };
}

interface Peer {
  score: number[];
  named: boolean[];
}

/** cleanlab's self-confidence and its list of label issues, by scikit-learn's logistic regression of the same features, cross-validated. */
async function cleanlab({ neighbours: { points }, label }: LabelInput): Promise<Peer | null> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sonde-labels-'));
  try {
    const names = [...new Set(label)];
    await writeFile(path.join(folder, 'points.bin'), points.data);
    await writeFile(
      path.join(folder, 'labels.bin'),
      Uint8Array.from(label, (name) => names.indexOf(name)),
    );
    const script = path.join(import.meta.dirname, 'peers', 'labels.py');
    const run = spawnSync(process.env.SONDE_BENCH_PYTHON ?? 'python3', [script, folder, String(points.rows)], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (run.status === 0) return JSON.parse(run.stdout) as Peer;
    process.stderr.write(`cleanlab left out: ${run.stderr.trim().split('\n').at(-1) ?? 'python3 is missing'}\n`);
    return null;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const three = (value: number) => value.toFixed(3).replace(/^0/, '');
const percent = (value: number) => `${(100 * value).toFixed(2)} %`;

async function rowsOf(name: string, space: Space, labels: readonly string[], draws: number): Promise<string[]> {
  const points = unitRows(space.points);
  const rows = Uint32Array.from({ length: points.rows }, (_, i) => i);
  const neighbours = { ...(await exactNeighbours(points, 15)), rows, points };
  const inputOf = (label: readonly string[]): LabelInput => ({ label, cluster: Int32Array.from(rows), neighbours });
  const right = await checkLabels(inputOf(labels), 0);
  const sums = { ours: [0, 0, 0, 0], theirs: [0, 0, 0, 0], peers: 0 };
  for (let draw = 0; draw < draws; draw += 1) {
    const { label, wrong } = changed(labels, CHANGED, new Random(10 + draw));
    const judged = await judgeLabels(inputOf(label), draw);
    if (!judged) continue;
    const positive = wrong.map(Number);
    const add = (into: number[], score: readonly number[], named: readonly boolean[]) => {
      const hits = named.filter((one, i) => one && wrong[i]).length;
      const found = named.filter(Boolean).length;
      [
        areaUnderCurve(score, positive),
        averagePrecision(score, positive),
        found > 0 ? hits / found : 0,
        hits / wrong.filter(Boolean).length,
      ].forEach((value, i) => {
        into[i] = (into[i] as number) + value;
      });
    };
    add(
      sums.ours,
      judged.images.map(({ ratio }) => -ratio),
      judged.images.map(({ named }) => named),
    );
    const peer = await cleanlab(inputOf(label));
    if (!peer) continue;
    sums.peers += 1;
    add(
      sums.theirs,
      peer.score.map((value) => -value),
      peer.named,
    );
  }
  const told = (values: readonly number[], of: number) => (of > 0 ? values.map((value) => three(value / of)).join(' / ') : '-');
  return [
    `| ${name} | ${told(sums.ours, draws)} | ${told(sums.theirs, sums.peers)} | ${percent((right?.count ?? 0) / (right?.judged ?? 1))} | ${three(right?.accuracy.value ?? 0)} |`,
  ];
}

const { values } = parseArgs({
  options: { hands: { type: 'string' }, cifar: { type: 'string' }, fashion: { type: 'string' }, draws: { type: 'string', default: '3' } },
});
const sets: [string, () => Promise<LabelledImages>][] = [];
if (values.hands) sets.push(['Hands', () => photographs(values.hands as string)]);
if (values.cifar) sets.push(['CIFAR-2,500', () => photographs(values.cifar as string)]);
if (values.fashion) sets.push(['Fashion-MNIST, 4,000', () => fashion(values.fashion as string)]);
const table: string[] = [];
for (const [name, make] of sets) {
  const data = await make();
  const rows = Uint32Array.from({ length: Math.min(MOST, data.labels.length) }, (_, i) => i);
  const labels = Array.from(rows, (row) => data.labels[row] as string);
  for (const [space, points] of await spacesOf(data, rows, 0))
    table.push(...(await rowsOf(`${name}, ${space}`, points, labels, Number(values.draws))));
}
const markdown = `${percent(CHANGED)} of the labels as another by chance, ${values.draws} draws. AUROC and average precision of the order in which images are listed; precision and recall of those that are named (Sonde) or that are label issues (cleanlab: logistic regression of the same features, five folds, self-confidence, find_label_issues).

| images | Sonde: AUROC / AP / precision / recall | cleanlab: the same | named where labels are right | balanced accuracy |
|---|---|---|---|---|
${table.join('\n')}
`;
process.stdout.write(markdown);
await writeSection('Labels', `npm run bench -- science subfolders --hands DIR --cifar ZIP --fashion DIR --draws ${values.draws}`, markdown);
