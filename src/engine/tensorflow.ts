/** The one door to TensorFlow: quiet, and with what Node 23 took away. */
import { createRequire } from 'node:module';
import util from 'node:util';

process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
// tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed.
(util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;

const require = createRequire(import.meta.url);
export const tf: typeof import('@tensorflow/tfjs-node') = require('@tensorflow/tfjs-node');
