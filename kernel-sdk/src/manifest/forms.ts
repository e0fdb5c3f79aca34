/** Values in a form that an attribute does not take, in one that it does: what a quick fix makes of them. */
import { type Fix, replacement } from '../problem';
import type { Attribute, Form } from './attributes';
import type { YamlEntry, YamlValue } from './document';

/** @param forms What the attribute takes. None where more than one thing could be meant. */
export function inForm(value: YamlValue, attribute: Attribute, forms: readonly Form[]): readonly Fix[] {
  const isTaken = (form: Form) => forms.includes(form);
  if (value.form === 'number' || value.form === 'boolean') {
    if (isTaken('string')) return replacement(value.range, `"${value.source}"`);
  }
  if ('text' in value && !isTaken('string') && isTaken('list')) return asList(value);
  if (value.form === 'map' && attribute.name === 'runtime' && !isTaken('map')) return asReference(value);
  if (value.form === 'map' && isTaken('list') && attribute.items?.forms.includes('map')) return asItem(value);
  if (value.form === 'list' && isTaken('map') && attribute.entries?.forms.includes('map'))
    return asKeys(value);
  return [];
}

type Text = Extract<YamlValue, { form: 'string' | 'number' | 'boolean' }>;
type Of<F extends Form> = Extract<YamlValue, { form: F }>;

/** `targets: qemu/x86_64`: a list of one. */
function asList({ range, text }: Text): readonly Fix[] {
  const { start, end } = range;
  if (start.line !== end.line || text === '' || /[,[\]{}#]|: /.test(text)) return [];
  const changes = [
    { range: { start, end: start }, newText: '[' },
    { range: { start: end, end }, newText: ']' },
  ];
  return [{ title: 'Make it a list', changes }];
}

/** A runtime's source and version, as `SOURCE:VERSION`. */
function asReference({ range, entries }: Of<'map'>): readonly Fix[] {
  const texts = new Map(entries.flatMap(({ key, value }) => ('text' in value ? [[key, value.text]] : [])));
  const source = texts.get('source');
  const version = texts.get('version');
  const others = entries.filter(({ key }) => key !== 'source' && key !== 'version');
  if (source === undefined || others.length > 0 || texts.size < entries.length) return [];
  const reference = version === undefined ? source : `${source}:${version}`;
  if (!/^[\w./:@-]+$/.test(reference)) return [];
  const [first] = entries;
  if (first?.lines === undefined) return replacement(range, reference);
  // A block: what follows it stays on its own line.
  const last = entries.at(-1)?.value.range.end ?? range.end;
  return replacement({ start: range.start, end: last }, reference);
}

/** One target as a map, where targets are a list. */
function asItem({ entries }: Of<'map'>): readonly Fix[] {
  const last = entries.at(-1)?.value.range.end;
  const [first] = entries;
  if (first === undefined || last === undefined || !entries.every(isOnLines)) return [];
  const { line, character } = first.keyRange.start;
  const end = last.character === 0 ? last.line - 1 : last.line;
  const changes = Array.from({ length: end - line + 1 }, (_, index) => {
    const at = { line: line + index, character: index === 0 ? character : 0 };
    return { range: { start: at, end: at }, newText: index === 0 ? '- ' : '  ' };
  });
  return [{ title: 'Make it a list', changes }];
}

/** Libraries as a list of names, where they are a map. */
function asKeys({ items, range }: Of<'list'>): readonly Fix[] {
  const changes = items.flatMap((item) => {
    if (item.form !== 'string' || item.quoted || item.range.start.character < 2) return [];
    const { start, end } = item.range;
    const dash = { line: start.line, character: start.character - 2 };
    return [
      { range: { start: dash, end: start }, newText: '' },
      { range: { start: end, end }, newText: ': {}' },
    ];
  });
  const lines = new Set(items.map((item) => item.range.start.line));
  const isBlock =
    lines.size === items.length && items[0]?.range.start.character === range.start.character + 2;
  // Items that stand as deep as their key would be keys beside it.
  if (!isBlock || range.start.character === 0 || changes.length < 2 * items.length) return [];
  return [{ title: 'Make it a map', changes }];
}

function isOnLines({ lines }: YamlEntry): boolean {
  return lines !== undefined;
}
