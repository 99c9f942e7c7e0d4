/** `sonde COMMAND`: the same engine without a window. Results on stdout, progress and errors on stderr. */

import { SondeError } from '../errors/sonde-error.ts';
import { UsageError } from './commands/arguments.ts';
import { errorText } from './commands/error-text.ts';
import { speakOn } from './commands/own-voice.ts';

type Command = (argv: string[], signal: AbortSignal) => Promise<number>;

/** Loaded when asked for: `doctor` must speak even where TensorFlow does not load. */
const commands: Record<string, () => Promise<Command>> = {
  analyze: async () => (await import('./commands/analyze.ts')).analyze,
  score: async () => (await import('./commands/score.ts')).score,
  sample: async () => (await import('./commands/sample.ts')).sample,
  report: async () => (await import('./commands/report.ts')).report,
  weights: async () => (await import('./commands/weights.ts')).weights,
  split: async () => (await import('./commands/split.ts')).split,
  expect: async () => (await import('./commands/expect.ts')).expect,
  compare: async () => (await import('./commands/compare.ts')).compare,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
};

const USAGE = `sonde analyze SOURCE --study DIR [--model vae|ae|pca] [--architecture convolutional|dense]
              [--likelihood gaussian|bernoulli] [--latent auto|N] [--size auto|N] [--color auto|gray|rgb]
              [--window auto|LOW:HIGH]
              [--epochs auto|N] [--seconds N] [--batch-size N] [--learning-rate X] [--clip-norm X]
              [--kl-warm-up X] [--kl-weight X] [--adaptive-resampling] [--seed N] [--limit N]
              [--array NAME] [--encoder auto|none|efficientnet-lite0]
              [--progress bar|plain|json]
sonde analyze --resume --study DIR
sonde score   SOURCE --study DIR --out FILE.parquet [--array NAME]
sonde sample  --study DIR [--count 64] [--from prior|mixture] [--seed 0] --out FILE.png
sonde report  --study DIR --out FILE.html|.pdf|.json|.md [--locale en|ko]
sonde weights --study DIR --out FILE.csv
sonde split   --study DIR --out FILE.csv
sonde expect  STATEMENT... --study DIR          brightness:..0.3=50%  z_03:-1..1=0.68  label:NAME=0.5  group:4=2%
sonde compare STUDY SOURCE --out FILE.json [--array NAME]
sonde doctor

SOURCE: sample (bundled: Fashion-MNIST's 10,000 test images), a folder of images, a zip of one, an
*-images-idx3-ubyte(.gz) file, an .npz or .npy of N x H x W (x C) numbers, or a CIFAR binary batch.
Exit codes: 0 done, 1 failed, 2 usage, 130 interrupted (what was trained is kept: analyze --resume --study DIR).
`;

/** Runs one command and answers with its exit code; SIGINT and SIGTERM call it off. */
export async function main(argv: string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  if (name === 'help' || rest.includes('--help') || name === '--help' || name === '-h') {
    process.stdout.write(USAGE);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) {
    process.stderr.write(`${name ? `sonde has no command ${name}` : 'sonde wants a command'}\n\n${USAGE}`);
    return 2;
  }
  const calledOff = new AbortController();
  const stop = () => {
    // A second signal does not wait for the checkpoint.
    if (calledOff.signal.aborted) process.exit(130);
    calledOff.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const command = await load();
    return await command(rest, calledOff.signal);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`sonde ${name}: ${error.message}\nsonde --help tells what it takes\n`);
      return 2;
    }
    if (error instanceof SondeError && error.code === 'cancelled') {
      process.stderr.write(`sonde ${name}: interrupted\n`);
      return 130;
    }
    process.stderr.write(`sonde ${name}: ${errorText(error)}\n`);
    return 1;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

if (import.meta.main) {
  if (process.env.SONDE_VOICE) speakOn(Number(process.env.SONDE_VOICE));
  const code = await main(process.argv.slice(2));
  process.exitCode = code;
}
