/** What the `unikernel` command can do, with the words of its help. */
import type { ParseArgsConfig } from 'node:util';

export interface CommandHelp {
  readonly usage: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Help for each option. */
  readonly explain: Readonly<Record<string, string>>;
}

const target = { target: { type: 'string' } } as const;
const compiler = { compiler: { type: 'string' }, jobs: { type: 'string' } } as const;
const machine = {
  memory: { type: 'string' },
  accelerator: { type: 'string' },
  qemu: { type: 'string' },
} as const;

const explainBuild = {
  target: 'NAME or PLATFORM/ARCHITECTURE; the first target of the manifest unless told',
  compiler: 'PROGRAM to compile with',
  jobs: 'N compilations at a time',
};
const explainMachine = {
  memory: 'SIZE of the machine, such as 128M (the default) or 1G',
  accelerator: 'auto, tcg or kvm',
  qemu: 'PROGRAM to boot with',
};

export const COMMANDS = {
  new: {
    usage: 'new TEMPLATE FOLDER',
    summary: 'Make a project from a template.',
    options: {},
    explain: {},
  },
  check: {
    usage: 'check [PATH…]',
    summary: 'Check manifests, options and library files; exit code 1 when there are errors.',
    options: {},
    explain: {},
  },
  build: {
    usage: 'build [PATH]',
    summary: 'Build the image with its symbols.',
    options: { ...target, ...compiler },
    explain: explainBuild,
  },
  run: {
    usage: 'run [PATH] [-- ARGUMENT…]',
    summary: "Build and boot; exits with the app's exit code, 134 for a kernel panic.",
    options: { ...target, ...compiler, ...machine },
    explain: { ...explainBuild, ...explainMachine },
  },
  debug: {
    usage: 'debug [PATH] [-- ARGUMENT…]',
    summary: 'Build and boot, stopped before the first instruction; prints the GDB line to attach with.',
    options: { ...target, ...compiler, ...machine },
    explain: { ...explainBuild, ...explainMachine },
  },
  clean: {
    usage: 'clean [PATH]',
    summary: 'Remove what builds have made.',
    options: {},
    explain: {},
  },
} as const satisfies Readonly<Record<string, CommandHelp>>;

export type CommandName = keyof typeof COMMANDS;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

export function overview(): string {
  const lines = Object.values(COMMANDS).map(({ usage, summary }) => `  ${usage.padEnd(28)} ${summary}`);
  return `Usage: unikernel COMMAND\n\n${lines.join('\n')}\n\nPATH is a project's folder or its Kraftfile; the current folder unless told.\n'unikernel COMMAND --help' tells more.\n`;
}

export function helpOf(name: CommandName): string {
  const { usage, summary, explain }: CommandHelp = COMMANDS[name];
  const lines = Object.entries(explain).map(([option, text]) => `  --${option.padEnd(14)} ${text}`);
  return `Usage: unikernel ${usage}\n\n${summary}\n${lines.length === 0 ? '' : `\n${lines.join('\n')}\n`}`;
}
