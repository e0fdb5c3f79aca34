/** The libraries and options that a Kraftfile names. */
import { type Manifest, parseManifest } from '@unikernel-tools/kernel-sdk/manifest';
import type { Position, Range } from 'vscode-languageserver';
import type { Entity, Occurrence } from '../language';

export interface Name extends Occurrence {
  readonly entity: Entity;
}

export function namesIn(text: string): readonly Name[] {
  const manifest = parseManifest(text);
  return [...namesOf(manifest, text), ...parametersOf(manifest, text)];
}

/** Those of libraries that the arguments begin with; behind `--` they are the application's own. */
function parametersOf({ kernel, cmd }: Manifest, text: string): readonly Name[] {
  if (kernel === undefined || kernel.kind === 'sdk') return [];
  const end = cmd.findIndex(({ value }) => value === '--');
  const lines = text.split('\n');
  return cmd.slice(0, end < 0 ? cmd.length : end).flatMap(({ value, range }): Name[] => {
    const name = /^([A-Za-z][\w-]*\.[\w-]+)=/.exec(value)?.[1];
    if (name === undefined) return [];
    return [{ entity: { kind: 'parameter', name }, role: 'reference', range: wordIn(lines, range, name) }];
  });
}

/** Those of a manifest that was read from `text`. */
export function namesOf({ kconfig, libraries, targets }: Manifest, text: string): readonly Name[] {
  const lines = text.split('\n');
  const assignments = [
    ...kconfig,
    ...libraries.flatMap((library) => library.kconfig),
    ...targets.flatMap((target) => target.kconfig),
  ];
  return [
    ...assignments.map(({ name }): Name => {
      const bare = name.value.replace(/^CONFIG_/, '');
      return {
        entity: { kind: 'option', name: bare },
        role: 'reference',
        range: wordIn(lines, name.range, bare),
      };
    }),
    ...libraries.map(({ name }): Name => {
      const registered = /^(lib|app)/.test(name.value) ? name.value : `lib${name.value}`;
      return {
        entity: { kind: 'library', name: registered },
        role: 'reference',
        range: wordIn(lines, name.range, name.value),
      };
    }),
  ];
}

/** The place of a word in a range, without what stands around it: quotes, `CONFIG_`, a value. */
function wordIn(lines: readonly string[], range: Range, word: string): Range {
  const { line, character } = range.start;
  const at = (lines[line] ?? '').indexOf(word, character);
  if (at < 0) return range;
  return { start: { line, character: at }, end: { line, character: at + word.length } };
}

export function nameAt(text: string, { line, character }: Position): Name | undefined {
  return namesIn(text).find(({ entity, range: { start, end } }) => {
    const from = start.character - (entity.kind === 'option' ? 'CONFIG_'.length : 0);
    return start.line === line && from <= character && character <= end.character;
  });
}
