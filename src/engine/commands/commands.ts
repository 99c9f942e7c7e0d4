/** Every command: what its help says, its flags, and where its work lies. */
import type { CommandOption, CommandSpec } from './command-line.ts';
import { optionFlags } from './option-flags.ts';

const study: CommandOption = { flags: '--study <DIR>', help: "The study's folder." };
const out = (kinds: string): CommandOption => ({ flags: `--out <${kinds}>`, help: 'The file that is written.' });
const seed: CommandOption = { flags: '--seed <N>', help: 'What chance begins with. Default 0.' };
const array: CommandOption = { flags: '--array <NAME>', help: 'Of an .npz this array and no other.' };

const SOURCES = `SOURCE: sample (bundled: Fashion-MNIST's 10,000 test images), a folder of images, a zip of one, an
*-images-idx3-ubyte(.gz) file, an .npz or .npy of N x H x W (x C) numbers, or a CIFAR binary batch.
`;

export const REMARK = `${SOURCES}
Exit codes: 0 done, 1 failed, 2 usage, 130 interrupted (what was trained is kept: analyze --resume --study DIR).
sonde COMMAND --help tells what a command takes.
`;

export const commands: readonly CommandSpec[] = [
  {
    name: 'analyze',
    summary: 'From a folder of images to a trained model and the report on bias.',
    usage: 'SOURCE --study DIR [options]\n       sonde analyze --resume --study DIR',
    options: [
      { ...study, help: 'Where the study is made; a new or an empty folder.' },
      { flags: '--resume', help: 'Goes on with an interrupted study from its checkpoint.' },
      { flags: '--progress <bar|plain|json>', help: 'How progress is told on stderr. Default: bar on a terminal, else plain.' },
      ...optionFlags,
    ],
    remark: `${SOURCES}auto: the program chooses; it is the default where none is named.\n`,
    load: async () => (await import('./analyze.ts')).analyze,
  },
  {
    name: 'score',
    summary: 'How strange new images are to a trained study.',
    usage: 'SOURCE --study DIR --out FILE.parquet',
    options: [study, out('FILE.parquet'), array],
    remark: SOURCES,
    load: async () => (await import('./score.ts')).score,
  },
  {
    name: 'sample',
    summary: 'Images that the model makes up, as one sheet.',
    usage: '--study DIR --out FILE.png [options]',
    options: [
      study,
      out('FILE.png'),
      { flags: '--count <N>', help: 'How many. Default 64.' },
      {
        flags: '--from <prior|mixture>',
        help: "What their codes are drawn from: the model's prior, or the mixture over the data's. Default mixture.",
      },
      seed,
    ],
    load: async () => (await import('./sample.ts')).sample,
  },
  {
    name: 'report',
    summary: 'The report as a page, a PDF (by the Chromium, Chrome or Edge that is here), data, or a summary for a data sheet.',
    usage: '--study DIR --out FILE.html|.pdf|.json|.md [options]',
    options: [study, out('FILE.html|.pdf|.json|.md'), { flags: '--locale <en|ko>', help: "The page's language. Default en." }],
    load: async () => (await import('./report.ts')).report,
  },
  {
    name: 'weights',
    summary: 'How often each image should be drawn, tempered and by DB-VAE, as a table.',
    usage: '--study DIR --out FILE.csv',
    options: [study, out('FILE.csv')],
    load: async () => (await import('./weights.ts')).weights,
  },
  {
    name: 'split',
    summary: 'A split of the images in which no picture stands in two parts, as a table.',
    usage: '--study DIR --out FILE.csv',
    options: [study, out('FILE.csv')],
    load: async () => (await import('./split.ts')).split,
  },
  {
    name: 'expect',
    summary: 'Tests shares that a person states, and puts them into the report.',
    usage: 'STATEMENT... --study DIR',
    options: [study],
    remark: 'STATEMENT: brightness:..0.3=50%  z_03:-1..1=0.68  label:NAME=0.5  group:4=2%\n',
    load: async () => (await import('./expect.ts')).expect,
  },
  {
    name: 'compare',
    summary: 'A second set of images against a study.',
    usage: 'STUDY SOURCE --out FILE.json [options]',
    options: [out('FILE.json'), seed, array],
    remark: SOURCES,
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'doctor',
    summary: 'What runs here, and where each part came from.',
    usage: '',
    options: [],
    load: async () => (await import('./doctor.ts')).doctor,
  },
];
