/** Reads files on a thread of its own, so that a file's way from the disk costs the engine's own thread nothing. */
import { answering } from '../thread/answering.ts';
import { readTogether, type Wanted } from './read-together.ts';

answering(async (wanted: Wanted) => {
  const answer = await readTogether(wanted);
  return { answer, moved: [answer.buffer] };
});
