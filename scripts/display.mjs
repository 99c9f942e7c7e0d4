/** Whether a window can be opened here, and Chromium's own sandbox, which does not start for the superuser. */
export const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
export const asSuperuser = process.platform === 'linux' && process.getuid?.() === 0;

export function displayOrExit() {
  if (hasDisplay) return;
  process.stderr.write('There is no display to open a window on; the same work without one: npm run sonde -- analyze sample --study DIR\n');
  process.exit(1);
}
