import { WEIGHTS_FILE } from '../../study/files.ts';
import { readModelConfig } from '../../study/model-config.ts';
import { readTensors } from '../../study/tensors-file.ts';
import type { Model } from './model.ts';
import { NeuralModel } from './neural-model.ts';
import { neuralProgram } from './neural-program.ts';
import { PcaModel } from './pca-model.ts';

/** Reads a study's model/ folder. @throws SondeError study-incomplete, study-unreadable */
export async function loadModel(folder: string): Promise<Model> {
  const config = await readModelConfig(folder);
  return readTensors(folder, WEIGHTS_FILE, ({ tensors }) =>
    config.kind === 'pca'
      ? PcaModel.fromTensors(config, tensors)
      : new NeuralModel(config, neuralProgram(config, tensors, null), config.variance),
  );
}
