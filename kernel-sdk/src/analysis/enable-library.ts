/** The change of a manifest that enables a library. */
import { readEntries } from '../manifest';
import type { Fix } from '../problem';
import type { Project } from '../project';

/** @param library As registered, `libuksched`; none where the manifest's form leaves no obvious place. */
export function enableLibrary(
  { manifestPath: file, manifest }: Project,
  text: string,
  library: string,
): readonly Fix[] {
  const name = library.replace(/^lib/, '');
  if (manifest.kernel?.kind !== 'sdk') return [];
  const entry = readEntries(text).find(({ key }) => key === 'libraries');
  const title = `Enable '${name}' in the Kraftfile`;
  const fix = (line: number, character: number, newText: string): readonly Fix[] => {
    const at = { line, character };
    return [{ title, changes: [{ file, range: { start: at, end: at }, newText }] }];
  };
  if (entry === undefined) {
    const lines = text.split('\n');
    const last = lines.length - 1;
    const end = lines[last] ?? '';
    return fix(last, end.length, `${end === '' ? '' : '\n'}libraries:\n  ${name}: {}\n`);
  }
  const first = entry.value.form === 'map' ? entry.value.entries[0] : undefined;
  if (first?.lines !== undefined) {
    const { line, character } = first.keyRange.start;
    return fix(line, 0, `${' '.repeat(character)}${name}: {}\n`);
  }
  // `libraries: {}`, which says the same as nothing.
  const isEmpty = entry.value.form === 'map' && entry.value.entries.length === 0;
  if (!isEmpty) return [];
  const { range } = entry.value;
  return [{ title, changes: [{ file, range, newText: `\n  ${name}: {}` }] }];
}
