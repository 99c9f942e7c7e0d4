/**
 * A dropped File's path: `webUtils` since Electron 29, a property of the File before. Empty for a File that lies nowhere, and for what
 * only looks like one: the page can hand over any object, so the path is asked of the browser's own File and never of the object.
 */
export function pathOfFile(electron: { webUtils?: { getPathForFile(file: File): string } }, file: unknown): string {
  if (!(file instanceof File)) return '';
  if (electron.webUtils) return electron.webUtils.getPathForFile(file);
  // The class's own getter, which answers for real Files alone: a property that was put on the object itself is passed by.
  const path = Object.getOwnPropertyDescriptor(File.prototype, 'path')?.get?.call(file) as unknown;
  return typeof path === 'string' ? path : '';
}
