/** `sonde COMMAND`: the same engine without a window. Results on stdout, progress and errors on stderr. */

import { SondeError } from '../errors/sonde-error.ts';
import { UsageError } from './commands/arguments.ts';
import { type Asked, readCommandLine } from './commands/command-line.ts';
import { commands, REMARK } from './commands/commands.ts';
import { errorText } from './commands/error-text.ts';
import { speakOn } from './commands/own-voice.ts';

/** Runs one command and answers with its exit code; SIGINT and SIGTERM call it off. */
export async function main(argv: string[]): Promise<number> {
  const name = commands.find((command) => command.name === argv[0])?.name ?? '';
  const called = name ? `sonde ${name}` : 'sonde';
  const misused = (error: UsageError): number => {
    process.stderr.write(`${called}: ${error.message}\n${called} --help tells what it takes\n`);
    return 2;
  };
  let asked: Asked;
  try {
    asked = readCommandLine(argv, commands, REMARK);
  } catch (error) {
    if (error instanceof UsageError) return misused(error);
    throw error;
  }
  if ('help' in asked) {
    process.stdout.write(asked.help);
    return 0;
  }
  const calledOff = new AbortController();
  const stop = () => {
    // A second signal does not wait for the checkpoint.
    if (calledOff.signal.aborted) process.exit(130);
    calledOff.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    const work = await asked.command.load();
    return await work(asked.given, calledOff.signal);
  } catch (error) {
    if (error instanceof UsageError) return misused(error);
    if (error instanceof SondeError && error.code === 'cancelled') {
      process.stderr.write(`${called}: interrupted\n`);
      return 130;
    }
    process.stderr.write(`${called}: ${errorText(error)}\n`);
    return 1;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

if (import.meta.main) {
  if (process.env.SONDE_VOICE) speakOn(Number(process.env.SONDE_VOICE));
  const code = await main(process.argv.slice(2));
  process.exitCode = code;
}
