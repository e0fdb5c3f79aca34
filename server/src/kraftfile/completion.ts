/** Keys and values that a Kraftfile takes at a position. */
import {
  type Attribute,
  expectedAt,
  formsOf,
  type Place,
  placeAt,
  type SpecVersion,
  specOf,
} from '@unikernel-tools/kernel-sdk/manifest';
import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Position,
  TextEdit,
} from 'vscode-languageserver';
import { describeAttribute } from './documentation';

export function completeKraftfile(text: string, position: Position): CompletionItem[] {
  const place = placeAt(text, position);
  const spec = specOf(text);
  const { attributes, attribute } = expectedAt(place.path, place.kind, spec);
  if (place.kind === 'value') return attribute === undefined ? [] : valueItems(attribute, place);
  return [
    ...attributes.filter((a) => !isTaken(a, place)).map((a, rank) => keyItem(a, rank, place, spec)),
    // An item of a list can be a text as well as a map.
    ...(place.startsItem && attribute !== undefined ? valueItems(attribute, place) : []),
  ];
}

function isTaken({ name, aliases }: Attribute, { siblings }: Place): boolean {
  return [name, ...(aliases ?? [])].some((key) => siblings.includes(key));
}

function keyItem(attribute: Attribute, rank: number, place: Place, spec: SpecVersion): CompletionItem {
  const forms = formsOf(attribute, spec);
  const column = place.range.start.character;
  // A snippet's lines are indented as the key is, by the editor; a list's dash is not white space to it.
  const usual = forms[0] === 'map' ? '\n  $0' : forms[0] === 'list' ? '\n  - $0' : ' $0';
  const inFlow = forms[0] === 'map' ? ' {$0}' : forms[0] === 'list' ? ' [$0]' : ' $0';
  const snippet = `${attribute.name}:${place.isFlow ? inFlow : (attribute.snippet ?? usual)}`;
  return {
    label: attribute.name,
    kind: CompletionItemKind.Property,
    detail: forms.join(' or '),
    documentation: { kind: MarkupKind.Markdown, value: describeAttribute(attribute) },
    sortText: `${attribute.deprecatedIn?.[spec] === undefined ? 'a' : 'z'}${String(rank).padStart(3, '0')}`,
    insertTextFormat: InsertTextFormat.Snippet,
    textEdit: TextEdit.replace(
      place.range,
      place.startsItem
        ? snippet.replaceAll('\n', `\n${' '.repeat(Math.max(0, column - indentOf(place)))}`)
        : snippet,
    ),
  };
}

/** Of a list's item, what the editor repeats on the next lines: the white space before the dash. */
function indentOf({ range }: Place): number {
  return Math.max(0, range.start.character - 2);
}

function valueItems(attribute: Attribute, { range }: Place): CompletionItem[] {
  return (attribute.values ?? []).map((value, rank) => ({
    label: value,
    kind: CompletionItemKind.Value,
    documentation: { kind: MarkupKind.Markdown, value: attribute.documentation },
    sortText: `0${String(rank).padStart(3, '0')}`,
    textEdit: TextEdit.replace(range, value),
  }));
}
