/**
 * What a person at the window waits for, on the built program: its start, the page's tasks while it trains, a slider's picture, the answer
 * to pause, and panning over a million points. Figures of the machine, so no test asserts them.
 * Run: npm run bench -- window [--source FOLDER] [--save]
 */
import { parseArgs } from 'node:util';
import setupDisplay from '../test/e2e/display.ts';
import { beginOn, fixtureFolder, newHome, type Program, startProgram, untilDone, untilTraining } from '../test/e2e/program.ts';
import { writeSection } from './results.ts';
import { panMillionPoints } from './window/million-points.ts';
import { pageTasks } from './window/page-tasks.ts';

const { values } = parseArgs({ options: { source: { type: 'string' }, save: { type: 'boolean', default: false } } });
const SLIDER_CALLS = 100;
const quantile = (sorted: number[], q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

interface Figure {
  what: string;
  samples: number[];
}

/** Milliseconds from a moved slider's call to its pixels, as the page sees them. */
async function sliderToPixels({ page }: Program): Promise<number[]> {
  return page.evaluate(async (calls) => {
    const recent = await window.sonde.call('recentStudies', {});
    const studyId = recent.ok ? (recent.value[0]?.id ?? '') : '';
    // Before the report the number of latents is known from the default alone: 16 for gray images, 32 for colour.
    const first = await window.sonde.call('decode', { studyId, z: new Float32Array(32) });
    const latent = first.ok ? 32 : 16;
    const times: number[] = [];
    for (let i = 0; i < calls; i += 1) {
      const began = performance.now();
      const answer = await window.sonde.call('decode', { studyId, z: new Float32Array(latent).fill((2 * i) / calls - 1) });
      if (!answer.ok) throw new Error(answer.error.detail);
      times.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
    return times;
  }, SLIDER_CALLS);
}

/** Milliseconds from pause, and from going on, to their answers. */
async function answersToPause({ page }: Program): Promise<number[]> {
  return page.evaluate(async () => {
    const runId = await new Promise<string>((resolve) => {
      const off = window.sonde.on('progress', (frame) => {
        off();
        resolve(frame.runId);
      });
    });
    const times: number[] = [];
    for (let i = 0; i < 5; i += 1)
      for (const name of ['pause', 'unpause'] as const) {
        const began = performance.now();
        const answer = await window.sonde.call(name, { runId });
        if (!answer.ok) throw new Error(answer.error.detail);
        times.push(performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    return times;
  });
}

async function measure(): Promise<Figure[]> {
  const removeDisplay = await setupDisplay();
  const { home, remove } = await newHome();
  const began = performance.now();
  const program = await startProgram(home);
  const figures: Figure[] = [{ what: 'start to the first view', samples: [performance.now() - began] }];
  try {
    await beginOn(program.page, values.source ?? fixtureFolder, 600);
    await untilTraining(program.page);
    const tasks = await pageTasks(program.app, home, () => program.page.waitForTimeout(5000));
    figures.push({ what: 'a task of the page while training (processor time)', samples: tasks });
    figures.push({ what: 'slider to pixels while training', samples: await sliderToPixels(program) });
    figures.push({ what: 'pause answered while training', samples: await answersToPause(program) });
    await program.page.getByTestId('finish-training').click();
    await untilDone(program.page);
    figures.push({ what: 'slider to pixels, nothing running', samples: await sliderToPixels(program) });
  } finally {
    await program.close();
    await remove();
    removeDisplay?.();
  }
  figures.push({ what: 'a frame while panning over 1,000,000 points (software WebGL)', samples: await panMillionPoints() });
  return figures;
}

const rows = (await measure()).map(({ what, samples }) => {
  const sorted = [...samples].sort((a, b) => a - b);
  return `| ${what} | ${sorted.length} | ${[0.5, 0.95, 1].map((q) => quantile(sorted, q).toFixed(1)).join(' | ')} |`;
});
const table = ['| milliseconds | samples | median | 95th of 100 | longest |', '|---|---|---|---|---|', ...rows].join('\n');
console.log(table);
if (values.save) await writeSection('The window', 'npm run bench -- window --save', table);
