/** bench/RESULTS.md: one section a benchmark, replaced whole by its next run. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const FILE = path.join(import.meta.dirname, 'RESULTS.md');
const HEAD = '# Results\n\nEvery table with the command that gave it. Figures from a 2-core machine unless a section says otherwise.\n';

/** Writes or replaces the section `## name`; the others stay as they are. */
export async function writeSection(name: string, command: string, markdown: string): Promise<void> {
  const text = await readFile(FILE, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return HEAD;
    throw error;
  });
  const section = `## ${name}\n\n\`${command}\`\n\n${markdown.trim()}\n`;
  const [head = HEAD, ...sections] = text.split(/^(?=## )/m);
  const at = sections.findIndex((other) => other.startsWith(`## ${name}\n`));
  if (at < 0) sections.push(section);
  else sections[at] = section;
  await writeFile(FILE, `${[head, ...sections].map((part) => part.trim()).join('\n\n')}\n`);
}
