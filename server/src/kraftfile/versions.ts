/** Versions of the kernel and of libraries: what is on this disk behind what the manifest asks for, and what there is. */
import { basename, dirname, join, relative } from 'node:path';
import { type Place, parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import {
  type FoundVersion,
  isBelow,
  knownVersions,
  libraryFolder,
  versionOf,
  type Workspace,
} from '@unikernel-tools/kernel-sdk/project';
import {
  type CompletionItem,
  CompletionItemKind,
  type InlayHint,
  MarkupKind,
  type Position,
  TextEdit,
} from 'vscode-languageserver';
import type { PositionRequest, Request } from '../language';

/** Behind what names a component's version, or its source where nothing does: what is there. */
export function versionHints({ document, path, workspace }: Request): InlayHint[] {
  const manifest = parseManifest(document.getText());
  const { kernel, libraries } = manifest;
  const folder = dirname(path);
  const hint = (position: Position | undefined, place: string | undefined): InlayHint[] => {
    const found = place === undefined ? undefined : versionOf(place, workspace.files);
    if (position === undefined || place === undefined || found === undefined) return [];
    const value = `${words(found)}\n\nIn \`${shortened(place, workspace)}\`.`;
    const tooltip = { kind: MarkupKind.Markdown, value };
    return [{ position, label: `= ${labelOf(found)}`, paddingLeft: true, tooltip }];
  };
  const ofKernel =
    kernel?.kind === 'unikraft'
      ? hint((kernel.version ?? kernel.source)?.range.end, workspace.project(path)?.sources.kernel?.folder)
      : [];
  const ofLibraries = libraries.flatMap((library) =>
    hint(
      (library.version ?? library.source)?.range.end,
      kernel?.kind === 'unikraft' ? libraryFolder(library, folder, workspace.files) : undefined,
    ),
  );
  return [...ofKernel, ...ofLibraries];
}

function labelOf({ release, codename, tag, branch, commit }: FoundVersion): string {
  if (release !== undefined) return codename === undefined ? release : `${release} ${codename}`;
  return tag ?? (branch === undefined ? (commit ?? '').slice(0, 8) : at(branch, commit));
}

function at(branch: string, commit: string | undefined): string {
  return commit === undefined ? branch : `${branch} ${commit.slice(0, 8)}`;
}

function words({ release, codename, tag, branch, commit }: FoundVersion): string {
  const name = codename === undefined ? '' : ` (${codename})`;
  const lines = [
    release === undefined ? [] : `Release **${release}**${name} is on this disk.`,
    tag === undefined ? [] : `Tag \`${tag}\`.`,
    branch === undefined ? [] : `Branch \`${branch}\`.`,
    commit === undefined ? [] : `Commit \`${commit}\`.`,
  ];
  return lines.flat().join('  \n');
}

/** Paths of the workspace are told from its folders on. */
function shortened(place: string, { folders }: Workspace): string {
  const folder = folders.find((one) => isBelow(one, place));
  return folder === undefined ? place : relative(folder, place) || place;
}

/** Releases, tags and branches of checkouts on this disk, beside the channels that there always are. */
export function completeVersions(
  { path, workspace, document }: PositionRequest,
  place: Place,
): CompletionItem[] {
  const component = componentOf(place);
  if (component === undefined) return [];
  const folders =
    component === ''
      ? kernelFolders(path, workspace)
      : libraryFolders(component, path, document.getText(), workspace);
  const offered = new Map<string, string>();
  const offer = (name: string, words: string) => {
    if (!offered.has(name)) offered.set(name, words);
  };
  offer('stable', 'The newest release.');
  offer('staging', 'What the next release is made of.');
  const { files } = workspace;
  for (const release of component === '' ? configured(dirname(path), workspace) : []) {
    offer(release, "Of this project's configuration.");
  }
  for (const folder of folders) {
    const where = `in ${shortened(folder, workspace)}`;
    const now = versionOf(folder, files);
    if (now?.release !== undefined) offer(now.release, `On this disk, ${where}`);
    const { tags, branches } = knownVersions(folder, files);
    for (const tag of tags) {
      const release = /^RELEASE-(\d+(?:\.\d+)+)$/.exec(tag)?.[1];
      offer(release ?? tag, `Tag ${tag} ${where}`);
    }
    for (const branch of branches) offer(branch, `Branch ${where}`);
  }
  return [...offered].map(([name, detail], rank) => ({
    label: name,
    detail,
    kind: CompletionItemKind.Value,
    sortText: String(rank).padStart(4, '0'),
    textEdit: TextEdit.replace(place.range, quoted(name)),
  }));
}

/** `0.17` would be a number. */
function quoted(name: string): string {
  return /^[A-Za-z][\w./-]*$/.test(name) || /^\d+\.\d+\.\d+[\w.-]*$/.test(name) ? name : JSON.stringify(name);
}

/** The library whose version stands at a place; empty for the kernel. */
function componentOf({ kind, path }: Place): string | undefined {
  if (kind !== 'value') return undefined;
  const [first, second, third, ...more] = path;
  const isVersion = (key: string | undefined) => key === undefined || key === 'version';
  if (more.length > 0) return undefined;
  if (first === 'unikraft' && third === undefined && isVersion(second)) return '';
  return first === 'libraries' && second !== undefined && isVersion(third) ? second : undefined;
}

function kernelFolders(path: string, workspace: Workspace): readonly string[] {
  const kernel = workspace.project(path)?.sources.kernel;
  const own = kernel?.kind === 'unikraft' ? [kernel.folder] : [];
  const others = workspace.kernelFolders().filter((folder) => versionOf(folder, workspace.files)?.release);
  return [...new Set([...own, ...others])];
}

/** Where the manifest's library is, and folders of the workspace by its name. */
function libraryFolders(name: string, path: string, text: string, workspace: Workspace): readonly string[] {
  const library = parseManifest(text).libraries.find((one) => one.name.value === name);
  const own = library && libraryFolder(library, dirname(path), workspace.files);
  const named = workspace
    .paths('makefile')
    .map(dirname)
    .filter((folder) => [name, `lib${name}`, `lib-${name}`].includes(basename(folder)));
  return [...new Set([...(own === undefined ? [] : [own]), ...named])];
}

/** Releases that configurations of the project were made with. */
function configured(folder: string, { files }: Workspace): readonly string[] {
  return files.entries(folder).flatMap(({ name, kind }) => {
    if (kind !== 'file' || !/^\.config(\.|$)/.test(name)) return [];
    const text = files.readText(join(folder, name)) ?? '';
    return /^CONFIG_UK_FULLVERSION="(\d+(?:\.\d+)+)/m.exec(text)?.[1] ?? [];
  });
}
