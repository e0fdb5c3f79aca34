/** YAML text as a tree whose every node has a range. Nobody else but format.ts and yaml-mends.ts knows the yaml package. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml';
import { type Fix, messageOf, type Problem, type Range, removal } from '../problem';
import type { Form } from './attributes';
import type { ManifestCode } from './codes';
import { yamlMend } from './yaml-mends';

/** A manifest is read by people: a longer text, in UTF-16 code units, is something else. */
const TEXT_LIMIT = 200_000;
/** Aliases are followed this deep, */
const ALIAS_LIMIT = 8;
/** and may stand for this many values in all: a chain of them multiplies with each step. */
const ALIASED_LIMIT = 10_000;

const NESTING_LIMIT = 200;

export interface YamlEntry {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: YamlValue;
  /** The lines that it has to itself, with the end of the last one; not inside of braces. */
  readonly lines?: Range;
}

/** A value with its form; a text for everything that is no map, list or null. */
export type YamlValue = { readonly range: Range } & (
  | { readonly form: 'map'; readonly entries: readonly YamlEntry[] }
  | { readonly form: 'list'; readonly items: readonly YamlValue[] }
  | { readonly form: 'null' }
  | {
      readonly form: 'string' | 'number' | 'boolean';
      /** As YAML understands it. */
      readonly text: string;
      /** As it stands in the file. */
      readonly source: string;
      readonly quoted: boolean;
    }
);

export type Report = (
  code: ManifestCode,
  range: Range,
  message: string,
  severity?: Problem['severity'],
  fixes?: readonly Fix[],
) => void;

/** The top-level map of a text; an empty one where there is none, with the reason reported. */
export function readDocument(text: string, report: Report): readonly YamlEntry[] {
  const start = { line: 0, character: 0 };
  const top = { start, end: start };
  if (text.length > TEXT_LIMIT) {
    report(
      'too-large',
      top,
      `This file has ${text.length} characters; a manifest of more than ${TEXT_LIMIT} is not read.`,
    );
    return [];
  }
  if (isTooDeep(text)) {
    report('too-large', top, `Brackets nest deeper than ${NESTING_LIMIT} here; the file is not read.`);
    return [];
  }
  if (text.includes('\0')) {
    report('invalid-yaml', top, 'This file is no text in UTF-8: save it as UTF-8.');
    return [];
  }
  const lines = new LineCounter();
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      // Loaders follow YAML 1.2's core schema in all that matters here.
      version: '1.2',
      // 'silent' would hide that there are more documents.
      logLevel: 'error',
    });
  } catch (error) {
    // Text that nests deeper than the stack: nothing that a person wrote.
    const words = messageOf(error);
    report('invalid-yaml', top, `This file cannot be read as YAML: ${words}.`);
    return [];
  }
  const reader = new Reader(document, lines, text);
  const errors = document.errors.filter(({ code }) => code !== 'MULTIPLE_DOCS');
  const more = document.errors.find(({ code }) => code === 'MULTIPLE_DOCS');
  if (more !== undefined) reportIgnored(text, more.pos[0], reader, report, isEmpty(document));
  for (const error of errors.slice(0, 1)) {
    const [from, to] = error.pos;
    report(
      'invalid-yaml',
      reader.range(from, Math.max(to, from + 1)),
      `This is not valid YAML: ${sentence(error.message)}`,
      'error',
      mendsOf(text, from, reader),
    );
  }
  const contents = document.contents;
  if (contents === null) return [];
  const value = reader.value(contents as Node, 0);
  if (reader.isCut) {
    report(
      'too-large',
      top,
      `Aliases stand for more than ${ALIASED_LIMIT} values here; the rest is not read.`,
    );
  }
  if (value.form === 'map') return value.entries;
  if (value.form !== 'null' && errors.length === 0) {
    report('invalid-yaml', value.range, "A manifest is a map: lines of 'attribute: value'.");
  }
  return [];
}

function mendsOf(text: string, at: number, reader: Reader): readonly Fix[] {
  const mend = yamlMend(text, at);
  if (mend === undefined) return [];
  const { title, from, to, newText } = mend;
  return [{ title, changes: [{ range: reader.range(from, to), newText }] }];
}

function isEmpty({ contents }: Document.Parsed): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

/** Loaders read the first document and say nothing of others. One without a value says nothing itself. */
function reportIgnored(
  text: string,
  from: number,
  reader: Reader,
  report: Report,
  hasNothing: boolean,
): void {
  const rest = text.slice(from);
  const at = rest.search(/^(?!---|\.\.\.|%|[ \t\r]*(?:#|$))|^---[ \t]+[^\s#]/m);
  if (at < 0) return;
  const line = /^.*/.exec(rest.slice(at))?.[0] ?? '';
  const first = line.length - line.trimStart().length;
  report(
    'several-documents',
    reader.range(from + at + first, from + at + line.trimEnd().length),
    hasNothing
      ? "Loaders read the first YAML document alone, which is empty: remove one '---'."
      : "A manifest is one YAML document: what follows '---' here is ignored silently.",
    hasNothing ? 'error' : 'warning',
    hasNothing ? [] : removal(reader.range(from, text.length), 'the other documents'),
  );
}

/** The parser's memory grows with the square of the depth. Brackets in texts count too: nobody has so many. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > NESTING_LIMIT) return true;
  }
  return false;
}

class Reader {
  #aliased = 0;

  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    private readonly text: string,
  ) {}

  range(from: number, to: number): Range {
    return { start: this.#position(from), end: this.#position(to) };
  }

  /** Whether aliases stand for more than is read. */
  get isCut(): boolean {
    return this.#aliased > ALIASED_LIMIT;
  }

  value(node: Node | null, aliases: number): YamlValue {
    const range = this.#rangeOf(node);
    if (aliases > 0 && ++this.#aliased > ALIASED_LIMIT) return { form: 'null', range };
    if (isAlias(node)) {
      const target = aliases < ALIAS_LIMIT ? node.resolve(this.document) : undefined;
      // What an alias stands for is told where the alias is.
      return target === undefined || target === null
        ? { form: 'null', range }
        : { ...this.value(target as Node, aliases + 1), range };
    }
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => {
        const keyNode = key as Node | null;
        return {
          key: isScalar(keyNode) ? String(keyNode.value ?? '') : '',
          keyRange: this.#rangeOf(keyNode),
          value: value === null ? this.#missing(keyNode) : this.value(value as Node, aliases),
          ...(node.flow ? {} : this.#linesOf(keyNode, value as Node | null)),
        };
      });
      return { form: 'map', entries, range };
    }
    if (isSeq(node)) {
      return {
        form: 'list',
        items: node.items.map((item) => this.value(item as Node | null, aliases)),
        range,
      };
    }
    return isScalar(node) ? this.#scalar(node, range) : { form: 'null', range };
  }

  #linesOf(key: Node | null, value: Node | null): { readonly lines?: Range } {
    const from = this.text.lastIndexOf('\n', (key?.range?.[0] ?? 0) - 1) + 1;
    if (this.text.slice(from, key?.range?.[0] ?? 0).trim() !== '') return {};
    const last = Math.max(value?.range?.[1] ?? 0, key?.range?.[2] ?? 0);
    // A block's own end is behind its last newline.
    const at = this.text[last - 1] === '\n' ? last : this.text.indexOf('\n', last) + 1;
    return { lines: this.range(from, at > 0 ? at : this.text.length) };
  }

  #scalar(node: Scalar, range: Range): YamlValue {
    if (node.value === null || node.value === undefined) return { form: 'null', range };
    const form: Form =
      typeof node.value === 'number' || typeof node.value === 'bigint'
        ? 'number'
        : typeof node.value === 'boolean'
          ? 'boolean'
          : 'string';
    const text = String(node.value);
    return {
      form,
      text,
      source: node.source ?? text,
      quoted: node.type?.startsWith('QUOTE') === true,
      range,
    };
  }

  /** `key:` with nothing behind it: the place is the key's end. */
  #missing(key: Node | null): YamlValue {
    const { end } = this.#rangeOf(key);
    return { form: 'null', range: { start: end, end } };
  }

  #rangeOf(node: Node | null): Range {
    const [from, to] = node?.range ?? [0, 0];
    return this.range(from, to);
  }

  #position(offset: number) {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line - 1, 0), character: Math.max(col - 1, 0) };
  }
}

function sentence(words: string): string {
  const first = words.split('\n')[0] ?? words;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
