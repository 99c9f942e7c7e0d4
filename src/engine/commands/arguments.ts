/** A command line that cannot be carried out as it stands: exit code 2. */
export class UsageError extends Error {}

/** The one positional argument. @throws UsageError */
export function only(positionals: string[], what: string): string {
  const [first, ...rest] = positionals;
  if (first === undefined) throw new UsageError(`${what} is missing`);
  if (rest.length > 0) throw new UsageError(`one ${what}, not ${positionals.length}: ${positionals.join(' ')}`);
  return first;
}

/** Nothing but flags. @throws UsageError */
export function none(positionals: string[]): void {
  if (positionals.length > 0) throw new UsageError(`unexpected ${positionals.join(' ')}`);
}

/** @throws UsageError */
export function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}

/** A whole number of at least `least`; undefined stays so. @throws UsageError */
export function whole(value: string | undefined, name: string, least = 0): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least) throw new UsageError(`--${name} wants a whole number of at least ${least}, not ${value}`);
  return number;
}

/** @throws UsageError */
export function decimal(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new UsageError(`--${name} wants a number, not ${value}`);
  return number;
}

/** Two numbers as LOW:HIGH. @throws UsageError */
export function range(value: string | undefined, name: string): { low: number; high: number } | undefined {
  if (value === undefined) return undefined;
  const [low, high, ...rest] = value.split(':').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (low === undefined || high === undefined || rest.length > 0 || !(low < high) || !Number.isFinite(high - low))
    throw new UsageError(`--${name} wants LOW:HIGH, two numbers of which the second is greater, or auto; not ${value}`);
  return { low, high };
}

/** One of the words. @throws UsageError */
export function oneOf<W extends string>(value: string | undefined, name: string, words: readonly W[]): W | undefined {
  if (value === undefined) return undefined;
  if (!(words as readonly string[]).includes(value)) throw new UsageError(`--${name} wants one of ${words.join(', ')}, not ${value}`);
  return value as W;
}
