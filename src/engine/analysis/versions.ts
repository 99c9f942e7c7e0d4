import { createRequire } from 'node:module';
import { tf } from '../tensorflow.ts';

const require = createRequire(import.meta.url);

/** What a study's numbers depend on; goes into study.json and the report. */
export function versions(): Record<string, string> {
  const { version } = require('../../../package.json') as { version: string };
  return {
    sonde: version,
    node: process.versions.node,
    tfjs: tf.version['tfjs-core'] ?? '',
    platform: `${process.platform}-${process.arch}`,
  };
}
