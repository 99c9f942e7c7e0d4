import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Weights } from '../graph/program.ts';
import { Tracer } from '../graph/tracer.ts';
import { tf } from '../tensorflow.ts';
import { linkOf, netOf } from './architecture.ts';
import { pictureOf } from './likelihood.ts';
import type { NeuralConfig } from './neural-program.ts';

type Tensor = import('@tensorflow/tfjs-node').Tensor;

/** Images a call of the exported signatures; a shorter batch is filled up by the caller. */
const BATCH = 1;

/**
 * Writes a SavedModel with the weights as constants and two signatures on single images: `encode` (image 1 x size x size x channels
 * in 0..1 -> mean, log_variance) and `decode` (z 1 x latent -> image in 0..1). Any TensorFlow reads it.
 */
export function exportSavedModel(config: NeuralConfig, weights: Weights, folder: string): void {
  const { size, channels, latent } = config;
  const graph = new GraphBuilder();
  const tracer = new Tracer(graph);
  const net = netOf(config);
  const held = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [name, tf.tidy(() => tf.variable(tf.tensor(values, shape)))]),
  );
  try {
    for (const [name, variable] of Object.entries(held)) {
      tracer.bind(variable, graph.constant(variable.shape, 1, (weights[name] as { values: Float32Array }).values));
    }
    const { image } = tracer.inputs('encode', { image: { kind: 'float', shape: [BATCH, size, size, channels] } }) as { image: Tensor };
    const posterior = tracer.trace(() => tf.tidy(() => net.encode(image, held) as unknown as Record<string, Tensor>));
    const { z } = tracer.inputs('decode', { z: { kind: 'float', shape: [BATCH, latent] } }) as { z: Tensor };
    const decoded = tracer.trace(() =>
      tf.tidy(() => pictureOf(linkOf(config), net.decode(z, held)).reshape([BATCH, size, size, channels])),
    );
    const fetch = (name: string, tensor: Tensor) => ({ name: graph.fetch(name, tracer.output(tensor)), shape: tensor.shape });
    graph.save(folder, 'serve', {
      encode: {
        inputs: { image: { name: 'encode/image', shape: image.shape } },
        outputs: {
          mean: fetch('encode/mean', posterior.mean as Tensor),
          ...(posterior.logVariance ? { log_variance: fetch('encode/log_variance', posterior.logVariance) } : {}),
        },
      },
      decode: { inputs: { z: { name: 'decode/z', shape: z.shape } }, outputs: { image: fetch('decode/image', decoded) } },
    });
    tf.dispose([posterior, decoded]);
  } finally {
    tracer.release();
    tf.dispose(Object.values(held));
  }
}
