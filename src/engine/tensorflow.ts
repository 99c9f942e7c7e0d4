/** The one door to TensorFlow: quiet, and with what Node 23 took away. */
import { createRequire } from 'node:module';
import util from 'node:util';

// What it would print is thrown as well, and then with the file's name.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
// oneDNN's convolutions: TensorFlow takes them by itself only where a processor has AVX-512's instructions for nets. A training step of
// 32 x 32 in colour takes half of the processor time with them, one of 64 x 64 two thirds, the encoder three quarters.
process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
// tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed.
(util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;

const require = createRequire(import.meta.url);
export const tf: typeof import('@tensorflow/tfjs-node') = require('@tensorflow/tfjs-node');

// At the end of a tidy, tfjs looks for tensors in what comes out of it, entry by entry: of an array of numbers that takes longer than
// most of what made it (3.4 s of a PCA of 10,000 images), and there are none.
const engine = tf.engine();
const endScope = engine.endScope.bind(engine);
engine.endScope = (result) => {
  if (ArrayBuffer.isView(result)) endScope();
  else endScope(Array.isArray(result) ? result.filter((one) => !ArrayBuffer.isView(one)) : result);
};
