/** libtensorflow and tfjs-node's native addon. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { download, exists, makeFolder, place, unzip, wheel } from './archives.mjs';
import { SetupError, say } from './console.mjs';
import { addonFile, addonFolder, cache, engineNode, modules, platform } from './places.mjs';
import { answers, run } from './run.mjs';

const OFFICIAL = {
  url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz',
  sha256: '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
  version: '2.9.1',
};
const WHEEL = {
  requirement: 'tensorflow-cpu==2.15.1',
  file: 'tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  sha256: '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26',
  options: ['--python-version', '311', '--platform', 'manylinux2014_x86_64'],
  version: '2.15.1',
};

/** A folder with lib/ and include/ for the addon: the official archive, or where that is out of reach the wheel's own library. */
async function library() {
  const official = await download(OFFICIAL.url, OFFICIAL.sha256);
  if (official.file) {
    const folder = path.join(cache, `libtensorflow-${OFFICIAL.version}`);
    await makeFolder(folder, (part) => run('tar', ['xzf', official.file, '-C', part]));
    return { folder, source: `official libtensorflow ${OFFICIAL.version}` };
  }
  say(
    `TensorFlow: the official download is out of reach (${official.reason}); taking libtensorflow ${WHEEL.version} out of the ${WHEEL.requirement} wheel`,
  );
  const file = await wheel(WHEEL.requirement, WHEEL.file, WHEEL.sha256, WHEEL.options);
  const folder = path.join(cache, `libtensorflow-wheel-${WHEEL.version}`);
  await makeFolder(folder, async (part) => {
    await unzip(file, part, ['tensorflow/libtensorflow', 'tensorflow/include/']);
    const unpacked = path.join(part, 'tensorflow');
    for (const name of ['tensorflow', 'tsl', 'xla', 'absl', 'google'])
      await place(path.join(unpacked, 'include', name), path.join(part, 'include', name));
    for (const name of ['cc', 'framework'])
      await place(path.join(unpacked, `libtensorflow_${name}.so.2`), path.join(part, 'lib', `libtensorflow_${name}.so.2`));
    // The names that the addon is linked by.
    await symlink('libtensorflow_cc.so.2', path.join(part, 'lib', 'libtensorflow.so'));
    await symlink('libtensorflow_framework.so.2', path.join(part, 'lib', 'libtensorflow_framework.so'));
    await rm(unpacked, { recursive: true });
  });
  return { folder, source: `libtensorflow ${WHEEL.version} from the tensorflow-cpu wheel` };
}

/** Two C++ files against Node-API's headers: no node-gyp, which would download Node's own. */
async function compile(libraryFolder) {
  const sources = path.join(addonFolder, 'binding');
  const hash = createHash('sha256').update(libraryFolder);
  for (const name of (await readdir(sources)).sort()) hash.update(await readFile(path.join(sources, name)));
  const folder = path.join(cache, `tfjs-addon-${hash.digest('hex').slice(0, 16)}`);
  await makeFolder(folder, async (part) => {
    if (!(await answers('g++')))
      throw new SetupError(
        'compiling the TensorFlow addon',
        'there is no C++ compiler (g++)',
        'Install one (Debian: apt-get install g++), then run the same command again.',
      );
    const files = (await readdir(sources)).filter((name) => name.endsWith('.cc')).map((name) => path.join(sources, name));
    const includes = [
      path.join(modules, 'node-api-headers', 'include'),
      addonFolder,
      path.dirname(addonFolder),
      path.join(libraryFolder, 'include'),
    ];
    await run('g++', [
      '-std=c++17',
      '-O2',
      '-fPIC',
      '-shared',
      '-DNAPI_VERSION=8',
      '-DNODE_GYP_MODULE_NAME=tfjs_binding',
      ...includes.map((include) => `-I${include}`),
      ...files,
      `-L${path.join(libraryFolder, 'lib')}`,
      '-ltensorflow',
      '-ltensorflow_framework',
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      path.join(part, 'tfjs_binding.node'),
    ]).catch((error) => {
      throw new SetupError(
        'compiling the TensorFlow addon',
        error.message,
        'The lines above are the compiler’s. Report them; a rerun continues from here.',
      );
    });
  });
  return path.join(folder, 'tfjs_binding.node');
}

export async function installTensorFlow(provenance) {
  if ((await exists(addonFile)) && (provenance.tensorflow || (await loads()))) {
    provenance.tensorflow ??= 'found in node_modules';
    return null;
  }
  if (platform !== 'linux-x64') return officialAddon(provenance);
  const { folder, source } = await library();
  const addon = await compile(folder);
  await mkdir(path.join(addonFolder, 'deps'), { recursive: true });
  await place(path.join(folder, 'lib'), path.join(addonFolder, 'deps', 'lib'));
  await mkdir(path.dirname(addonFile), { recursive: true });
  await place(addon, addonFile);
  provenance.tensorflow = `${source}; addon compiled here`;
  return provenance.tensorflow;
}

async function loads() {
  return answers(engineNode, ['-e', `require(${JSON.stringify(addonFile)})`]);
}

/** Where the addon is not compiled here, tfjs-node's own installer gets it; its archives carry no published checksum. */
async function officialAddon(provenance) {
  try {
    await run(process.execPath, [path.join('scripts', 'install.js'), 'cpu', 'download'], { cwd: addonFolder });
  } catch (error) {
    throw new SetupError(
      'getting TensorFlow',
      error.message,
      'tfjs-node’s own installer could not reach its download. Try again from a network that reaches storage.googleapis.com.',
    );
  }
  provenance.tensorflow = `tfjs-node’s own download for ${platform} (no checksum is published for it)`;
  return provenance.tensorflow;
}
