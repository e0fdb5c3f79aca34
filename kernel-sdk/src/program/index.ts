/** program/: where the host's tools are, and what to say to a user who lacks one. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

export { cacheFolder } from './cache-folder';
export { runCached } from './cached-script';
export { type OwnedCommand, ownedCommand, processIsGone } from './owned';

/** The tools that we start, with the line that installs each of them. */
export type ToolName = 'qemu' | 'qemuArm64' | 'gdb' | 'gdbArm64' | 'compiler' | 'compilerArm64';

interface Tool {
  /** What it is to the user. */
  readonly title: string;
  /** Programs that serve, best first. */
  readonly programs: readonly string[];
  /** The setting and launch attribute that names another one. */
  readonly setting: string;
  readonly install: { readonly debian: string; readonly fedora: string; readonly macos: string };
}

const TOOLS: Readonly<Record<ToolName, Tool>> = {
  qemu: {
    title: 'QEMU for x86_64',
    programs: ['qemu-system-x86_64'],
    setting: 'unikernel.qemuPath',
    install: {
      debian: 'sudo apt install qemu-system-x86',
      fedora: 'sudo dnf install qemu-system-x86-core',
      macos: 'brew install qemu',
    },
  },
  qemuArm64: {
    title: 'QEMU for arm64',
    programs: ['qemu-system-aarch64'],
    setting: 'unikernel.qemuPath',
    install: {
      debian: 'sudo apt install qemu-system-arm',
      fedora: 'sudo dnf install qemu-system-aarch64-core',
      macos: 'brew install qemu',
    },
  },
  gdb: {
    title: 'GDB',
    programs: ['gdb', 'gdb-multiarch'],
    setting: 'unikernel.gdbPath',
    install: {
      debian: 'sudo apt install gdb',
      fedora: 'sudo dnf install gdb',
      macos: 'brew install x86_64-elf-gdb',
    },
  },
  gdbArm64: {
    title: 'GDB for arm64',
    programs: gdbForArm64(),
    setting: 'unikernel.gdbPath',
    install: {
      debian: process.arch === 'arm64' ? 'sudo apt install gdb' : 'sudo apt install gdb-multiarch',
      fedora: 'sudo dnf install gdb',
      macos: 'brew install aarch64-elf-gdb',
    },
  },
  compiler: {
    title: 'A C compiler for x86_64 ELF',
    programs: compilersFor('x64', 'x86_64'),
    setting: 'unikernel.compiler',
    install: {
      debian: process.arch === 'arm64' ? 'sudo apt install gcc-x86-64-linux-gnu' : 'sudo apt install gcc',
      fedora: process.arch === 'arm64' ? 'sudo dnf install gcc-x86_64-linux-gnu' : 'sudo dnf install gcc',
      macos: 'brew install x86_64-elf-gcc',
    },
  },
  compilerArm64: {
    title: 'A C compiler for arm64 ELF',
    programs: compilersFor('arm64', 'aarch64'),
    setting: 'unikernel.compiler',
    install: {
      debian: process.arch === 'arm64' ? 'sudo apt install gcc' : 'sudo apt install gcc-aarch64-linux-gnu',
      fedora: process.arch === 'arm64' ? 'sudo dnf install gcc' : 'sudo dnf install gcc-aarch64-linux-gnu',
      macos: 'brew install aarch64-elf-gcc',
    },
  },
};

export type FoundTool =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly message: string };

/** The debugger of an architecture, by its name in Kraftfiles. */
export function debuggerFor(architecture: string): ToolName {
  return architecture === 'arm64' ? 'gdbArm64' : 'gdb';
}

/**
 * The absolute path of a tool: the one the user chose (a path or a name), else the first of its usual
 * programs on PATH. A miss comes with the sentence that tells the user what to install or to set.
 */
export function findTool(name: ToolName, chosen?: string): FoundTool {
  const tool = TOOLS[name];
  for (const program of chosen === undefined || chosen === '' ? tool.programs : [chosen]) {
    const path = findProgram(program);
    if (path !== undefined) return { ok: true, path };
  }
  if (chosen) {
    return {
      ok: false,
      message: `'${chosen}', which is set as '${tool.setting}', is not a program that can be run. Correct the setting, or clear it to use ${tool.programs[0]} from PATH.`,
    };
  }
  return {
    ok: false,
    message:
      `${tool.title} is missing: ${tool.programs.map((p) => `'${p}'`).join(' or ')} is not on PATH. ` +
      `Install it with ${installLine(tool)}, or name it in the setting '${tool.setting}'.`,
  };
}

/**
 * The absolute path of an executable file: a path is checked, a bare name is looked up on PATH. At once: every start
 * waits for it, and a look at a file takes less than handing it to another thread.
 */
export function findProgram(program: string): string | undefined {
  if (isAbsolute(program) || program.includes('/')) return executable(resolve(program));
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const extension of extensions) {
      const found = executable(join(folder, program + extension));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function executable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The host's own compilers where they compile for the machine, else those that do so from elsewhere. */
function compilersFor(host: NodeJS.Architecture, machine: string): readonly string[] {
  // Apple's own compiler makes no ELF files.
  if (process.platform === 'darwin') return [`${machine}-elf-gcc`];
  const cross = `${machine}-linux-gnu-gcc`;
  return process.arch === host ? ['gcc', 'clang', cross] : [cross];
}

function gdbForArm64(): readonly string[] {
  const multi = ['gdb-multiarch', 'aarch64-linux-gnu-gdb', 'aarch64-elf-gdb'];
  // Debian's GDB knows the host's architecture alone, Fedora's all of them.
  const plain = process.arch === 'arm64' || existsSync('/usr/bin/dnf');
  return plain ? ['gdb', ...multi] : multi;
}

function installLine(tool: Tool): string {
  if (process.platform === 'darwin') return `'${tool.install.macos}'`;
  return `'${tool.install.debian}' (Debian, Ubuntu) or '${tool.install.fedora}' (Fedora)`;
}
