/** npm run bench -- NAME [options]: a benchmark beside its peers. The peers' Python packages go into bench/.venv, made when it is first needed. */
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { build, buildMessages } from './build.mjs';
import { exists } from './setup/archives.mjs';
import { engineNode, root } from './setup/places.mjs';
import { run } from './setup/run.mjs';
import { setupOrExit } from './setup.mjs';

const PACKAGES = [
  'torch',
  'torchvision',
  'tensorflow-cpu',
  'keras',
  'scikit-learn',
  'cleanlab',
  'pyod',
  'prdc',
  'umap-learn',
  'scipy',
  'pandas',
  'pyarrow',
];
/** `science` runs these one after the other; each of them also runs on its own. */
const GROUPS = {
  science: [
    'science-latent',
    'science-outliers',
    'science-groups',
    'science-composition',
    'science-representation',
    'science-factors',
    'science-damage',
    'science-subfolders',
    'science-model',
  ],
};

const bench = path.join(root, 'bench');
const python = path.join(bench, '.venv', ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

async function makeEnvironment() {
  if (process.env.SONDE_BENCH_PYTHON) return process.env.SONDE_BENCH_PYTHON;
  const ready = path.join(bench, '.venv', 'ready');
  if (!(await exists(ready))) {
    process.stderr.write('bench   making bench/.venv with the peers’ packages: some minutes, once\n');
    await run('python3', ['-m', 'venv', path.join(bench, '.venv')]);
    await run(python, ['-m', 'pip', 'install', '-q', ...PACKAGES]);
    await run(python, ['-c', `open(${JSON.stringify(ready)}, 'w').close()`]);
  }
  return python;
}

function runBench(name, args, interpreter) {
  return new Promise((resolve, reject) => {
    const child = spawn(engineNode, ['--disable-warning=DEP0044', path.join(bench, `${name}.ts`), ...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, SONDE_BENCH_PYTHON: interpreter },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

let [name, ...args] = process.argv.slice(2);
// `science latent` is `science-latent` alone.
if (GROUPS[name]?.includes(`${name}-${args[0]}`)) [name, args] = [`${name}-${args[0]}`, args.slice(1)];
const known = (await readdir(bench)).filter((file) => /^(ingest|train|window|science-.*)\.ts$/.test(file)).map((file) => file.slice(0, -3));
const wanted = GROUPS[name] ?? (known.includes(name) ? [name] : []);
if (wanted.length === 0) {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of ${[...known, ...Object.keys(GROUPS)].join(', ')}\n`);
  process.exit(2);
}
/** The window has no peers to be measured beside: it is built, and no Python is needed. */
const alone = wanted.every((one) => one === 'window');
await setupOrExit({ window: alone });
await (alone ? build() : buildMessages());
const interpreter = alone ? '' : await makeEnvironment();
for (const one of wanted) {
  const code = await runBench(one, args, interpreter);
  if (code !== 0) process.exitCode = code;
}
