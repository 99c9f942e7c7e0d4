import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ElectronApplication } from 'playwright-core';

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds of the thread's own processor time: what other processes take of the machine is not in it. */
  tdur?: number;
  args?: { name?: string };
}

/** Milliseconds of work in each task of the page's main thread while `during` goes on. */
export async function pageTasks(app: ElectronApplication, folder: string, during: () => Promise<void>): Promise<number[]> {
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ['disabled-by-default-devtools.timeline'] }),
  );
  await during();
  const file = path.join(folder, 'trace.json');
  await app.evaluate(({ contentTracing }, target) => contentTracing.stopRecording(target), file);
  const { traceEvents } = JSON.parse(await readFile(file, 'utf8')) as { traceEvents: TraceEvent[] };
  await rm(file);
  const thread = ({ pid, tid }: TraceEvent) => `${pid}:${tid}`;
  const mains = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(thread));
  return traceEvents.filter((event) => event.name === 'RunTask' && mains.has(thread(event))).map(({ tdur = 0 }) => tdur / 1000);
}
