/**
 * npm run bench -- train [--rounds 7] [--seconds 5] [--json]: the product's own training loop (gathering batches, progress, live map and
 * held-out loss included) beside the same step in PyTorch and Keras, taken in turn.
 */
import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { analysisOptions } from '../src/contract/analysis.ts';
import { splitImages } from '../src/engine/model/split.ts';
import { trainNeural } from '../src/engine/model/train-neural.ts';
import { TrainingControl } from '../src/engine/model/training-control.ts';
import type { PixelSet } from '../src/engine/pixels/pixel-set.ts';
import { openSource } from '../src/engine/source/open-source.ts';
import { writeSection } from './results.ts';

const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const python = process.env.SONDE_BENCH_PYTHON ?? path.join(import.meta.dirname, '.venv', 'bin', 'python');
const THREADS = os.availableParallelism();
const WARM_UP_STEPS = 10;
const LIVE_POINTS = 2000;

/** Two nets that stand alone, and the one of an analysis by default: of 28 x 28 gray, and of 64 x 64 colour. */
const NETS = ['mlp', 'conv', 'default-28', 'default-64'] as const;
const RUNNERS = ['sonde', 'torch', 'keras'] as const;
type Net = (typeof NETS)[number];
type Runner = (typeof RUNNERS)[number];

async function sample(): Promise<PixelSet> {
  const { array, images } = await openSource('sample');
  if (!array) throw new Error('the sample holds raw pixels');
  const data = new Uint8Array(images.length * 784);
  images.forEach((_, i) => {
    data.set(array.read(i), i * 784);
  });
  return { count: images.length, size: 28, channels: 1, data };
}

/** The same bytes as if they were photographs: what a step costs does not depend on what they show. */
function asPhotographs({ data }: PixelSet): PixelSet {
  const length = 64 * 64 * 3;
  const count = Math.floor(data.length / length);
  return { count, size: 64, channels: 3, data: data.subarray(0, count * length) };
}

async function sonde(net: Net, clothes: PixelSet): Promise<number> {
  const pixels = net === 'default-64' ? asPhotographs(clothes) : clothes;
  const alone = net === 'mlp' || net === 'conv';
  const options = analysisOptions.parse({
    architecture: net === 'mlp' ? 'dense' : 'convolutional',
    likelihood: alone ? 'bernoulli' : 'gaussian',
    latent: net === 'default-64' ? 32 : 16,
    batchSize: net === 'default-64' ? 32 : 128,
    learningRate: 1e-3,
    // The peers' step clips nothing.
    clipNorm: 0,
    epochs: 10_000,
  });
  const control = new TrainingControl();
  let started = 0;
  let rate = 0;
  const { model } = await trainNeural(
    pixels,
    options,
    {
      control,
      onProgress: ({ step, epoch }) => {
        if (step === WARM_UP_STEPS) started = performance.now();
        const passed = (performance.now() - started) / 1000;
        if (step <= WARM_UP_STEPS || passed < seconds) return;
        // An epoch's last batch is shorter: images are counted by epochs, not by steps.
        rate = (((epoch * (step - WARM_UP_STEPS)) / step) * splitImages(pixels.count, 0).trained.length) / passed;
        control.finish();
      },
      liveMap: { indices: Uint32Array.from({ length: Math.min(LIVE_POINTS, pixels.count) }, (_, i) => i), onMap: () => {} },
    },
    // Of the dense one the net begins at PCA: the same products and a little more.
    net === 'conv' ? { widths: [32, 64], hidden: null, biases: false } : undefined,
  );
  model.dispose();
  return rate;
}

async function peer(runner: Runner, net: Net): Promise<{ rate: number; version: string }> {
  const script = path.join(import.meta.dirname, 'peers', 'train.py');
  const { stdout } = await run(python, [script, runner, net, String(seconds), String(THREADS)], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  const { version, images_per_second: rate } = JSON.parse(stdout.trim().split('\n').at(-1) as string) as {
    version: string;
    images_per_second: number;
  };
  return { rate, version };
}

const median = (numbers: number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

const pixels = await sample();
/** Other work on the same cores; above about .5 the ratios are noisy. */
const load = os.loadavg()[0] as number;
const rates = Object.fromEntries(NETS.map((net) => [net, { sonde: [], torch: [], keras: [] }])) as unknown as Record<
  Net,
  Record<Runner, number[]>
>;
const versions: Partial<Record<Runner, string>> = {};
for (let round = 0; round < rounds; round += 1) {
  for (const net of NETS) {
    for (const runner of RUNNERS) {
      if (runner === 'sonde') rates[net].sonde.push(await sonde(net, pixels));
      else {
        const { rate, version } = await peer(runner, net);
        rates[net][runner].push(rate);
        versions[runner] = version;
      }
      process.stderr.write(`round ${round + 1} ${net} ${runner} ${Math.round(rates[net][runner].at(-1) as number)} images/s\n`);
    }
  }
}
const medians = Object.fromEntries(
  NETS.map((net) => [net, Object.fromEntries(RUNNERS.map((runner) => [runner, Math.round(median(rates[net][runner]))]))]),
) as Record<Net, Record<Runner, number>>;
const rows = NETS.map((net) => {
  const { sonde: own, torch, keras } = medians[net];
  return `| ${net} | ${own} | ${torch} | ${keras} | ${(own / torch).toFixed(2)} | ${(own / keras).toFixed(2)} |`;
});
const table = [
  `Images a second, medians of ${rounds} rounds of ${seconds} s taken in turn, ${THREADS} cores; PyTorch ${versions.torch} (eager), ${versions.keras} (tf.function). Load average before the run: ${load.toFixed(1)}.`,
  '',
  '| net | Sonde | PyTorch | Keras | to PyTorch | to Keras |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
].join('\n');
process.stdout.write(`${table}\n`);
await writeSection('Training', 'npm run bench -- train', table);
if (values.json) process.stdout.write(`${JSON.stringify(medians)}\n`);
