/** What a person typed, read by commander: it writes each command's help, and names the nearest flag or command where it knows none. */
import { Command, CommanderError, Option } from 'commander';
import { UsageError } from './arguments.ts';

export interface CommandOption {
  /** As commander writes it: `--study <DIR>`, or `--resume` for one that takes no value. */
  flags: string;
  help: string;
  /** The heading of the help that it stands under; `Options:` where it does not say. */
  heading?: string;
}

/** What was typed: values by the option's name in camelCase, and what has no flag. */
export interface Given {
  values: Record<string, string | undefined>;
  flags: Record<string, boolean | undefined>;
  positionals: string[];
}

export type Work = (given: Given, signal: AbortSignal) => Promise<number>;

export interface CommandSpec {
  name: string;
  /** In a line. */
  summary: string;
  /** What follows its name. */
  usage: string;
  options: readonly CommandOption[];
  /** More than the options say, below them. */
  remark?: string;
  /** Loaded when it is asked for: `doctor` must speak even where TensorFlow does not load. */
  load: () => Promise<Work>;
}

export type Asked = { command: CommandSpec; given: Given } | { help: string };

function givenOf(command: Command): Given {
  const given: Given = { values: {}, flags: {}, positionals: command.args };
  for (const [name, value] of Object.entries(command.opts<Record<string, string | boolean>>())) {
    if (typeof value === 'boolean') given.flags[name] = value;
    // It would be taken for a value, and a study made in a folder that is called --resume.
    else if (value.startsWith('--')) throw new UsageError(`a value is missing before ${value}`);
    else given.values[name] = value;
  }
  return given;
}

/** What is to be done. @param remark below the list of commands @throws UsageError */
export function readCommandLine(argv: readonly string[], commands: readonly CommandSpec[], remark: string): Asked {
  if (argv.length === 0) throw new UsageError('a command is wanted');
  let asked: Asked | null = null;
  let help = '';
  const program = new Command('sonde')
    .usage('COMMAND [options]')
    .description('What is in a folder of images, what is missing, what does not belong.')
    .helpOption('-h, --help', 'This help.')
    .helpCommand('help [COMMAND]', 'What a command takes.')
    .exitOverride()
    .configureOutput({
      writeOut: (said) => {
        help += said;
      },
      // What is wrong is thrown, and told by whoever catches it.
      writeErr: () => undefined,
    })
    .configureHelp({ helpWidth: 110, subcommandTerm: (command) => command.name() })
    .addHelpText('after', `\n${remark}`);
  for (const spec of commands) {
    const command = program
      .command(spec.name)
      .usage(spec.usage)
      .summary(spec.summary)
      .description(spec.summary)
      .argument('[positionals...]')
      .helpOption('-h, --help', 'This help.')
      .configureHelp({ helpWidth: 110, visibleArguments: () => [] })
      .action(() => {
        asked = { command: spec, given: givenOf(command) };
      });
    for (const { flags, help: text, heading } of spec.options) {
      const option = new Option(flags, text);
      command.addOption(heading ? option.helpGroup(heading) : option);
    }
    if (spec.remark) command.addHelpText('after', `\n${spec.remark}`);
  }
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { help };
    throw new UsageError(error.message.replace(/^error: /, ''), { cause: error });
  }
  if (!asked) throw new UsageError('a command is wanted');
  return asked;
}
