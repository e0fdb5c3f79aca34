/** How the parts of a value are spelt in the program's language. */
import type { VariableObject } from '../gdb';

/** A value with the expression for it, where there is one. */
export interface ParentValue {
  readonly object: VariableObject;
  readonly expression?: string;
}

/** How a child is spelt in the program's language; undefined where it has no name. */
export function childExpression(parent: ParentValue, child: VariableObject): string | undefined {
  if (parent.expression === undefined || child.expression.startsWith('<')) return undefined;
  const ofPointer = isPointerType(parent.object);
  const operand = asOperand(parent.expression);
  if (/^-?\d+$/.test(child.expression)) return `${operand}[${child.expression}]`;
  if (child.expression.startsWith('*')) return `*${operand}`;
  // A base class is a child with its own name for a type.
  if (child.expression === child.type) {
    // GDB reads a name with blanks and parentheses of its own in quotes.
    const type = child.type.includes('(anonymous') ? `'${child.type}'` : child.type;
    return `*(${type} *) ${ofPointer ? '' : '&'}(${parent.expression})`;
  }
  return `${operand}${ofPointer ? '->' : '.'}${child.expression}`;
}

/** What binds as tightly as its parts do, `guest->next`, `seats[3].name`, needs no parentheses. */
export function asOperand(expression: string): string {
  return /^[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*|\[\d+\])*$/.test(expression) ? expression : `(${expression})`;
}

/**
 * A pointer or reference to a class, as what it really points to: GDB shows the members of that, and knows those of the
 * declared class alone in an expression.
 */
export function derived<T extends ParentValue>(parent: T): T {
  const { object, expression } = parent;
  const [, name, kind] = /^([\w:<>, ]+?) ?([*&])(?: const)?$/.exec(object.type ?? '') ?? [];
  if (expression === undefined || name === undefined) return parent;
  return { ...parent, expression: `*(${name} *) ${kind === '&' ? '&' : ''}(${expression})` };
}

/** 0 for what is no array, which a variable object shows as `[LENGTH]`. */
export function arrayLength({ value }: VariableObject): number {
  return Number(/^\[(\d+)\]$/.exec(value)?.[1] ?? 0);
}

export function isPointerType({ type }: VariableObject): boolean {
  return /\*( const)?$/.test(type ?? '');
}
