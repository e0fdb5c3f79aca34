/** The change of a manifest that enables a library. */
import { parseManifest, readEntries, type YamlEntry, type YamlValue } from '../manifest';
import type { Fix, Range } from '../problem';
import type { Project } from '../project';

/**
 * @param library As registered, `libuksched`; no fix where the manifest's form leaves no obvious place.
 * @param needed Options, without `CONFIG_`, that have to be on for that.
 */
export function enableLibrary(
  { manifestPath: file, manifest, catalog }: Project,
  text: string,
  library: string,
  needed: readonly string[] = [],
): readonly Fix[] {
  const name = library.replace(/^lib/, '');
  const title = `Enable '${name}' in the Kraftfile`;
  const change = (found: Change | undefined): readonly Fix[] =>
    found === undefined ? [] : [{ title, changes: [{ file, ...found }] }];
  if (manifest.kernel?.kind === 'sdk') return change(inLibraries(text, name));
  if (manifest.kernel?.kind !== 'unikraft') return [];
  const option = catalog.libraries.find((one) => one.name === library)?.option;
  const options = [...needed.map((one) => `CONFIG_${one}`), ...(option === undefined ? [] : [option])];
  return option === undefined ? [] : change(inKconfig(text, options));
}

interface Change {
  readonly range: Range;
  readonly newText: string;
}

const at = (line: number, character: number, newText: string): Change => {
  const place = { line, character };
  return { range: { start: place, end: place }, newText };
};

function inLibraries(text: string, name: string): Change | undefined {
  const entry = readEntries(text).find(({ key }) => key === 'libraries');
  if (entry === undefined) {
    const lines = text.split('\n');
    const last = lines.length - 1;
    const end = lines[last] ?? '';
    return at(last, end.length, `${end === '' ? '' : '\n'}libraries:\n  ${name}: {}\n`);
  }
  const first = firstOf(entry);
  if (first !== undefined) return at(first.line, 0, `${' '.repeat(first.character)}${name}: {}\n`);
  // `libraries: {}`, which says the same as nothing, or braces with others in them.
  if (entry.value.form !== 'map') return undefined;
  const [inBraces] = entry.value.entries;
  if (inBraces !== undefined) return before(inBraces.keyRange, `${name}: {}`);
  const { range } = entry.value;
  return { range, newText: `\n  ${name}: {}` };
}

/** In braces or brackets, before the first of others. */
function before({ start: { line, character } }: Range, newText: string): Change {
  return at(line, character, `${newText}, `);
}

/** Before the first option of the kernel's, or as its only ones. */
function inKconfig(text: string, options: readonly string[]): Change | undefined {
  const kernel = readEntries(text).find(({ key }) => key === 'unikraft');
  if (kernel?.value.form === 'string') return asMap(kernel.value, text, options);
  if (kernel?.value.form !== 'map') return undefined;
  const kconfig = kernel.value.entries.find(({ key }) => key === 'kconfig');
  if (kconfig === undefined) {
    const first = firstOf(kernel);
    if (first === undefined) return undefined;
    const indent = ' '.repeat(first.character);
    const lines = options.map((option) => `${indent}  ${option}: 'y'\n`).join('');
    return at(first.line, 0, `${indent}kconfig:\n${lines}`);
  }
  const first = firstOf(kconfig);
  if (first !== undefined) {
    const lines = options.map((option) => `${' '.repeat(first.character)}${option}: 'y'\n`);
    return at(first.line, 0, lines.join(''));
  }
  const [inBraces] = kconfig.value.form === 'map' ? kconfig.value.entries : [];
  if (inBraces !== undefined) {
    return before(inBraces.keyRange, options.map((option) => `${option}: 'y'`).join(', '));
  }
  const [item] = kconfig.value.form === 'list' ? kconfig.value.items : [];
  if (item === undefined) return undefined;
  const { line, character } = item.range.start;
  const content = text.split('\n')[line] ?? '';
  if (/[[,]\s*$/.test(content.slice(0, character))) {
    return before(item.range, options.map((option) => `${option}=y`).join(', '));
  }
  const dash = /^(\s*- *)/.exec(content)?.[1];
  if (dash?.length !== character) return undefined;
  return at(line, 0, options.map((option) => `${dash}${option}=y\n`).join(''));
}

/** `unikraft: stable` has no room for options. Before v0.7 a text with a slash is where the sources are. */
function asMap(
  value: Extract<YamlValue, { readonly text: string }>,
  text: string,
  options: readonly string[],
) {
  const { start, end } = value.range;
  if (start.line !== end.line) return undefined;
  const written = (text.split('\n')[start.line] ?? '').slice(start.character, end.character);
  const isSource = parseManifest(text).spec?.value !== '0.7' && /[/\\]|^\./.test(value.text);
  const lines = options.map((option) => `\n    ${option}: 'y'`).join('');
  const newText = `\n  ${isSource ? 'source' : 'version'}: ${written}\n  kconfig:${lines}`;
  // The blank before the value would end the key's line.
  const from = { line: start.line, character: start.character - 1 };
  return { range: { start: from, end }, newText };
}

/** Where the first entry of a map begins that has lines to itself. */
function firstOf({ value }: YamlEntry): { readonly line: number; readonly character: number } | undefined {
  const first = value.form === 'map' ? value.entries[0] : undefined;
  return first?.lines === undefined ? undefined : first.keyRange.start;
}
