/** Libraries and programs of the system: installed on Debian and Ubuntu for the superuser, else named in one command. */
import { existsSync, readFileSync } from 'node:fs';
import { exists } from './archives.mjs';
import { SetupError, say } from './console.mjs';
import { electronProgram } from './places.mjs';
import { answers, run } from './run.mjs';

const LIBRARIES = ['libnss3', 'libatk-bridge2.0-0', 'libgtk-3-0', 'libgbm1', 'libasound2', 'libxss1'];
const has = (program) => answers('sh', ['-c', `command -v ${program}`]);

function isDebian() {
  return existsSync('/etc/debian_version') && /debian|ubuntu/i.test(readFileSync('/etc/os-release', 'utf8'));
}

/** What Electron's program is linked to and the system lacks. */
async function missingLibraries() {
  if (!(await exists(electronProgram))) return false;
  const linked = await run('ldd', [electronProgram]).catch(() => '');
  return /not found/.test(linked);
}

async function install(packages, why) {
  if (packages.length === 0) return null;
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (!isDebian() || process.getuid?.() !== 0) {
    say(`${why}: missing here. On Debian or Ubuntu: sudo ${command}`);
    return null;
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env }).catch(async () => {
      await run('apt-get', ['update'], { env });
      await run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env });
    });
  } catch (error) {
    throw new SetupError(why, error.message, `Run it by hand: ${command}`);
  }
  return `installed ${packages.join(', ')}`;
}

/** Before Electron is unpacked. */
export async function installUnpacker() {
  if (process.platform !== 'linux' || (await exists(electronProgram)) || (await has('unsquashfs'))) return null;
  return install(['squashfs-tools'], 'unpacking Electron');
}

/** What the window needs, and what the tests need beside it. */
export async function installLibraries() {
  if (process.platform !== 'linux') return null;
  const packages = (await missingLibraries()) ? [...LIBRARIES] : [];
  if (!(await has('Xvfb'))) packages.push('xvfb');
  if (!(await has('chromium')) && !(await has('chromium-browser')) && !(await has('google-chrome'))) packages.push('chromium');
  if (!existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc')) packages.push('fonts-noto-cjk');
  return install(packages, 'libraries for the window, and Xvfb, a CJK font and Chromium for the tests');
}
