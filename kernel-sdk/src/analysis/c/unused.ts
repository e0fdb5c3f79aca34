/** Libraries that a manifest enables and that nothing of its project uses. */
import { basename, dirname, join } from 'node:path';
import { labelOf } from '../../build/plan';
import { parseMap } from '../../build/size/map';
import type { Configuration, Expression, Option } from '../../kconfig';
import type { Library } from '../../library';
import { readEntries, type YamlEntry } from '../../manifest';
import { type Problem, type Range, removal } from '../../problem';
import { isEnabled, isProject, libraryOption, type Project, type Tree, type Workspace } from '../../project';
import type { Check } from '../check';
import { factsOf, headersOf, prepareIndex } from './headers';
import { shortName, shownFolders, sourcePath } from './providers';
import { type CTarget, targetsOf } from './targets';

export const unusedCheck: Check = {
  kinds: ['manifest'],
  *prepare(workspace, path) {
    const project = workspace.treeOf(path);
    const text = workspace.files.readText(path);
    if (project === undefined || text === undefined || !isProject(project) || !project.complete) return;
    yield* prepareIndex(workspace, project);
    for (const { library } of namedLibraries(project, text)) {
      isUnused(workspace, project, library);
      yield;
    }
  },
  check({ path, text, workspace }) {
    const project = workspace.treeOf(path);
    if (project === undefined || !isProject(project) || !project.complete) return [];
    const targets = targetsOf(workspace, project);
    const named = namedLibraries(project, text);
    if (targets.length === 0 || named.length === 0) return [];
    return named.flatMap(({ library, range, lines }): Problem[] => {
      if (!isUnused(workspace, project, library)) return [];
      const bytes = Math.max(...targets.map((target) => bytesOf(workspace, project, target, library)));
      const cost = bytes > 0 ? `; it is ${bytes.toLocaleString('en')} bytes of the image` : '';
      const message = `Nothing of the project uses '${shortName(library)}'${cost}.`;
      const fixes = lines === undefined ? {} : { fixes: removal(lines, `'${shortName(library)}'`) };
      return [{ code: 'unused-library', severity: 'hint', message, range, ...fixes }];
    });
  },
};

/** For all targets of a manifest. */
function isUnused(workspace: Workspace, project: Project, { name }: Library): boolean {
  const targets = targetsOf(workspace, project);
  const isUnusedFor = ({ target }: CTarget) =>
    workspace.trees.ofValues('c-unused', name, project, target, (tree, configuration) => {
      const library = tree.catalog.libraries.find((one) => one.name === name);
      if (library === undefined || !isEnabled(library, configuration)) return false;
      return !isUsed({ workspace, tree, configuration, library });
    });
  return targets.length > 0 && targets.every(isUnusedFor);
}

interface NamedLibrary {
  readonly library: Library;
  readonly range: Range;
  /** What goes with it. */
  readonly lines: Range | undefined;
}

/** Libraries that the manifest turns on by name, or by their option. */
function namedLibraries({ manifest, catalog }: Project, text: string): readonly NamedLibrary[] {
  const byOption = (option: string) =>
    catalog.libraries.find((library) => library.option === `CONFIG_${option}`);
  const entries = allEntries(readEntries(text), []);
  const found = [
    ...manifest.libraries.map(({ name }) => ({ name, option: libraryOption(name.value) })),
    ...manifest.kconfig
      .filter(({ value }) => value.value === 'y')
      .map(({ name }) => ({ name, option: name.value.replace(/^CONFIG_/, '') })),
  ];
  return found.flatMap(({ name: { range }, option }): NamedLibrary[] => {
    const library = byOption(option);
    if (library === undefined) return [];
    return [{ library, range, lines: entries.find(({ start }) => isSame(start, range))?.lines }];
  });
}

function isSame({ start: a }: Range, { start: b }: Range): boolean {
  return a.line === b.line && a.character === b.character;
}

/** The entries of maps, each with the lines that go with it: those of the map around it where it is the only one. */
function allEntries(
  entries: readonly YamlEntry[],
  around: readonly YamlEntry[],
): { readonly start: Range; readonly lines: Range | undefined }[] {
  return entries.flatMap((entry) => {
    const whole = entries.length === 1 ? (around.at(-1) ?? entry) : entry;
    const inside = entry.value.form === 'map' ? allEntries(entry.value.entries, [...around, entry]) : [];
    return [{ start: entry.keyRange, lines: whole.lines }, ...inside];
  });
}

interface Subject {
  readonly workspace: Workspace;
  readonly tree: Tree;
  readonly configuration: Configuration;
  readonly library: Library;
}

/** True as well where that is not sure. */
function isUsed(subject: Subject): boolean {
  const { tree, configuration, library } = subject;
  const application = tree.catalog.libraries.find(({ folder }) => folder === tree.sources.application);
  if (application === undefined || application === library || library.option === undefined) return true;
  const others = tree.catalog.libraries.filter((one) => one !== library && isEnabled(one, configuration));
  // The application first: most libraries are there for it.
  const ordered = [application, ...others.filter((one) => one !== application)];
  return isWanted(subject) || actsByItself(subject) || ordered.some((one) => names(subject, one));
}

/** Other options that are on ask for its option. */
function isWanted({ tree, configuration, library }: Subject): boolean {
  const own = library.option?.replace(/^CONFIG_/, '') ?? '';
  const { evaluation } = configuration;
  const isOn = (option: Option) => evaluation.value(option) === 'y';
  const option = tree.options.options.get(own);
  if (option === undefined) return true;
  if ([...option.selectedBy, ...option.impliedBy].some(({ by }) => isOn(by))) return true;
  for (const other of tree.options.options.values()) {
    if (other === option || other.name.startsWith(own) || !isOn(other)) continue;
    if (mentions(other.dependsOn, option)) return true;
  }
  return false;
}

function mentions(expression: Expression | undefined, option: Option): boolean {
  if (expression === undefined) return false;
  if (expression.kind === 'symbol') return expression.symbol === option;
  if (expression.kind === 'not') return mentions(expression.operand, option);
  if (expression.kind === 'compare') return expression.left === option || expression.right === option;
  return expression.operands.some((operand) => mentions(operand, option));
}

/** How code is called that nobody names: at boot, by drivers' lists, for system calls, in place of weak functions. */
const BY_ITSELF =
  /initcall|\bctor|constructor|\bsection\s*\(|__section|syscall|interrupt_handler|\bmain\s*\(|\balias\b/i;
/** A macro at the beginning of a line defines something: `UK_INIT(UK_INIT_BUS, scan);`. */
const AT_TOP = /^[A-Z][A-Z0-9_]{2,}\s*\(/m;

function actsByItself({ workspace, configuration, library }: Subject): boolean {
  // What is made elsewhere, or of nothing that is known, may do anything.
  if (library.origin !== undefined || library.exports === undefined || library.exports.length === 0)
    return true;
  const makefile = workspace.files.readText(join(library.folder, 'Makefile.uk')) ?? '';
  if (/SYSCALL|LDFLAGS|EXTRA|\.lds?\b/.test(makefile)) return true;
  return library.sources.some((source) => {
    if (!isEnabled(source, configuration)) return false;
    const path = sourcePath(source.path);
    return !/\.c$/.test(path) || source.except !== undefined || callsItself(workspace, path);
  });
}

function callsItself(workspace: Workspace, path: string): boolean {
  return workspace.derive('c-by-itself', path, (files) => {
    const text = files.readText(path)?.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ' ');
    const facts = factsOf(workspace, path);
    if (text === undefined || facts === undefined || BY_ITSELF.test(text) || AT_TOP.test(text)) return true;
    const isReplaceable = [...facts.functions.values()]
      .flat()
      .some(({ isWeak, hasBody }) => isWeak && hasBody);
    return isReplaceable || facts.calls.some(({ name }) => /register|attach/i.test(name));
  });
}

/** Whether a library's sources or headers name something of the subject's, where its being there is no condition. */
function names({ workspace, tree, configuration, library }: Subject, user: Library): boolean {
  const headers = new Set(shownFolders(tree, library).flatMap((folder) => headersOf(workspace, folder)));
  const own = new Set([...headers].map((header) => basename(header)));
  const exported = new Set(library.exports ?? []);
  const option = new RegExp(`\\b${library.option}(?![A-Za-z0-9])`);
  const sources = user.sources.flatMap((source) =>
    isEnabled(source, configuration) &&
    source.option !== library.option &&
    (user.origin === undefined || !source.path.startsWith(user.origin))
      ? sourcePath(source.path)
      : [],
  );
  const folders = [...shownFolders(tree, user), ...user.includes.map(({ path }) => path)];
  const shown = folders
    .filter((folder) => user.origin === undefined || !folder.startsWith(user.origin))
    .flatMap((folder) => headersOf(workspace, folder).map((header) => join(folder, header)));
  // Headers beside sources are not in any list.
  const beside = [...new Set(sources.map((path) => dirname(path)))].flatMap((folder) =>
    workspace.files.entries(folder).flatMap(({ name }) => (name.endsWith('.h') ? join(folder, name) : [])),
  );
  return [...sources, ...shown, ...beside].some((path) => {
    const facts = factsOf(workspace, path);
    // What cannot be read may use it: assembly as well.
    if (facts === undefined || /\.(?:S|s|asm)$/.test(path))
      return namesInText(workspace, path, [...exported]);
    // Whoever asks whether it is there does without it; the application alone has its reasons.
    const isMine = user.folder === tree.sources.application;
    if (isMine && facts.blocks.some(({ condition }) => option.test(condition))) return true;
    const asks = (block: number): boolean => {
      for (let one = block; one > 0; one = facts.blocks[one]?.previous ?? -1) {
        if (option.test(facts.blocks[one]?.condition ?? '')) return true;
      }
      const parent = facts.blocks[block]?.parent ?? -1;
      return parent > 0 && asks(parent);
    };
    // A weak declaration does without its function as well.
    const isOptional = (name: string) => facts.functions.get(name)?.every(({ isWeak }) => isWeak) === true;
    const declared = [...facts.functions].flatMap(([name, all]) => all.map(({ block }) => ({ name, block })));
    return (
      facts.includes.some(
        ({ header, isQuoted, block }) =>
          (header === '' || headers.has(header) || (isQuoted && own.has(basename(header)))) && !asks(block),
      ) ||
      [...facts.calls, ...declared].some(
        ({ name, block }) => exported.has(name) && !isOptional(name) && !asks(block),
      ) ||
      [...facts.odd].some((name) => exported.has(name)) ||
      facts.events.some((event) => event.kind === 'define' && exported.has(event.value))
    );
  });
}

function namesInText(workspace: Workspace, path: string, exported: readonly string[]): boolean {
  const text = workspace.files.readText(path);
  return text === undefined || exported.some((name) => text.includes(name));
}

/** What a library takes of the image that was built last; 0 where there is none. */
function bytesOf(workspace: Workspace, project: Project, { target }: CTarget, library: Library): number {
  if (target === undefined) return 0;
  const label = labelOf(project.name, target);
  const text = workspace.files.readText(join(project.folder, '.unikernel', 'build', `${label}.map`));
  if (text === undefined) return 0;
  const folder = `/${label}.work/${library.name}/`;
  let bytes = 0;
  for (const { address, parts } of parseMap(text)) {
    // Debug information is at no address, and not in the image.
    if (address === 0) continue;
    for (const { object, size } of parts) if (object.replaceAll('\\', '/').includes(folder)) bytes += size;
  }
  return bytes;
}
