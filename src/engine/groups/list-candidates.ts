/** Which candidates are listed, and in which order. */
import type { GroupSpace } from '../../contract/report.ts';
import { type Candidate, sharedOf } from './candidate-groups.ts';

const MOST_GROUPS = 24;
/** Of the smaller one's images, from which on one group lies within another. */
const WITHIN = 0.8;

/** What a space tells of images: what they show, how they were taken, or what the generative model makes of them. */
type Lens = 'shown' | 'taken' | 'model';
const LENS: Partial<Record<GroupSpace, Lens>> = { features: 'shown', encoder: 'shown', attributes: 'taken', latents: 'model' };
/** In turn, so that groups of one lens cannot crowd out those of another; what images show has every second place. */
const TURNS: readonly Lens[] = ['shown', 'taken', 'shown', 'model'];

/**
 * The 24 that are listed: of those of one lens that lie within each other the best stands for all, and the lenses take turns, each
 * with its best first.
 * @param candidates best first
 */
export function listCandidates(candidates: readonly Candidate[]): Candidate[] {
  const queues = new Map<Lens, Candidate[]>(TURNS.map((lens) => [lens, []]));
  for (const candidate of candidates) {
    const queue = queues.get(LENS[candidate.spaces[0] as GroupSpace] ?? 'model') as Candidate[];
    if (!queue.some((better) => within(candidate, better))) queue.push(candidate);
  }
  const listed: Candidate[] = [];
  const most = Math.min(
    MOST_GROUPS,
    [...queues.values()].reduce((sum, queue) => sum + queue.length, 0),
  );
  for (let turn = 0; listed.length < most; turn += 1) {
    const next = queues.get(TURNS[turn % TURNS.length] as Lens)?.shift();
    if (next) listed.push(next);
  }
  return listed;
}

function within({ members: a }: Candidate, { members: b }: Candidate): boolean {
  return sharedOf(a, b) >= WITHIN * Math.min(a.length, b.length);
}
