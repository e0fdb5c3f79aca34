/**
 * Errors of the tools in the words of a project: which libraries take part, and which one to enable. What is said
 * has the form of compilers' messages, `FILE:LINE:COLUMN: error: MESSAGE`.
 */
import { join } from 'node:path';
import { suggest } from '../problem';
import { type ConfiguredProject, isEnabled } from '../project';
import { type LinkError, type LinkPlace, parseLinkErrors } from './link-errors';
import { libraryOf } from './owner';
import type { CompileUnit } from './plan';

export interface Explained {
  readonly configured: ConfiguredProject;
  readonly units: readonly CompileUnit[];
  /** The name of a C++ symbol as programmers write it. */
  readonly demangled?: (symbol: string) => string;
  readonly exists: (path: string) => boolean;
}

const NO_HEADER = /^(.+?:\d+:\d+: fatal error: )(?:(.+): No such file or directory|'(.+)' file not found)$/;

/** A compiler's output, in which a header that a library has says how to enable the library. */
export function explainCompilation(output: string, { configured, exists }: Explained): string {
  return output
    .split('\n')
    .map((line) => {
      const [, place = '', gcc, clang] = NO_HEADER.exec(line) ?? [];
      const header = gcc ?? clang;
      if (header === undefined) return line;
      const folder = configured.project.catalog.includes.find(
        (include) => !isEnabled(include, configured.configuration) && exists(join(include.path, header)),
      );
      if (folder?.option === undefined) return line;
      const { libraries } = configured.project.catalog;
      const owner =
        libraries.find(({ option }) => option === folder.option) ??
        libraryOf(configured.project, folder.path);
      return `${place}'${header}' belongs to ${owner?.name ?? 'a library'}, which is off: ${enable(folder.option)}`;
    })
    .join('\n');
}

/** What a linker's output means, one line for each place. */
export function explainLink(output: string, explained: Explained): string[] {
  const objects = explained.units.map(({ object }) => object);
  return parseLinkErrors(output, objects).map((error) => describe(error, explained));
}

function describe(error: LinkError, explained: Explained): string {
  if (error.kind === 'duplicate') {
    const { symbol, here, first } = error;
    const there = located(first, explained);
    const what = `multiple definition of '${symbol}': ${ownerOf(here, explained)} defines it here`;
    return `${prefix(located(here, explained))}${what}, ${ownerOf(first, explained)} at ${there.file}:${there.line}`;
  }
  const { symbol, user } = error;
  if (symbol === 'main') return missingMain(explained);
  const what = `undefined reference to '${symbol}', which ${ownerOf(user, explained)} uses`;
  return `${prefix(located(user, explained))}${what}${wayOut(symbol, explained)}`;
}

/** The one function that an application has to have; whoever calls it is not to blame. */
function missingMain({ configured }: Explained): string {
  const makefile = join(configured.project.folder, 'Makefile.uk');
  return `${prefix({ file: makefile, line: 1 })}the application has no 'main': none of its sources defines it`;
}

function wayOut(symbol: string, { configured, demangled = (name) => name }: Explained): string {
  const { configuration, project } = configured;
  const exporters = project.catalog.libraries.filter((library) =>
    library.exports?.some((name) => name === symbol || demangled(name) === symbol),
  );
  const off = exporters.find((library) => !isEnabled(library, configuration));
  if (off?.option !== undefined) return `: ${off.name} has it, which is off; ${enable(off.option)}`;
  const [on] = exporters;
  if (on !== undefined) return `: ${on.name} exports it, but none of its enabled sources defines it`;
  const near = suggest(
    symbol,
    project.catalog.libraries.flatMap((library) => library.exports ?? []),
  );
  return near === undefined ? ': no library has it' : `: no library has it. Did you mean '${near}'?`;
}

function enable(option: string): string {
  return `enable ${option} in the Kraftfile`;
}

function prefix({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}:1: error: `;
}

/** Without debug information the source of the object stands in. */
function located(place: LinkPlace, { configured, units }: Explained): { file: string; line: number } {
  if (place.file !== undefined && place.line !== undefined) return { file: place.file, line: place.line };
  const unit = units.find(({ object }) => object === place.object);
  return { file: unit?.source ?? configured.project.manifestPath, line: 1 };
}

function ownerOf({ object, file }: LinkPlace, { configured, units }: Explained): string {
  const unit = units.find((candidate) => candidate.object === object || candidate.source === file);
  const library =
    unit?.library ?? (file === undefined ? undefined : libraryOf(configured.project, file)?.name);
  return library ?? 'the image';
}
