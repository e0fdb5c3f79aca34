/** What a Makefile.uk says that its libraries' parameters begin with: `addlib_paramprefix,libuknetdev,netdev`. */
import { dirname, relative } from 'node:path';
import { type ParameterDefinition, parametersAt } from '@unikernel-tools/kernel-sdk/analysis';
import {
  type Hover,
  type Location,
  MarkupContent,
  MarkupKind,
  type Position,
  type Range,
} from 'vscode-languageserver';
import type { PositionRequest, Request } from '../language';
import { uriOf } from '../paths';
import { bareLines } from './libraries';

const CALL = /\$\(call (?:addlib_paramprefix|uk_libparam_libprefix_set)\s*,\s*([\w-]+)\s*,\s*([\w-]+)/g;

export interface ParameterPrefix {
  readonly library: string;
  readonly prefix: string;
  /** Of the prefix. */
  readonly range: Range;
}

export function parameterPrefixes(text: string): readonly ParameterPrefix[] {
  if (!/addlib_paramprefix|uk_libparam_libprefix_set/.test(text)) return [];
  return bareLines(text).flatMap((content, line) =>
    [...content.matchAll(CALL)].map(({ 0: call, 1: library = '', 2: prefix = '', index }) => {
      const end = index + call.length;
      const start = { line, character: end - prefix.length };
      return { library, prefix, range: { start, end: { line, character: end } } };
    }),
  );
}

function prefixAt(text: string, { line, character }: Position): ParameterPrefix | undefined {
  return parameterPrefixes(text).find(
    ({ range: { start, end } }) =>
      start.line === line && start.character <= character && character <= end.character,
  );
}

export function hoverPrefix({ document, position, path, workspace }: PositionRequest): Hover | undefined {
  const found = prefixAt(document.getText(), position);
  if (found === undefined) return undefined;
  const { library, prefix, range } = found;
  const folder = dirname(path);
  const all = parametersAt(workspace, folder);
  const value = [
    `Parameters of **${library}** begin with \`${prefix}.\` on the command line.`,
    ...(all.length === 0 ? ['No source that the library lists has one.'] : [listOf(all, prefix, folder)]),
  ].join('\n\n');
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

/** What is known of a library, and the parameters that its sources have; without a prefix they begin with its name. */
export function withParameters(known: Hover, { document, path, workspace }: Request, library: string): Hover {
  const folder = dirname(path);
  const all = parametersAt(workspace, folder);
  if (all.length === 0 || !MarkupContent.is(known.contents)) return known;
  const named = parameterPrefixes(document.getText()).find((one) => one.library === library);
  const { kind, value } = known.contents;
  const more = `Parameters on the command line:\n\n${listOf(all, named?.prefix ?? library, folder)}`;
  return { ...known, contents: { kind, value: `${value}\n\n${more}` } };
}

/**
 * In Markdown, a line for each.
 * @param prefix Without the dot.
 */
function listOf(all: readonly ParameterDefinition[], prefix: string, folder: string): string {
  return all
    .map(({ name, hasPrefix, type, count, target, declaration, path, range, description }) => {
      const several = count === 'several' ? ', several values' : count && `, up to \`${count}\` values`;
      return [
        `- \`${hasPrefix ? name : `${prefix}.${name}`}\``,
        type === undefined ? '' : ` (${type}${several ?? ''})`,
        description === undefined ? '' : ` ${description}`,
        `: \`${target}\`${declaration === undefined ? '' : `, \`${declaration}\``}`,
        ` in \`${relative(folder, path)}\`, line ${range.start.line + 1}`,
      ].join('');
    })
    .join('\n');
}

export function prefixPlaces({ document, position, path, workspace }: PositionRequest): Location[] {
  if (prefixAt(document.getText(), position) === undefined) return [];
  return parametersAt(workspace, dirname(path)).map((one) => ({ uri: uriOf(one.path), range: one.range }));
}
