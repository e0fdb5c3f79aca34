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
/** Named as those of `kraft run`. */
const machine = {
  port: { type: 'string', short: 'p', multiple: true },
  memory: { type: 'string', short: 'M' },
  machine: { type: 'string' },
  cpus: { type: 'string' },
  volume: { type: 'string', short: 'v', multiple: true },
  disk: { type: 'string', multiple: true },
  rootfs: { type: 'string' },
  initrd: { type: 'string' },
  'kernel-arg': { type: 'string', short: 'a', multiple: true },
  env: { type: 'string', short: 'e', multiple: true },
  accelerator: { type: 'string' },
  qemu: { type: 'string' },
} as const;

const explainBuild = {
  target: 'NAME or PLATFORM/ARCHITECTURE; the first target of the manifest unless told',
  compiler: 'PROGRAM to compile with',
  jobs: 'N compilations at a time',
};
const explainMachine = {
  port: "HOST:GUEST[/udp]: a port of the host that leads to the unikernel's; may be repeated",
  memory: 'SIZE of the machine, such as 128M (the default) or 1G',
  machine: 'microvm (the default), pc or q35; virt for arm64',
  cpus: 'N processors',
  volume: 'FOLDER:/PLACE[:ro]: a folder of the host that the unikernel sees; may be repeated',
  disk: "PATH of a disk's file, raw or .qcow2; may be repeated",
  rootfs: 'FOLDER or cpio archive to begin with; --initrd is the same',
  'kernel-arg': 'LIBRARY.PARAMETER=VALUE, such as netdev.ip=10.0.2.15/24; may be repeated',
  env: 'NAME=VALUE: a variable of the environment; may be repeated',
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
    summary: 'Check files, all of a folder or by name; exit code 1 when there are errors.',
    options: { format: { type: 'string' }, least: { type: 'string' }, fix: { type: 'boolean' } },
    explain: {
      format: 'text (the default), json, sarif or github',
      least: 'error, warning, information or hint (the default): what is less than that is left out',
      fix: 'mend errors and warnings that have one obvious mend, and tell the rest',
    },
  },
  migrate: {
    usage: 'migrate [PATH…]',
    summary: 'Rewrite Kraftfiles of v0.5 and v0.6 as v0.7, with their comments and the same meaning.',
    options: {},
    explain: {},
  },
  config: {
    usage: 'config [PATH]',
    summary: 'Write the options and compile_commands.json, as a build does, and compile nothing.',
    options: { ...target, compiler: { type: 'string' } },
    explain: { target: explainBuild.target, compiler: explainBuild.compiler },
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
    options: { ...target, ...compiler, ...machine, dap: { type: 'boolean' }, listen: { type: 'string' } },
    explain: {
      ...explainBuild,
      ...explainMachine,
      dap: 'speak the Debug Adapter Protocol on stdin and stdout instead, for other editors',
      listen: 'SOCKET: with --dap, for each client that connects there',
    },
  },
  size: {
    usage: 'size [PATH]',
    summary: 'Build and tell what is in the image, in bytes by library.',
    options: {
      ...target,
      ...compiler,
      json: { type: 'boolean' },
      objects: { type: 'boolean' },
      symbols: { type: 'boolean' },
      option: { type: 'string' },
    },
    explain: {
      ...explainBuild,
      objects: 'by object',
      symbols: 'by symbol',
      option: 'CONFIG_X: what this option costs; CONFIG_X=VALUE: beside the value that it has',
      json: 'for programs',
    },
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
  const { usage, summary, explain, options }: CommandHelp = COMMANDS[name];
  const lines = Object.entries(explain).map(([option, text]) => {
    const short = options[option]?.short;
    return `  ${short === undefined ? '   ' : `-${short},`} --${option.padEnd(12)} ${text}`;
  });
  return `Usage: unikernel ${usage}\n\n${summary}\n${lines.length === 0 ? '' : `\n${lines.join('\n')}\n`}`;
}
