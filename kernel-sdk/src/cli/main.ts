/** The `unikernel` command: arguments in, exit code out. */
import { parseArgs } from 'node:util';
import { messageOf, suggest } from '../problem';
import { version } from '../project';
import { buildCommand, cleanCommand, configCommand } from './build-commands';
import { checkCommand } from './check';
import { COMMANDS, type CommandHelp, type CommandName, helpOf, isCommand, overview } from './commands';
import { debugCommand, runCommand } from './machine-commands';
import { migrateCommand } from './migrate-command';
import { newCommand } from './new-command';
import { sizeCommand } from './size-command';

export interface Streams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
  /** Options that may be repeated. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
  /** Options without a value that were given. */
  readonly flags: ReadonlySet<string>;
  /** What stands behind `--`. */
  readonly rest: readonly string[];
  readonly streams: Streams;
}

/** A failure that the user can do something about; its message is all that is shown. */
export class CommandError extends Error {}

const IMPLEMENTATIONS: Readonly<Record<CommandName, (invocation: Invocation) => Promise<number>>> = {
  new: newCommand,
  check: checkCommand,
  migrate: migrateCommand,
  config: configCommand,
  build: buildCommand,
  run: runCommand,
  debug: debugCommand,
  size: sizeCommand,
  clean: cleanCommand,
};

/** 0 for success, 1 for a failure that was told on stderr, 2 for arguments that are not understood. */
export async function main(argv: readonly string[], streams: Streams): Promise<number> {
  const [name = '--help', ...args] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    streams.stdout.write(overview());
    return 0;
  }
  if (name === '--version') {
    streams.stdout.write(`${version()}\n`);
    return 0;
  }
  if (!isCommand(name)) {
    const near = suggest(name, Object.keys(COMMANDS));
    streams.stderr.write(
      `unikernel: there is no command '${name}'.${near === undefined ? '' : ` Did you mean '${near}'?`}\n\n${overview()}`,
    );
    return 2;
  }
  try {
    return await run(name, args, streams);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    streams.stderr.write(`unikernel: ${error.message}\n`);
    return 1;
  }
}

async function run(name: CommandName, args: readonly string[], streams: Streams): Promise<number> {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  const { options }: CommandHelp = COMMANDS[name];
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...own],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (error) {
    streams.stderr.write(`unikernel: ${messageOf(error)}\n\n${helpOf(name)}`);
    return 2;
  }
  if (parsed.values.help === true) {
    streams.stdout.write(helpOf(name));
    return 0;
  }
  const values = Object.entries(parsed.values);
  return IMPLEMENTATIONS[name]({
    positionals: parsed.positionals,
    options: Object.fromEntries(values.filter(([, value]) => typeof value === 'string')) as Record<
      string,
      string
    >,
    lists: Object.fromEntries(values.filter(([, value]) => Array.isArray(value))) as Record<string, string[]>,
    flags: new Set(values.filter(([, value]) => value === true).map(([option]) => option)),
    rest: end < 0 ? [] : args.slice(end + 1),
    streams,
  });
}
