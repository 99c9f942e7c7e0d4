/** A dropped File's path: `webUtils` since Electron 29, a property of the File before. Empty for a File that lies nowhere. */
export function pathOfFile(electron: { webUtils?: { getPathForFile(file: File): string } }, file: File): string {
  return electron.webUtils ? electron.webUtils.getPathForFile(file) : ((file as File & { path?: string }).path ?? '');
}
