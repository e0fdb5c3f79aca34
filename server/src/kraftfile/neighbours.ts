/** What the other Kraftfiles of a workspace name, and the libraries that lie on the disk: what one more is made of. */
import { basename, dirname, join } from 'node:path';
import type { Place } from '@unikernel-tools/kernel-sdk/manifest';
import type { Workspace } from '@unikernel-tools/kernel-sdk/project';
import { type CompletionItem, CompletionItemKind, TextEdit } from 'vscode-languageserver';
import type { PositionRequest } from '../language';

/** Manifests that are looked into. */
const MANIFEST_LIMIT = 300;

/** Libraries from elsewhere: of this project, of the workspace's folders and of its other manifests. */
export function externalLibraries(
  { workspace, path }: PositionRequest,
  { range, siblings }: Place,
): CompletionItem[] {
  const { files } = workspace;
  const found = new Map<string, string>();
  const offer = (name: string, words: string) => {
    if (!found.has(name) && !siblings.includes(name)) found.set(name, words);
  };
  const downloaded = join(dirname(path), '.unikraft', 'libs');
  for (const { name, kind } of files.entries(downloaded)) {
    if (kind === 'folder') offer(name, 'On this disk');
  }
  for (const folder of workspace.paths('makefile').map(dirname)) {
    const name = /^lib-([\w-]+)$/.exec(basename(folder))?.[1];
    if (name !== undefined) offer(name, `In ${folder}`);
  }
  for (const [name, count] of named(workspace, path, 'libraries')) offer(name, inManifests(count));
  return [...found].map(([label, detail], rank) => ({
    label,
    detail,
    kind: CompletionItemKind.Module,
    sortText: String(rank).padStart(4, '0'),
    textEdit: TextEdit.replace(range, `${label}: `),
  }));
}

/** Runtimes that other manifests run on, the commonest first. */
export function runtimes({ workspace, path }: PositionRequest, { range }: Place): CompletionItem[] {
  return named(workspace, path, 'runtimes').map(([label, count], rank) => ({
    label,
    detail: inManifests(count),
    kind: CompletionItemKind.Value,
    sortText: String(rank).padStart(4, '0'),
    textEdit: TextEdit.replace(range, label),
  }));
}

function inManifests(count: number): string {
  return count === 1 ? 'In another Kraftfile' : `In ${count} other Kraftfiles`;
}

interface Names {
  readonly libraries: readonly string[];
  readonly runtimes: readonly string[];
}

/** What other manifests name, with how many of them do, the commonest first. */
function named(workspace: Workspace, path: string, what: keyof Names): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const other of workspace.paths('manifest').slice(0, MANIFEST_LIMIT)) {
    if (other === path) continue;
    const names = workspace.derive('manifest-names', other, (files) => namesIn(files.readText(other) ?? ''));
    for (const name of names[what]) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([a, i], [b, j]) => j - i || (a < b ? -1 : 1));
}

/** By the lines of the text alone: hundreds of manifests are looked into while somebody waits. */
function namesIn(text: string): Names {
  const runtime = /^runtime[ \t]*:[ \t]*["']?([\w./:@-]+)/m.exec(text)?.[1];
  const runtimes = runtime === undefined ? [] : [runtime];
  // The built-in kernel's libraries are its own.
  if (/^x-kernel[ \t]*:/m.test(text)) return { libraries: [], runtimes };
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => /^libraries[ \t]*:[ \t]*(#.*)?$/.test(line)) + 1;
  const libraries: string[] = [];
  let indent: string | undefined;
  for (const line of first === 0 ? [] : lines.slice(first)) {
    if (/^\S/.test(line) && !line.startsWith('#')) break;
    const [, before = '', name] = /^([ \t]+)["']?([\w.-]+)["']?[ \t]*:/.exec(line) ?? [];
    indent ??= name === undefined ? undefined : before;
    if (name !== undefined && before === indent) libraries.push(name);
  }
  return { libraries, runtimes };
}
