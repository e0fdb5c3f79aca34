/** Names that a whole workspace is searched for: options, libraries, targets and exported symbols. */
import { readExports } from '@unikernel-tools/kernel-sdk/library';
import { parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import type { Workspace } from '@unikernel-tools/kernel-sdk/project';
import { Turns } from '@unikernel-tools/kernel-sdk/steps';
import { type CancellationToken, type Range, SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver';
import { optionNames } from './kconfig/names';
import { registrations } from './makefile-uk/libraries';
import { uriOf } from './paths';

interface Named {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly range: Range;
}

/** More are narrowed by typing on. */
const ANSWER_LIMIT = 1000;

/** Symbols whose names have the letters of a query in its order; those that begin with it first. */
export async function workspaceSymbols(
  workspace: Workspace,
  query: string,
  token: CancellationToken,
): Promise<WorkspaceSymbol[]> {
  const wanted = query.replace(/^CONFIG_/, '').toLowerCase();
  const found: (WorkspaceSymbol & { readonly rank: number })[] = [];
  const turns = new Turns();
  for (const path of workspace.paths('manifest', 'kconfig', 'makefile', 'exports')) {
    if (turns.due) await turns.pass();
    if (token.isCancellationRequested) return [];
    for (const { name, kind, range } of namesOf(workspace, path)) {
      const rank = rankOf(name.toLowerCase(), wanted);
      if (rank !== undefined) found.push({ name, kind, location: { uri: uriOf(path), range }, rank });
    }
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name))
    .slice(0, ANSWER_LIMIT)
    .map(({ rank: _, ...symbol }) => symbol);
}

/** Undefined where a name does not have the letters. */
function rankOf(name: string, wanted: string): number | undefined {
  const at = name.indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : 1;
  let from = 0;
  for (const letter of wanted) {
    const next = name.indexOf(letter, from);
    if (next < 0) return undefined;
    from = next + 1;
  }
  return 2;
}

function namesOf(workspace: Workspace, path: string): readonly Named[] {
  return workspace.derive('workspace-symbols', path, (files): readonly Named[] => {
    const text = files.readText(path);
    if (text === undefined) return [];
    if (path.endsWith('exportsyms.uk')) {
      return readExports(text).flatMap(({ value: name, range }) =>
        name === 'none' ? [] : [{ name, kind: SymbolKind.Function, range }],
      );
    }
    if (path.endsWith('Makefile.uk')) {
      return registrations(text).map(({ name, range }) => ({ name, kind: SymbolKind.Module, range }));
    }
    if (path.endsWith('Config.uk')) {
      return optionNames(text).map(({ name, range }) => ({ name, kind: SymbolKind.Constant, range }));
    }
    return parseManifest(text).targets.map(({ platform, architecture }) => ({
      name: `${platform.value}/${architecture.value}`,
      kind: SymbolKind.Object,
      range: platform.range,
    }));
  });
}
