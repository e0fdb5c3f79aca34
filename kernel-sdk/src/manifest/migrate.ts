/**
 * A manifest of v0.5 or v0.6 as one of v0.7 that means the same: what the loaders of the two read differently is
 * written out, and nothing else is touched. Source: the loaders of KraftKit.
 */
import { applyChanges, type Range, type TextChange, textAt } from '../problem';
import { splitArguments } from './arguments';
import { LATEST_SPEC } from './attributes';
import { type ManifestCode, UNREADABLE } from './codes';
import type { YamlEntry, YamlValue } from './document';
import { parseManifest, readEntries } from './parse';

export type Migration =
  | { readonly ok: true; readonly changes: readonly TextChange[]; readonly text: string }
  /** @param message Why it has to be done by hand, and where. */
  | { readonly ok: false; readonly message: string };

/** Problems of v0.7 whose fix says in v0.7 what was said before. */
const MENDED: ReadonlySet<string> = new Set<ManifestCode>([
  ...(['unquoted-number', 'unquoted-hex', 'attribute-version', 'deprecated'] as const),
]);

/**
 * @param isFolder Whether a folder stands at a path that the manifest names: before v0.7 a text may be one.
 * @returns Undefined for what is no manifest of an older version.
 */
export function migrateManifest(text: string, isFolder: (path: string) => boolean): Migration | undefined {
  const before = parseManifest(text);
  const { spec, kernel, problems } = before;
  if (problems.some(({ code }) => UNREADABLE.has(code))) return undefined;
  const named = readEntries(text).filter(({ key }) => key === 'spec' || key === 'specification');
  const value = named[0]?.value;
  if (spec === undefined || spec.value === LATEST_SPEC || value === undefined || !('text' in value)) {
    return undefined;
  }
  const written = textAt(text, value.range);
  const changed = written.replace(spec.value, LATEST_SPEC);
  // As long as it was: all other places stay where they are.
  const asLatest = applyChanges(text, [{ range: value.range, newText: changed }]) ?? text;
  const migration = new Rewriter(text, kernel?.kind !== 'sdk', isFolder);
  migration.change(value.range, value.form === 'number' ? `v${LATEST_SPEC}` : changed);
  for (const entry of readEntries(text)) migration.attribute(entry);
  for (const { code, fixes } of parseManifest(asLatest).problems) {
    const [fix] = MENDED.has(code) ? (fixes ?? []) : [];
    for (const { range, newText } of fix?.changes ?? []) migration.change(range, newText);
  }
  if (migration.obstacle !== undefined) return { ok: false, message: migration.obstacle };
  const result = applyChanges(text, migration.changes);
  if (result === undefined) {
    return { ok: false, message: 'Two values that have to be written anew share one place, by an alias.' };
  }
  const left = newProblem(problems, parseManifest(result).problems);
  if (left !== undefined) {
    return { ok: false, message: `Line ${left.range.start.line + 1}: ${left.message}` };
  }
  return { ok: true, changes: migration.changes, text: result };
}

type Coded = { readonly code: string };

/** The first problem of a kind that there are more of than before. */
function newProblem<T extends Coded>(before: readonly Coded[], after: readonly T[]): T | undefined {
  const left = before.map(({ code }) => code);
  return after.find(({ code }) => {
    const at = left.indexOf(code);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

class Rewriter {
  readonly changes: TextChange[] = [];
  /** Why it cannot be done. */
  obstacle: string | undefined;

  /** @param isKraft KraftKit reads the manifest, and not the built-in kernel's tools. */
  constructor(
    private readonly text: string,
    private readonly isKraft: boolean,
    private readonly isFolder: (path: string) => boolean,
  ) {}

  /** What aliases share is written anew once. */
  change(range: Range, newText: string): void {
    const isKnown = this.changes.some(
      (one) =>
        one.newText === newText &&
        isSamePlace(one.range.start, range.start) &&
        isSamePlace(one.range.end, range.end),
    );
    if (!isKnown) this.changes.push({ range, newText });
  }

  /** One at the top of the manifest. */
  attribute(entry: YamlEntry): void {
    const { key, value } = entry;
    let isWrittenAnew = false;
    if (key === 'name' && this.isKraft && 'text' in value) isWrittenAnew = this.#name(value);
    if (key === 'cmd' && 'text' in value) isWrittenAnew = this.#command(value);
    if (key === 'unikraft') this.#component(entry);
    if (key === 'libraries' && value.form === 'map') for (const one of value.entries) this.#component(one);
    if (key === 'volumes' && value.form === 'list') for (const item of value.items) this.#volume(item);
    if (this.isKraft && !isWrittenAnew) this.#variables(value);
  }

  /** Letters and digits are kept, and the rest left out, of a name in capitals for instance. */
  #name({ text, range }: TextValue): boolean {
    const normalised = (text.toLowerCase().match(/[a-z0-9_-]/g) ?? []).join('').replace(/^[_-]+/, '');
    if (normalised === text || normalised === '') return false;
    this.change(range, /^[a-z]/.test(normalised) ? normalised : `'${normalised}'`);
    return true;
  }

  /** One argument, which v0.7 would split. */
  #command({ text, range, quoted }: TextValue): boolean {
    const words = splitArguments(text);
    if (words.length === 1 && words[0] === text) return false;
    const isSafe = quoted || !/[,[\]{}#]|:( |$)/.test(text);
    if (range.start.line === range.end.line && isSafe) {
      this.#around(range, '[', ']');
      return false;
    }
    const said = this.isKraft ? text.replace(/\$\$/g, '$') : text;
    if (this.isKraft && isFilledIn(text)) this.#stopAt(range);
    // A block's own end is behind its last newline.
    this.change(range, `[${JSON.stringify(said)}]${textAt(this.text, range).endsWith('\n') ? '\n' : ''}`);
    return true;
  }

  /** A folder or a URL in the place of a version. */
  #component({ keyRange, value, lines }: YamlEntry): void {
    if (value.form !== 'string') return;
    const { text, range } = value;
    const isUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text);
    if (!isUrl && !/^\.{0,2}\//.test(text) && !/^\.{1,2}$/.test(text) && !this.isFolder(text)) return;
    const version = isUrl ? /[?&](?:branch|tag|version)=([^&#]+)/.exec(text)?.[1] : undefined;
    const gap = { start: keyRange.end, end: range.start };
    const isBlock = lines !== undefined && /^:[ \t]+$/.test(textAt(this.text, gap));
    if (!isBlock) {
      const safe = value.quoted || !/[,[\]{}]/.test(text);
      if (!safe) this.#stopAt(range);
      this.#around(
        range,
        '{source: ',
        `${version === undefined ? '' : `, version: ${JSON.stringify(version)}`}}`,
      );
      return;
    }
    const eol = this.text.includes('\r\n') ? '\r\n' : '\n';
    const indent = ' '.repeat(keyRange.start.character + 2);
    const isPlain = version !== undefined && /^[A-Za-z][\w./-]*$/.test(version);
    const line =
      version === undefined ? '' : `${eol}${indent}version: ${isPlain ? version : JSON.stringify(version)}`;
    this.change(gap, `:${line}${eol}${indent}source: `);
  }

  /** Without a place in the unikernel, it was the root of its files. */
  #volume(value: YamlValue): void {
    if (value.form !== 'string' || value.text.includes(':') || value.text === '') return;
    const { start, end } = value.range;
    if (start.line !== end.line) this.#stopAt(value.range);
    else this.#before({ line: end.line, character: end.character - (value.quoted ? 1 : 0) }, ':/');
  }

  /** `$$` was a dollar sign, and `${X}` the value of an option. */
  #variables(value: YamlValue): void {
    if (value.form === 'map') for (const entry of value.entries) this.#variables(entry.value);
    if (value.form === 'list') for (const item of value.items) this.#variables(item);
    if (value.form !== 'string' || !value.text.includes('$')) return;
    if (isFilledIn(value.text)) {
      this.#stopAt(value.range);
      return;
    }
    const { start } = value.range;
    for (const [index, row] of textAt(this.text, value.range).split('\n').entries()) {
      const from = index === 0 ? start.character : 0;
      for (const { index: at } of row.matchAll(/\$\$/g)) {
        const line = start.line + index;
        const dollar = { start: { line, character: from + at }, end: { line, character: from + at + 2 } };
        this.change(dollar, '$');
      }
    }
  }

  #around({ start, end }: Range, before: string, behind: string): void {
    this.#before(start, before);
    this.#before(end, behind);
  }

  #before(place: Range['start'], newText: string): void {
    if (newText !== '') this.change({ start: place, end: place }, newText);
  }

  #stopAt({ start }: Range): void {
    this.obstacle ??= `Line ${start.line + 1}: before v0.7 this value is filled in from elsewhere or spread over lines; write what it stands for.`;
  }
}

function isSamePlace(a: Range['start'], b: Range['start']): boolean {
  return a.line === b.line && a.character === b.character;
}

type TextValue = Extract<YamlValue, { form: 'string' | 'number' | 'boolean' }>;

/** Whether a text has the value of something else in it. */
function isFilledIn(text: string): boolean {
  return /\$(?:[A-Za-z_]|\{)/.test(text.replace(/\$\$/g, ''));
}
