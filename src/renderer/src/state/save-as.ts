import type { Params } from '../../../contract/calls.ts';
import { call } from './bridge.ts';
import { notices } from './notices.svelte.ts';

type Target = Params<'chooseTarget'>;

/** Asks where to, writes there and says so by the file's name; a person who cancels hears nothing. */
export async function saveAs(
  choice: Target,
  write: (grant: string) => Promise<unknown>,
  said: (file: { name: string }) => string,
): Promise<void> {
  const target = await notices.attempt(call('chooseTarget', choice));
  if (!target) return;
  const done = await notices.attempt(write(target.grant).then(() => true));
  if (done) notices.done(said({ name: target.name }));
}
