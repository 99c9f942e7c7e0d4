import path from 'node:path';

/** What a study is called: the folder's or file's own name. */
export function studyName(source: string): string {
  return source === 'sample' ? 'Fashion-MNIST' : path.basename(source.replace(/[/\\]+$/, '')) || source;
}
