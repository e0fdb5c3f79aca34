/** How GDB is set up for every session. */
import { join } from 'node:path';
import { cacheFolder } from '@unikernel-tools/kernel-sdk/program';

/**
 * What GDB is told before anything else. Not on its command line: of each setting there GDB tells in a notification,
 * which it writes letter by letter.
 */
const SETTINGS: readonly (readonly [name: string, value: string])[] = [
  // Scripts beside an image would run with it.
  ['auto-load', 'no'],
  ['confirm', 'off'],
  ['pagination', 'off'],
  ['width', '0'],
  ['height', '0'],
  // Commands are answered while the guest runs.
  ['mi-async', 'on'],
  // Frames below `main` are the kernel's: they belong on the stack, to its very end.
  ['backtrace past-main', 'on'],
  ['backtrace past-entry', 'on'],
  ['backtrace limit', 'unlimited'],
  ['print elements', '200'],
  ['print repeats', '10'],
  ['print frame-arguments', 'scalars'],
  // What a pointer to a base points to, rather than what it may; and names of C++ in machine code.
  ['print object', 'on'],
  ['print asm-demangle', 'on'],
  ['breakpoint pending', 'off'],
  // A stack is read in such pieces, in bytes: with GDB's own choice, the frames of one stop come in several. A stub that
  // cannot read the whole of one is asked for what is needed of it.
  ['dcache line-size', '512'],
  ['debuginfod enabled', 'off'],
  // Until the guest runs, code is what the file says: a boot loader may have to bring it into memory first, and GDB
  // looks where a function's prologue ends each time it connects.
  ['trust-readonly-sections', 'on'],
  // With no answer to qAttached GDB owns the guest: when GDB ends, however, QEMU ends with it.
  ['remote query-attached-packet', 'off'],
  ['tcp auto-retry', 'on'],
];

/** What takes effect before GDB speaks MI alone: it escapes bytes in MI then that are no ASCII. */
const EARLY = ['set charset UTF-8', 'set print sevenbit-strings off'];

/** GDB's command line. */
export function gdbArguments(): string[] {
  // --nx: neither the user's nor the project's .gdbinit runs; a workspace must not execute by being opened.
  return ['--nx', '--quiet', '--interpreter=mi3', ...EARLY.flatMap((command) => ['-iex', command])];
}

/** GDB's first commands. A setting that an older GDB does not know is refused by it, and passed over. */
export function settingCommands(): string[] {
  return SETTINGS.map(([name, value]) => `-gdb-set ${name} ${value}`);
}

/**
 * GDB's environment. Distributions ship GDB's Python files without their bytecode, and GDB, which cannot write
 * beside them, compiles them at every start: a third of its start-up time. Python keeps it in the user's cache.
 */
export function gdbEnvironment(): NodeJS.ProcessEnv {
  const { PYTHONDONTWRITEBYTECODE: _, ...environment } = process.env;
  return { PYTHONPYCACHEPREFIX: join(cacheFolder(), 'gdb-python'), ...environment };
}
