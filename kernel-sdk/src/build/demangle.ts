/** C++ names as programmers write them. */
import { dirname } from 'node:path';
import { runTool } from './run-tool';
import type { Toolchain } from './toolchain';

/** Names at a time, so that a command line stays short enough for every system. */
const BATCH = 200;

/** Mangled names (`_Znwm`) with what they say; empty where there are none, or no tool that knows. */
export async function demangle(
  { demangler }: Toolchain,
  names: Iterable<string>,
  options: { readonly parameters?: boolean } = {},
): Promise<ReadonlyMap<string, string>> {
  const mangled = [...new Set(names)].filter((name) => /^_Z\w+$/.test(name));
  const demangled = new Map<string, string>();
  if (demangler === undefined) return demangled;
  const flags = options.parameters === false ? ['--no-params'] : [];
  for (let at = 0; at < mangled.length; at += BATCH) {
    const batch = mangled.slice(at, at + BATCH);
    const { ok, output } = await runTool(demangler, [...flags, ...batch], { cwd: dirname(demangler) });
    const lines = output.trimEnd().split('\n');
    if (!ok || lines.length !== batch.length) return demangled;
    for (const [i, name] of batch.entries()) demangled.set(name, lines[i] ?? name);
  }
  return demangled;
}
