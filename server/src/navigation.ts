/** Definition, references, highlights and rename: one way for everything that files of several languages name. */
import { filesOfTree } from '@unikernel-tools/kernel-sdk/analysis';
import { textAt } from '@unikernel-tools/kernel-sdk/problem';
import { fileKind, type Workspace } from '@unikernel-tools/kernel-sdk/project';
import { Turns } from '@unikernel-tools/kernel-sdk/steps';
import type { Location, Position, Range, WorkspaceEdit } from 'vscode-languageserver';
import type { Entity, Language, Occurrence, PositionRequest } from './language';
import { uriOf } from './paths';
import { checkedName, isRenamable, renaming } from './rename';

export interface Found extends Occurrence {
  readonly path: string;
}

export class Navigation {
  /** @param languageOf The language of a file that may not be open. */
  constructor(private readonly languageOf: (path: string) => Language | undefined) {}

  async definition(request: PositionRequest): Promise<Location[]> {
    const own = await this.languageOf(request.path)?.definition?.(request);
    if (own !== undefined && own.length > 0) return [...own];
    const found = await this.#at(request);
    if (found === undefined) return this.#linked(request);
    const occurrences = await this.#everywhere(found.entity, request);
    const definitions = occurrences.filter(({ role }) => role === 'definition');
    return (definitions.length > 0 ? definitions : declarationsOf(occurrences)).map(locationOf);
  }

  /** Headers and the faces of libraries for other languages; the definition where there is nothing else. */
  async declaration(request: PositionRequest): Promise<Location[]> {
    const found = await this.#at(request);
    if (found === undefined) return [];
    const occurrences = await this.#everywhere(found.entity, request);
    const others = occurrences.filter(
      ({ role, path, range }) =>
        // A function with its body in a header is declared there as well.
        (role === 'declaration' || (role === 'definition' && fileKind(path) === 'header')) &&
        !(path === request.path && isAt(range, request.position)),
    );
    return others.length > 0 ? others.map(locationOf) : this.definition(request);
  }

  async references(request: PositionRequest, withDeclaration: boolean): Promise<Location[]> {
    const found = await this.#at(request);
    const occurrences = found === undefined ? [] : await this.#everywhere(found.entity, request);
    return occurrences.filter(({ role }) => withDeclaration || role === 'reference').map(locationOf);
  }

  async highlights(request: PositionRequest): Promise<Range[]> {
    const found = await this.#at(request);
    const { path, workspace, document } = request;
    const occurrences = this.languageOf(path)?.occurrences;
    if (found === undefined || occurrences === undefined) return [];
    const here = await occurrences({ path, workspace, text: document.getText() }, found.entity);
    return here.map(({ range }) => range);
  }

  /** The range whose text a rename replaces; undefined where nothing can be renamed. */
  async renamable(request: PositionRequest): Promise<Range | undefined> {
    const found = await this.#at(request);
    if (found === undefined || !isRenamable(found.entity)) return undefined;
    if (found.entity.kind === 'option') return found.range;
    const places = await this.#everywhere(found.entity, request);
    return places.some(({ role }) => role === 'definition') ? found.range : undefined;
  }

  async rename(request: PositionRequest, newName: string): Promise<WorkspaceEdit | undefined> {
    const found = await this.#at(request);
    if (found === undefined || !isRenamable(found.entity)) return undefined;
    const { entity } = found;
    const name = checkedName(entity, newName);
    const everywhere = await this.#everywhere(entity, request);
    // TypeScript can have another name of its own for it.
    const occurrences = everywhere.filter(({ path, range }) => {
      const text = request.workspace.files.readText(path);
      return text !== undefined && textAt(text, range) === entity.name;
    });
    const taken = entity.kind === 'function' ? await this.#everywhere({ ...entity, name }, request) : [];
    return renaming(entity, name, occurrences, { taken, own: new Set(request.workspace.paths()) });
  }

  /** The file that the text at a position names. */
  async #linked(request: PositionRequest): Promise<Location[]> {
    const links = (await this.languageOf(request.path)?.links?.(request)) ?? [];
    const start = { line: 0, character: 0 };
    return links.flatMap(({ range, target }) =>
      target !== undefined && isAt(range, request.position)
        ? [{ uri: target, range: { start, end: start } }]
        : [],
    );
  }

  #at(request: PositionRequest) {
    return this.languageOf(request.path)?.entityAt?.(request);
  }

  /** In the files of the workspace and of the tree that the document is understood with. */
  async #everywhere(entity: Entity, { path, workspace }: PositionRequest): Promise<Found[]> {
    const found: Found[] = [];
    const turns = new Turns();
    for (const file of filesFor(workspace, path, entity)) {
      if (turns.due) await turns.pass();
      const occurrences = this.languageOf(file)?.occurrences;
      const text = occurrences === undefined ? undefined : workspace.files.readText(file);
      // Most files do not have the name at all.
      if (occurrences === undefined || text === undefined || !mayName(text, entity)) continue;
      const here = await occurrences({ path: file, text, workspace }, entity);
      // A file's own function is nobody else's, and others' are not its own.
      const isMeant = ({ isLocal = false }: Occurrence) => !isLocal || file === path;
      found.push(...here.filter(isMeant).map((occurrence) => ({ ...occurrence, path: file })));
    }
    return found.some(({ isLocal }) => isLocal) ? found.filter((one) => one.path === path) : found;
  }
}

/** C's own before what another language says of it. */
function declarationsOf(occurrences: readonly Found[]): readonly Found[] {
  const all = occurrences.filter(({ role }) => role === 'declaration');
  const own = all.filter(({ path }) => fileKind(path) !== 'typescript');
  return own.length > 0 ? own : all;
}

function isAt({ start, end }: Range, { line, character }: Position): boolean {
  return start.line === line && start.character <= character && character <= end.character;
}

function mayName(text: string, { kind, name }: Entity): boolean {
  // A source has a parameter without its library's prefix.
  if (kind === 'parameter') return text.includes(name.slice(name.lastIndexOf('.') + 1));
  if (kind !== 'library') return text.includes(name);
  return text.toLowerCase().includes(name.toLowerCase().replace(/^lib/, ''));
}

function filesFor(workspace: Workspace, path: string, { kind }: Entity): readonly string[] {
  const tree = workspace.treeOf(path);
  const others = [
    ...((kind === 'function' || kind === 'parameter') && tree !== undefined
      ? filesOfTree(workspace, tree)
      : []),
    ...(tree?.options.files.keys() ?? []),
    ...(tree?.catalog.libraries ?? []).flatMap(({ folder }) => [
      `${folder}/Makefile.uk`,
      `${folder}/exportsyms.uk`,
      `${folder}/api.ts`,
    ]),
  ].filter((file) => fileKind(file) !== undefined);
  return [...new Set([path, ...workspace.paths(), ...others])];
}

function locationOf({ path, range }: Found): Location {
  return { uri: uriOf(path), range };
}
