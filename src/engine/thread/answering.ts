/** The thread's side of thread.ts. */
import { parentPort } from 'node:worker_threads';
import type { Answered, Asked } from './thread.ts';

export interface Reply<Answer> {
  answer: Answer;
  /** Goes over without a copy. */
  moved: ArrayBuffer[];
}

/** To be called once, by a worker's own file. What `reply` throws ends the thread. */
export function answering<Question, Answer>(reply: (question: Question) => Reply<Answer> | Promise<Reply<Answer>>): void {
  const port = parentPort;
  if (!port) throw new Error('this file is a worker');
  port.on('message', async ({ id, question }: Asked<Question>) => {
    const { answer, moved } = await reply(question);
    const answered: Answered<Answer> = { id, answer };
    port.postMessage(answered, moved);
  });
}
