/** What set-up says: one line a step, and failures with their remedy. */
export class SetupError extends Error {
  constructor(step, cause, remedy) {
    super(`${step}: ${cause}`);
    this.step = step;
    this.remedy = remedy;
  }
}

export const say = (text) => process.stderr.write(`set-up  ${text}\n`);

/** Runs a step and tells what came of it and how long it took. */
export async function step(name, work) {
  const started = performance.now();
  const outcome = await work();
  if (outcome) say(`${name}: ${outcome} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
