/** The compilers of an architecture and the binary tools that belong to them. */
import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findProgram, findTool } from '../program';
import { runTool } from './run-tool';

/** Architectures by the names that Kraftfiles use. */
export type Architecture = 'x86_64' | 'arm64';

export interface Toolchain {
  readonly compiler: string;
  readonly strip: string;
  readonly objcopy: string;
  /** `c++filt`, where it is there: it puts C++ names into words. */
  readonly demangler?: string;
  /** The compiler's own headers: `stddef.h`, `stdarg.h`, …. */
  readonly headers: string;
  /** Where it was asked for. */
  readonly cxx?: CxxToolchain;
  /** Changes when another compiler, or another version of it, is there. */
  readonly identity: string;
}

export interface CxxToolchain {
  readonly compiler: string;
  /** The folders of the C++ library's headers, in their order. */
  readonly headers: readonly string[];
}

export interface ToolchainRequest {
  readonly architecture: Architecture;
  /** A C compiler's path or name; the architecture's usual one unless told. */
  readonly compiler?: string;
  /** Whether there is C++ to compile. */
  readonly cxx?: boolean;
}

export type FoundToolchain =
  | { readonly ok: true; readonly toolchain: Toolchain }
  | { readonly ok: false; readonly message: string };

/** What a compiler's name is made of: `x86_64-linux-gnu-` `gcc` `-12` `.exe`. */
const COMPILER_NAME = /^(.*-)?(gcc|clang|cc)(-[\d.]+)?(\.exe)?$/;
/** Machines by the names that compilers use. */
const MACHINES: Readonly<Record<Architecture, string>> = { x86_64: 'x86_64', arm64: 'aarch64' };
const COMPILERS = { x86_64: 'compiler', arm64: 'compilerArm64' } as const;
const HOST_MACHINE = process.arch === 'arm64' ? MACHINES.arm64 : MACHINES.x86_64;
const CXX_NAMES: Readonly<Record<string, string>> = { gcc: 'g++', clang: 'clang++', cc: 'c++' };

/** `known` is what an earlier call found; asking the compilers again is spared while they are the same. */
export async function findToolchain(request: ToolchainRequest, known?: Toolchain): Promise<FoundToolchain> {
  const found = findTool(COMPILERS[request.architecture], request.compiler);
  if (!found.ok) return found;
  let identity = identityOf(found.path);
  let cxxCompiler: string | undefined;
  if (request.cxx === true) {
    const name = cxxNameOf(basename(found.path));
    cxxCompiler = findNear(found.path, name);
    if (cxxCompiler === undefined) return { ok: false, message: missingCxx(found.path, name) };
    identity += ` ${identityOf(cxxCompiler)}`;
  }
  if (known?.identity === identity) return { ok: true, toolchain: known };
  const machine = await runTool(found.path, ['-dumpmachine'], { cwd: dirname(found.path) });
  const wanted = MACHINES[request.architecture];
  if (
    machine.ok &&
    machine.output
      .trim()
      .replace(/^arm64-/, 'aarch64-')
      .split('-')[0] !== wanted
  ) {
    return {
      ok: false,
      message: `The compiler '${found.path}' compiles for '${machine.output.trim()}', but the target is ${request.architecture}. Name one for it, such as '${wanted}-linux-gnu-gcc'.`,
    };
  }
  const strip = findBinaryTool(found.path, 'strip');
  const objcopy = findBinaryTool(found.path, 'objcopy');
  const demangler = findBinaryTool(found.path, 'c++filt');
  if (strip === undefined || objcopy === undefined) {
    const missing = strip === undefined ? 'strip' : 'objcopy';
    return {
      ok: false,
      message: `'${missing}', which belongs to the compiler '${found.path}', is not on PATH. Install it with 'sudo apt install binutils' (Debian, Ubuntu) or 'sudo dnf install binutils' (Fedora).`,
    };
  }
  const asked = await runTool(found.path, ['-print-file-name=include'], { cwd: dirname(found.path) });
  const headers = asked.output.trim();
  if (!asked.ok || headers === '' || headers === 'include') {
    return broken(found.path, asked.output.trim() || 'it names no header folder');
  }
  const toolchain: Toolchain = {
    compiler: found.path,
    strip,
    objcopy,
    headers,
    identity,
    ...(demangler === undefined ? {} : { demangler }),
  };
  if (cxxCompiler === undefined) return { ok: true, toolchain };
  const searched = await runTool(cxxCompiler, ['-x', 'c++', '-E', '-v', '-'], { cwd: dirname(cxxCompiler) });
  const cxxHeaders = cxxFolders(searched.output);
  if (!searched.ok || cxxHeaders.length === 0) {
    return broken(cxxCompiler, 'it names no folder with the headers of the C++ library');
  }
  return { ok: true, toolchain: { ...toolchain, cxx: { compiler: cxxCompiler, headers: cxxHeaders } } };
}

/** The C++ compiler that belongs to a C compiler: `gcc` and `g++`, `x86_64-elf-gcc-12` and `x86_64-elf-g++-12`. */
export function cxxNameOf(compiler: string): string {
  const [, prefix = '', name = '', version = '', extension = ''] = COMPILER_NAME.exec(compiler) ?? [];
  const cxx = CXX_NAMES[name];
  return cxx === undefined ? 'g++' : `${prefix}${cxx}${version}${extension}`;
}

/** The folders of the C++ library in what `g++ -E -v` and `clang++ -E -v` say of their search. */
export function cxxFolders(verbose: string): string[] {
  const [, list = ''] =
    /^#include <\.\.\.> search starts here:\n(.*?)^End of search list/ms.exec(verbose) ?? [];
  return list
    .split('\n')
    .map((line) => line.trim())
    .filter((folder) => /\/c\+\+(\/|$)/.test(folder));
}

function identityOf(path: string): string {
  const { mtimeMs, size } = statSync(path);
  return `${path} ${size} ${Math.round(mtimeMs)}`;
}

/** `x86_64-elf-gcc` has an `x86_64-elf-strip` beside it; `gcc` and `clang` use the host's. */
function findBinaryTool(compiler: string, tool: string): string | undefined {
  const prefix = COMPILER_NAME.exec(basename(compiler))?.[1] ?? '';
  const beside = findNear(compiler, `${prefix}${tool}`);
  const machine = /^(?:aarch64|arm\w*|riscv\w*|x86_64|i\d86)(?=-)/.exec(prefix)?.[0];
  return beside ?? (machine === undefined || machine === HOST_MACHINE ? findProgram(tool) : undefined);
}

function findNear(compiler: string, program: string): string | undefined {
  return findProgram(join(dirname(compiler), program)) ?? findProgram(program);
}

function missingCxx(compiler: string, name: string): string {
  const [debian, fedora] = /aarch64/.test(name)
    ? ['g++-aarch64-linux-gnu', 'gcc-c++-aarch64-linux-gnu']
    : /clang/.test(name)
      ? ['clang', 'clang']
      : ['g++', 'gcc-c++'];
  return `The project has C++ sources, but '${name}', which belongs to the compiler '${compiler}', is not on PATH. Install it with 'sudo apt install ${debian}' (Debian, Ubuntu) or 'sudo dnf install ${fedora}' (Fedora).`;
}

function broken(compiler: string, words: string): FoundToolchain {
  return { ok: false, message: `The compiler '${compiler}' does not work: ${words}.` };
}
