/** What an option is, what value it has and why. */
import { basename, dirname, relative } from 'node:path';
import type { Evaluation, Expression, Option, Place } from '@unikernel-tools/kernel-sdk/kconfig';
import { blockers } from '@unikernel-tools/kernel-sdk/project';
import { type Hover, MarkupKind, type Range } from 'vscode-languageserver';
import type { PositionRequest } from '../language';
import { optionOf, type Understanding, understandingOf } from './values';
import { optionWordAt } from './words';

/** Of the `CONFIG_X` at a position of any text. */
export function hoverOptionWord({ document, path, workspace, position }: PositionRequest): Hover | undefined {
  const found = optionWordAt(document.getText(), position);
  if (found === undefined) return undefined;
  return hoverOption(understandingOf(workspace, path), found.entity.name, found.range);
}

export function hoverOption(
  understanding: Understanding | undefined,
  name: string,
  range: Range,
): Hover | undefined {
  const option = understanding && optionOf(understanding, name);
  if (understanding === undefined) return undefined;
  if (option === undefined) {
    const value = `**CONFIG_${name}** is declared in no Config.uk that belongs to this file and is on this disk.`;
    return { contents: { kind: MarkupKind.Markdown, value }, range };
  }
  return {
    contents: { kind: MarkupKind.Markdown, value: describeOption(option, understanding) },
    range,
  };
}

/** In Markdown. */
export function describeOption(option: Option, { configuration, tree, manifest }: Understanding): string {
  const { evaluation } = configuration;
  const base = tree.sources.kernel?.folder;
  const at = ({ file, range }: Place) => {
    const short = base === undefined ? file : relative(base, file);
    return `\`${short.startsWith('..') ? basename(file) : short}:${range.start.line + 1}\``;
  };
  const code = (one: Option) => `\`CONFIG_${one.name}\``;
  const list = (options: readonly Option[]) => [...new Set(options.map(code))].join(', ');
  const prompt = option.prompts[0]?.value;
  const range = option.ranges.find(({ condition }) => evaluation.truth(condition) !== 0)?.value;
  const lines = [
    `**CONFIG_${option.name}** (${option.type ?? 'no type'})${prompt === undefined ? '' : ` ${prompt}`}`,
    `\`${evaluation.value(option) || '""'}\`: ${reasonOf(option, evaluation, at, manifest)}.`,
    option.dependsOn === undefined ? '' : `Depends on \`${expressionText(option.dependsOn)}\`.`,
    range === undefined ? '' : `From ${evaluation.value(range.low)} to ${evaluation.value(range.high)}.`,
    option.selects.length === 0 ? '' : `Selects ${list(option.selects.map(({ value }) => value))}.`,
    option.implies.length === 0 ? '' : `Implies ${list(option.implies.map(({ value }) => value))}.`,
    option.selectedBy.length === 0 ? '' : `Selected by ${list(option.selectedBy.map(({ by }) => by))}.`,
    option.choice === undefined ? '' : `One of ${list(option.choice.members)}.`,
    option.help?.trim() ?? '',
    option.entries[0] === undefined ? '' : `*Declared in ${at(option.entries[0].place)}.*`,
  ];
  return lines.filter((line) => line !== '').join('\n\n');
}

function reasonOf(
  option: Option,
  evaluation: Evaluation,
  at: (place: Place) => string,
  manifest: string | undefined,
): string {
  const reason = evaluation.explain(option);
  const origins = (by: readonly { readonly option: Option }[]) =>
    by.map(({ option: one }) => `\`CONFIG_${one.name}\``).join(', ');
  switch (reason.kind) {
    case 'user':
      return manifest === undefined ? 'set' : `set by ${basename(dirname(manifest))}/${basename(manifest)}`;
    case 'default':
      return `its default, ${at(reason.place)}`;
    case 'selected':
      return `selected by ${origins(reason.by)}`;
    case 'implied':
      return `implied by ${origins(reason.by)}`;
    case 'range':
      return `the end of its range, ${at(reason.place)}`;
    case 'choice':
      return reason.chosen ? 'the one that is chosen' : 'another one is chosen';
    case 'unreachable': {
      const off = blockers(option, (one) => evaluation.value(one) === 'n');
      const names = off.map(({ name }) => `\`CONFIG_${name}\``).join(', ');
      return names === '' ? 'what it depends on is not met' : `it depends on what is off: ${names}`;
    }
    case 'unset':
      return 'nothing sets it';
  }
}

function expressionText(expression: Expression): string {
  const name = (option: Option) => (option.kind === 'constant' ? JSON.stringify(option.name) : option.name);
  const inner = (operand: Expression) =>
    operand.kind === 'and' || operand.kind === 'or'
      ? `(${expressionText(operand)})`
      : expressionText(operand);
  switch (expression.kind) {
    case 'symbol':
      return name(expression.symbol);
    case 'not':
      return `!${inner(expression.operand)}`;
    case 'and':
    case 'or':
      return expression.operands.map(inner).join(expression.kind === 'and' ? ' && ' : ' || ');
    case 'compare':
      return `${name(expression.left)} ${expression.operator} ${name(expression.right)}`;
  }
}
