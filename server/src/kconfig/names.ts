/** The names in a Kconfig file: what it declares and what it mentions. */
import {
  type ExpressionSyntax,
  type FileSyntax,
  parseSyntax,
  type StatementSyntax,
  type Token,
} from '@unikernel-tools/kernel-sdk/kconfig';
import type { Occurrence } from '../language';

export interface Name extends Occurrence {
  readonly name: string;
}

export function* namesOf({ statements }: Pick<FileSyntax, 'statements'>): Generator<Name> {
  for (const statement of statements) {
    if ((statement.kind === 'config' || statement.kind === 'menuconfig') && !statement.name.parts) {
      yield named(statement.name, 'definition');
    }
    for (const token of tokensOf(statement)) if (isName(token)) yield named(token, 'reference');
  }
}

export function namesIn(text: string): readonly Name[] {
  return [...namesOf(parseSyntax(text))];
}

/** The options that a text declares. */
export function optionNames(text: string): readonly Name[] {
  return namesIn(text).filter(({ role }) => role === 'definition');
}

/** What a statement's expressions and targets are made of. */
function* tokensOf(statement: StatementSyntax): Generator<Token> {
  switch (statement.kind) {
    case 'select':
    case 'imply':
      yield statement.target;
      break;
    case 'range':
      yield statement.low;
      yield statement.high;
      break;
    case 'default':
      yield* tokensIn(statement.value);
  }
  if ('condition' in statement && statement.condition !== undefined) yield* tokensIn(statement.condition);
}

export function* tokensIn(expression: ExpressionSyntax): Generator<Token> {
  switch (expression.kind) {
    case 'symbol':
      yield expression.token;
      break;
    case 'not':
      yield* tokensIn(expression.operand);
      break;
    case 'compare':
      yield expression.left;
      yield expression.right;
      break;
    default:
      for (const operand of expression.operands) yield* tokensIn(operand);
  }
}

/** No constant, number or macro. */
function isName({ kind, text, parts }: Token): boolean {
  return kind === 'word' && parts === undefined && !/^([ymn]|-?\d+|0[xX][0-9a-fA-F]+)$/.test(text);
}

function named({ text, line, start, end }: Token, role: Occurrence['role']): Name {
  return { name: text, role, range: { start: { line, character: start }, end: { line, character: end } } };
}
