import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { none } from './arguments.ts';
import type { Given } from './command-line.ts';

const PROVENANCE = new URL('../../../node_modules/.sonde/provenance.json', import.meta.url);
const GIB = 2 ** 30;

/** Where the parts came from, as set-up wrote it down; empty in a package. */
async function provenance(): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(PROVENANCE, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** TensorFlow's version, after a product that it computed. */
async function tensorflow(): Promise<string> {
  const { tf } = await import('../tensorflow.ts');
  const sum = tf.tidy(() => tf.sum(tf.matMul(tf.ones([8, 8]), tf.ones([8, 8]))).dataSync()[0]);
  if (sum !== 512) throw new Error(`a product of ones gave ${sum}, not 512`);
  const { libraryVersion } = await import('../graph/binding.ts');
  return `tfjs ${tf.version['tfjs-core']}, libtensorflow ${libraryVersion()}, computes`;
}

async function images(): Promise<string> {
  const { default: sharp } = await import('sharp');
  await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  return `sharp ${sharp.versions.sharp ?? ''}, libvips ${sharp.versions.vips}, encodes`;
}

/** `sonde doctor`: what runs here and where each part came from. Ends with 1 where a part does not work. */
export async function doctor({ positionals }: Given): Promise<number> {
  none(positionals);
  const from = await provenance();
  let failures = 0;
  const line = (name: string, text: string) => process.stdout.write(`${name.padEnd(12)}${text}\n`);
  const tried = async (name: string, work: () => Promise<string>, source = '') => {
    try {
      line(name, `${await work()}${source ? `  [${source}]` : ''}`);
    } catch (error) {
      failures += 1;
      line(name, `does not work: ${(error as Error).message.split('\n')[0]}`);
    }
  };
  line('Engine', `Node ${process.versions.node} (${process.platform}-${process.arch})${from.node ? `  [${from.node}]` : ''}`);
  await tried('TensorFlow', tensorflow, from.tensorflow);
  await tried('Images', images);
  line('Window', from.electronVersion ? `Electron ${from.electronVersion}  [${from.electron}]` : 'not set up here: npm start sets it up');
  line(
    'Machine',
    `${os.availableParallelism()} cores (${os.cpus()[0]?.model ?? 'unknown'}), ${(os.totalmem() / GIB).toFixed(1)} GiB of memory, ${(os.freemem() / GIB).toFixed(1)} free`,
  );
  return failures > 0 ? 1 : 0;
}
