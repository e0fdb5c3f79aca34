/** Libraries, options with their values, and files, as a Kraftfile's project has them. */
import { dirname, resolve } from 'node:path';
import { type Place, placeAt } from '@unikernel-tools/kernel-sdk/manifest';
import { type CompletionItem, CompletionItemKind, MarkupKind, TextEdit } from 'vscode-languageserver';
import type { PositionRequest } from '../language';
import { optionItems } from '../options/completion';
import { optionOf, type Understanding, understandingOf } from '../options/values';
import { completeKraftfile } from './completion';
import { externalLibraries, runtimes } from './neighbours';
import { completeVersions } from './versions';

const OPTIONS: readonly string[] = ['kconfig', 'x-kconfig'];
/** Attributes whose value is a path when it begins like one. */
const PATHS: readonly string[] = [
  'rootfs',
  'source',
  'volumes',
  'volume',
  'path',
  'initrd',
  'x-disks',
  'unikraft',
];

/** Those of them whose value is a path as a rule, so that it is offered before anything is written. */
const BARE_PATHS: readonly string[] = ['rootfs', 'source', 'volumes', 'path', 'x-disks', 'roms'];

export function completeNames(request: PositionRequest): CompletionItem[] {
  const { document, position, workspace, path } = request;
  const text = document.getText();
  const place = placeAt(text, position);
  const keys = place.path.filter((key) => key !== '-');
  const last = keys.at(-1) ?? '';
  const isSource = PATHS.includes(last) || (keys[0] === 'libraries' && keys.length === 2);
  if (/^\.{0,2}\//.test(place.prefix) && isSource) return files(request, place);
  const mayBegin = place.prefix === '' && (place.kind === 'value' || place.startsItem);
  if (mayBegin && BARE_PATHS.includes(last)) {
    return [...files(request, { ...place, prefix: './' }), ...completeKraftfile(text, position)];
  }
  const understanding = () => understandingOf(workspace, path);
  if (OPTIONS.includes(last) && (place.kind === 'key' || place.startsItem)) {
    const known = understanding();
    return known === undefined ? [] : options(known, place);
  }
  if (place.kind === 'value' && OPTIONS.includes(keys.at(-2) ?? '')) {
    const known = understanding();
    return known === undefined ? [] : values(known, last, place);
  }
  const versions = completeVersions(request, place);
  if (versions.length > 0) return versions;
  if (place.kind === 'key' && keys.length === 1 && last === 'libraries') {
    // Unikraft's own libraries are options; what is listed here comes from elsewhere.
    if (/^(unikraft|template)\s*:/m.test(text)) return externalLibraries(request, place);
    const known = understanding();
    return known === undefined ? [] : libraries(known, place);
  }
  const isRuntime = keys.length === 1 && last === 'runtime' && place.kind === 'value';
  return isRuntime ? runtimes(request, place) : [];
}

function options(understanding: Understanding, place: Place): CompletionItem[] {
  const taken = new Set(place.siblings);
  const isItem = place.startsItem;
  const written = /^["']?(CONFIG_\w+)=/.exec(place.prefix);
  if (isItem && written !== null) {
    const start = { ...place.range.start, character: place.range.start.character + written[0].length };
    return values(understanding, written[1] ?? '', { ...place, range: { ...place.range, start } }, String);
  }
  const value = (name: string, type: string) => {
    const now = understanding.configuration.values.get(`CONFIG_${name}`) ?? '';
    return type === 'bool' || type === 'tristate' ? 'y' : now;
  };
  return optionItems(understanding, place.prefix, place.range, (name, type) =>
    isItem ? `CONFIG_${name}=${value(name, type)}` : `CONFIG_${name}: ${quoted(value(name, type))}`,
  ).filter(({ label }) => !taken.has(label));
}

/** YAML would take `y` for a truth and `0x10` for 16. */
function quoted(value: string): string {
  return /^[yn]$/.test(value) ? `'${value}'` : JSON.stringify(value);
}

function values(
  understanding: Understanding,
  name: string,
  { range }: Place,
  written: (value: string) => string = quoted,
): CompletionItem[] {
  const option = optionOf(understanding, name.replace(/^CONFIG_/, ''));
  if (option === undefined) return [];
  const now = understanding.configuration.evaluation.value(option);
  const logic = { bool: ['y', 'n'], tristate: ['y', 'm', 'n'] };
  const all = option.type === 'bool' || option.type === 'tristate' ? logic[option.type] : [now];
  return all.map((value) => ({
    label: written(value),
    kind: CompletionItemKind.Value,
    textEdit: TextEdit.replace(range, written(value)),
  }));
}

function libraries({ tree }: Understanding, { range, siblings }: Place): CompletionItem[] {
  return tree.catalog.libraries.flatMap(({ name, option }) => {
    const bare = name.replace(/^lib/, '');
    if (option === undefined || !name.startsWith('lib') || siblings.includes(bare)) return [];
    const symbol = tree.options.options.get(option.replace(/^CONFIG_/, ''));
    const words = [symbol?.prompts[0]?.value, symbol?.help?.trim()].filter(Boolean).join('\n\n');
    return [
      {
        label: bare,
        kind: CompletionItemKind.Module,
        documentation: { kind: MarkupKind.Markdown, value: words },
        textEdit: TextEdit.replace(range, `${bare}: {}`),
      },
    ];
  });
}

function files({ workspace, path, position }: PositionRequest, { prefix, range }: Place): CompletionItem[] {
  const head = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const written = Math.max(0, position.character - range.start.character);
  // What is offered before a path begins, begins it.
  const begun = written === 0 ? head : '';
  const start = { line: position.line, character: position.character - Math.max(0, written - head.length) };
  return workspace.files.entries(resolve(dirname(path), head)).flatMap(({ name, kind }) => {
    if (kind === 'other' || name.startsWith('.')) return [];
    const label = `${begun}${name}${kind === 'folder' ? '/' : ''}`;
    const item = kind === 'folder' ? CompletionItemKind.Folder : CompletionItemKind.File;
    return [{ label, kind: item, textEdit: TextEdit.replace({ start, end: position }, label) }];
  });
}
