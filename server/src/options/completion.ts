/** Names of options as completion offers them. */
import type { Option } from '@unikernel-tools/kernel-sdk/kconfig';
import {
  type CompletionItem,
  CompletionItemKind,
  MarkupKind,
  type Range,
  TextEdit,
} from 'vscode-languageserver';
import type { PositionRequest } from '../language';
import { type Understanding, understandingOf } from './values';

/** More than these are narrowed by what is typed already. */
const ITEM_LIMIT = 1000;

/**
 * @param text What an option's name becomes: `CONFIG_X`, or more.
 * @param isWanted Whether an option makes sense where it is offered.
 */
export function optionItems(
  { tree, configuration: { evaluation } }: Understanding,
  typed: string,
  range: Range,
  text: (name: string, type: string) => string,
  isWanted: (option: Option) => boolean = () => true,
): CompletionItem[] {
  const all = [...tree.options.options.values()].filter((one) => one.entries.length > 0 && isWanted(one));
  const wanted = typed.replace(/^CONFIG_/, '').toUpperCase();
  const near = all.length > ITEM_LIMIT ? all.filter(({ name }) => name.toUpperCase().includes(wanted)) : all;
  return near.slice(0, ITEM_LIMIT).map((option) => {
    const newText = text(option.name, option.type ?? 'bool');
    return {
      label: newText.split(/[:=]/)[0] ?? newText,
      kind: CompletionItemKind.Constant,
      detail: [option.type, evaluation.value(option)].filter(Boolean).join(' = '),
      documentation: {
        kind: MarkupKind.Markdown,
        value: [option.prompts[0]?.value, option.help?.trim()].filter(Boolean).join('\n\n'),
      },
      textEdit: TextEdit.replace(range, newText),
    };
  });
}

/** The word before a position, of letters, digits and `_`, and its range to the word's end. */
export function wordBefore(text: string, { line, character }: PositionRequest['position']) {
  const content = text.split('\n')[line] ?? '';
  const typed = /\w*$/.exec(content.slice(0, character))?.[0] ?? '';
  const behind = /^\w*/.exec(content.slice(character))?.[0] ?? '';
  const start = { line, character: character - typed.length };
  const before = content.slice(0, start.character);
  return { typed, before, range: { start, end: { line, character: character + behind.length } } };
}

/** `CONFIG_…` that is being written in a text of any language. */
export function completeOptionWord({
  document,
  path,
  workspace,
  position,
}: PositionRequest): CompletionItem[] {
  const { typed, range } = wordBefore(document.getText(), position);
  if (!/^C/.test(typed)) return [];
  const understanding = understandingOf(workspace, path);
  if (understanding === undefined) return [];
  return optionItems(understanding, typed, range, (name) => `CONFIG_${name}`);
}
