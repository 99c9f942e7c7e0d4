/** The one door to TensorFlow: quiet, and with what Node 23 took away. */
import { createRequire } from 'node:module';
import util from 'node:util';

// What it would print is thrown as well, and then with the file's name.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
// tfjs-node 4.22 calls util.isNullOrUndefined, which Node 23 removed.
(util as { isNullOrUndefined?: (value: unknown) => boolean }).isNullOrUndefined ??= (value) => value === null || value === undefined;

const require = createRequire(import.meta.url);
export const tf: typeof import('@tensorflow/tfjs-node') = require('@tensorflow/tfjs-node');
