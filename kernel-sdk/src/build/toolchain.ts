/** The compiler and the binary tools that belong to it. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findProgram, findTool } from '../program';
import { runTool } from './run-tool';

export interface Toolchain {
  readonly compiler: string;
  readonly strip: string;
  /** The compiler's own headers: `stddef.h`, `stdarg.h`, …. */
  readonly headers: string;
  /** Changes when another compiler, or another version of it, is there. */
  readonly identity: string;
}

export type FoundToolchain =
  | { readonly ok: true; readonly toolchain: Toolchain }
  | { readonly ok: false; readonly message: string };

/** `known` is what an earlier call found; asking the compiler again is spared while it is the same. */
export async function findToolchain(chosen: string | undefined, known?: Toolchain): Promise<FoundToolchain> {
  const found = await findTool('compiler', chosen);
  if (!found.ok) return found;
  const { mtimeMs, size } = await stat(found.path);
  const identity = `${found.path} ${size} ${Math.round(mtimeMs)}`;
  if (known?.identity === identity) return { ok: true, toolchain: known };
  const strip = await findSibling(found.path, 'strip');
  if (strip === undefined) {
    return {
      ok: false,
      message: `'strip', which belongs to the compiler '${found.path}', is not on PATH. Install it with 'sudo apt install binutils' (Debian, Ubuntu) or 'sudo dnf install binutils' (Fedora).`,
    };
  }
  const asked = await runTool(found.path, ['-print-file-name=include'], { cwd: dirname(found.path) });
  const headers = asked.output.trim();
  if (!asked.ok || headers === '' || headers === 'include') {
    return {
      ok: false,
      message: `The compiler '${found.path}' does not work: ${asked.output.trim() || 'it names no header folder'}.`,
    };
  }
  return { ok: true, toolchain: { compiler: found.path, strip, headers, identity } };
}

/** `x86_64-elf-gcc` has an `x86_64-elf-strip` beside it; `gcc` and `clang` use the host's. */
async function findSibling(compiler: string, tool: string): Promise<string | undefined> {
  const prefix = /^(.*-)?(?:gcc|clang|cc)(?:-[\d.]+)?(?:\.exe)?$/.exec(basename(compiler))?.[1] ?? '';
  const beside = await findProgram(join(dirname(compiler), `${prefix}${tool}`));
  return beside ?? (await findProgram(`${prefix}${tool}`)) ?? findProgram(tool);
}
