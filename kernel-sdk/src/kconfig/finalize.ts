/**
 * What follows from a tree once all of it is there: conditions of blocks reach what is in them, selects reach
 * what they select, choices know their members.
 */
import type { Problem } from '../problem';
import type { Steps } from '../steps';
import type { KconfigCode } from './codes';
import { appended, both, type Expression, gather, type MenuEntry, type Option, type Place } from './model';
import type { Comparison } from './syntax';

export type ReportAt = (
  place: Place,
  code: KconfigCode,
  message: string,
  severity?: Problem['severity'],
) => void;

interface Constants {
  readonly n: Option;
  readonly m: Option;
  readonly y: Option;
}

/** Entries or symbols that are looked at in one step. */
const STEP = 1000;

export function* completionSteps(
  root: MenuEntry,
  symbols: readonly Option[],
  modules: Option,
  constants: Constants,
  report: ReportAt,
): Steps<void> {
  yield* new Completion(modules, constants, report).descend(root);
  for (const symbol of symbols) {
    for (const property of symbol.selects) {
      const { value } = property;
      value.selectedBy = appended(value.selectedBy, { by: symbol, property });
    }
    for (const property of symbol.implies) {
      const { value } = property;
      value.impliedBy = appended(value.impliedBy, { by: symbol, property });
    }
  }
  yield;
  for (const symbol of symbols) {
    if (symbol.entries.length > 0) check(symbol, report);
    if (symbol.id % STEP === 0) yield;
  }
}

class Completion {
  #entries = 0;

  constructor(
    private readonly modules: Option,
    private readonly constants: Constants,
    private readonly report: ReportAt,
  ) {}

  *descend(parent: MenuEntry): Steps<void> {
    const choice = parent.kind === 'choice' ? parent.symbol : undefined;
    if (choice !== undefined) inferTypes(choice, parent);
    const above: Expression | undefined =
      choice === undefined ? parent.dependsOn : { kind: 'symbol', symbol: choice };
    for (const child of parent.children) {
      child.dependsOn = this.#both(above, this.#condition(child.dependsOn));
      for (const property of child.properties) {
        property.condition = this.#both(child.dependsOn, this.#condition(property.condition));
      }
    }
    for (const child of parent.children) {
      const { symbol } = child;
      if (child.kind === 'option' && symbol !== undefined) {
        symbol.dependsOn = gather('or', symbol.dependsOn, child.dependsOn);
      }
      if (++this.#entries % STEP === 0) yield;
      if (child.children.length > 0 || child.kind === 'choice') yield* this.descend(child);
    }
    if (choice === undefined) return;
    new ChoiceMembers(choice, this.constants.y, this.report).collect(parent);
    // A choice that shows itself cannot be switched off, unless it says so.
    if (parent.prompt !== undefined && !choice.optional) {
      choice.forcedBy = appended(choice.forcedBy, parent.prompt.condition);
    }
  }

  /**
   * A condition as the reference keeps it: `m` means `m && MODULES`, and what can be told from types alone is
   * left out, so that it neither makes a cycle nor puts an entry below another.
   */
  #condition(expression: Expression | undefined): Expression | undefined {
    return expression === undefined ? undefined : this.#simplify(expression);
  }

  #simplify(expression: Expression): Expression {
    switch (expression.kind) {
      case 'symbol': {
        const modules: Expression = { kind: 'symbol', symbol: this.modules };
        return expression.symbol === this.constants.m ? this.#join('and', [expression, modules]) : expression;
      }
      case 'not':
        return this.#negate(this.#simplify(expression.operand));
      case 'compare': {
        const { left, right, operator } = expression;
        if (left.type !== 'bool' || (operator !== '=' && operator !== '!=')) return expression;
        if (right === this.constants.m) return this.#truth(operator === '!=');
        const itself: Expression = { kind: 'symbol', symbol: left };
        if (right === (operator === '=' ? this.constants.y : this.constants.n)) return itself;
        if (right === (operator === '=' ? this.constants.n : this.constants.y)) return this.#negate(itself);
        return expression;
      }
      default:
        return this.#join(
          expression.kind,
          expression.operands.map((operand) => this.#simplify(operand)),
        );
    }
  }

  /** Of what is simple already. */
  #negate(expression: Expression): Expression {
    switch (expression.kind) {
      case 'not':
        return expression.operand;
      case 'compare':
        return { ...expression, operator: OPPOSITE[expression.operator] };
      case 'symbol': {
        const known = this.#known(expression);
        return known === undefined ? { kind: 'not', operand: expression } : this.#truth(!known);
      }
      default:
        return this.#join(
          expression.kind === 'and' ? 'or' : 'and',
          expression.operands.map((operand) => this.#negate(operand)),
        );
    }
  }

  #both(left: Expression | undefined, right: Expression | undefined): Expression | undefined {
    if (left === undefined || right === undefined) return left ?? right;
    return this.#join('and', [left, right]);
  }

  #join(kind: 'and' | 'or', operands: readonly Expression[]): Expression {
    const left: Expression[] = [];
    // Nearly all are short: looking through them costs less than a set.
    const symbols = operands.length > 8 ? new Set<Option>() : undefined;
    let compares = false;
    for (const operand of operands) {
      const known = this.#known(operand);
      if (known === (kind === 'or')) return operand;
      if (known !== undefined) continue;
      if (operand.kind === 'symbol') {
        if (isAmong(operand.symbol, left, symbols)) continue;
        symbols?.add(operand.symbol);
      }
      compares ||= operand.kind === 'compare';
      // Long lists are made by machines: there is nothing to be found in them.
      const others = left.length > 64 ? [] : left;
      if (kind === 'or' && others.some((other) => areOpposite(other, operand))) return this.#truth(true);
      left.push(operand);
    }
    const kept =
      kind === 'and' && compares
        ? left.filter((operand) => !this.#isImplied(operand, left, symbols))
        : left.slice();
    const [only] = kept;
    if (only === undefined) return this.#truth(kind === 'and');
    return kept.length === 1 ? only : { kind, operands: kept };
  }

  /** `A != n` beside `A`, and `A` beside `A = y`. */
  #isImplied(
    operand: Expression,
    all: readonly Expression[],
    symbols: ReadonlySet<Option> | undefined,
  ): boolean {
    if (operand.kind === 'compare') {
      const { operator, left, right } = operand;
      return operator === '!=' && right === this.constants.n && isAmong(left, all, symbols);
    }
    if (operand.kind !== 'symbol' || all.length > 64) return false;
    const { y } = this.constants;
    return all.some(
      (other) =>
        other.kind === 'compare' &&
        other.operator === '=' &&
        other.right === y &&
        other.left === operand.symbol,
    );
  }

  #truth(value: boolean): Expression {
    return { kind: 'symbol', symbol: value ? this.constants.y : this.constants.n };
  }

  #known(expression: Expression): boolean | undefined {
    if (expression.kind !== 'symbol') return undefined;
    if (expression.symbol === this.constants.y) return true;
    return expression.symbol === this.constants.n ? false : undefined;
  }
}

/** Whether a list has a symbol itself; `symbols` are those that it has, where somebody has gathered them. */
function isAmong(
  symbol: Option,
  list: readonly Expression[],
  symbols: ReadonlySet<Option> | undefined,
): boolean {
  if (symbols !== undefined) return symbols.has(symbol);
  for (const operand of list) if (operand.kind === 'symbol' && operand.symbol === symbol) return true;
  return false;
}

const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

/** An option that is bool, and its negation. */
function areOpposite(left: Expression, right: Expression): boolean {
  if (left.kind === 'not') return right.kind === 'symbol' && isBoolTest(left.operand, right.symbol);
  return right.kind === 'not' && left.kind === 'symbol' && isBoolTest(right.operand, left.symbol);
}

function isBoolTest(expression: Expression, symbol: Option): boolean {
  return expression.kind === 'symbol' && expression.symbol === symbol && symbol.type === 'bool';
}

/** A choice has its first typed entry's type, and entries without a type have the choice's. */
function inferTypes(choice: Option, parent: MenuEntry): void {
  const typed = parent.children.find(({ symbol }) => symbol?.type !== undefined);
  choice.type ??= typed?.symbol?.type;
  for (const { symbol } of parent.children) {
    if (symbol !== undefined && symbol.type === undefined) symbol.type = choice.type;
  }
}

/**
 * An entry that depends on the one before it is shown below that one, and so is no member of its own. The
 * same happens outside choices, where it changes nothing but how a menu looks.
 */
class ChoiceMembers {
  constructor(
    private readonly choice: Option,
    private readonly y: Option,
    private readonly report: ReportAt,
  ) {}

  collect(parent: MenuEntry): void {
    const children = this.#arranged(parent.children);
    for (const child of children) {
      const { symbol } = child;
      if (symbol === undefined || symbol.kind === 'choice' || symbol.choice !== undefined) continue;
      if (child.prompt === undefined) {
        this.report(
          child.place,
          'choice-prompt',
          `'${symbol.name}' is in a choice and needs a prompt.`,
          'warning',
        );
      }
      if (this.choice.type === 'tristate' && symbol.type !== 'tristate') this.#onlyWhole(child, symbol);
      symbol.choice = this.choice;
      this.choice.members = appended(this.choice.members, symbol);
    }
  }

  /** What is not tristate can be chosen only where the choice is `y`. */
  #onlyWhole(child: MenuEntry, symbol: Option): void {
    const whole: Expression = { kind: 'compare', operator: '=', left: this.choice, right: this.y };
    child.dependsOn = both(whole, child.dependsOn);
    for (const property of [...symbol.prompts, ...symbol.defaults, ...symbol.ranges]) {
      if (property.entry === child) property.condition = both(whole, property.condition);
    }
  }

  /** Direct children, those of promptless entries among them, without what is shown below another. */
  #arranged(entries: readonly MenuEntry[]): MenuEntry[] {
    const result: MenuEntry[] = [];
    let at = 0;
    while (at < entries.length) {
      const entry = entries[at++];
      if (entry === undefined) break;
      result.push(entry);
      const { symbol } = entry;
      // Below an entry without a text nothing is shown: what would be there stands beside it.
      if (entry.children.length > 0) {
        if (entry.title !== undefined || entry.kind === 'choice') continue;
        for (const inner of this.#arranged(entry.children)) result.push(inner);
      } else if (symbol !== undefined && symbol.kind === 'option') {
        const from = at;
        at = endBelow(entries, at - 1);
        if (entry.title !== undefined || at === from) continue;
        for (const inner of this.#arranged(entries.slice(from, at))) result.push(inner);
      }
    }
    return result;
  }
}

/** Behind the last entry that is shown below one; what is below may have its own below it. */
function endBelow(entries: readonly MenuEntry[], at: number, depth = 0): number {
  const entry = entries[at];
  const symbol = entry?.symbol;
  let end = at + 1;
  if (entry === undefined || symbol?.kind !== 'option' || entry.children.length > 0 || depth > 200)
    return end;
  for (let next = entries[end]; next !== undefined && isBelow(next, entry, symbol); next = entries[end]) {
    end = endBelow(entries, end, depth + 1);
  }
  return end;
}

function isBelow(next: MenuEntry, entry: MenuEntry, symbol: Option): boolean {
  const condition = next.prompt === undefined ? next.dependsOn : next.prompt.condition;
  if (condition === undefined || !mentions(condition, symbol)) return false;
  const operands = conjuncts(condition);
  if (operands.some((operand) => asksFor(operand, symbol))) return true;
  // Not that option itself, but at least all that the option asks for.
  const own = entry.prompt?.condition;
  return (
    own === undefined || conjuncts(own).every((asked) => operands.some((operand) => isSame(operand, asked)))
  );
}

function asksFor(expression: Expression, symbol: Option): boolean {
  if (expression.kind === 'symbol') return expression.symbol === symbol;
  if (expression.kind !== 'compare' || expression.left !== symbol) return false;
  const { operator, right } = expression;
  if (right.kind !== 'constant') return false;
  return operator === '='
    ? right.name === 'y' || right.name === 'm'
    : operator === '!=' && right.name === 'n';
}

function conjuncts(expression: Expression): Expression[] {
  return expression.kind === 'and' ? expression.operands.flatMap(conjuncts) : [expression];
}

/** The same, whatever the order of operands. */
function isSame(left: Expression, right: Expression): boolean {
  if (left === right) return true;
  switch (left.kind) {
    case 'symbol':
      return right.kind === 'symbol' && left.symbol === right.symbol;
    case 'compare':
      return (
        right.kind === 'compare' &&
        left.operator === right.operator &&
        left.left === right.left &&
        left.right === right.right
      );
    case 'not':
      return right.kind === 'not' && isSame(left.operand, right.operand);
    default:
      return (
        right.kind === left.kind &&
        left.operands.every((operand) => right.operands.some((other) => isSame(operand, other))) &&
        right.operands.every((operand) => left.operands.some((other) => isSame(operand, other)))
      );
  }
}

/** Whether a symbol stands anywhere in an expression. */
export function mentions(expression: Expression, symbol: Option): boolean {
  switch (expression.kind) {
    case 'symbol':
      return expression.symbol === symbol;
    case 'not':
      return mentions(expression.operand, symbol);
    case 'compare':
      return expression.left === symbol || expression.right === symbol;
    default:
      return expression.operands.some((operand) => mentions(operand, symbol));
  }
}

/** What the reference warns of, about one option. */
function check(symbol: Option, report: ReportAt): void {
  const [entry] = symbol.entries;
  if (entry === undefined) return;
  const name = symbol.name === '' ? 'This choice' : `'${symbol.name}'`;
  if (symbol.type === undefined) {
    report(entry.place, 'no-type', `${name} has no type: write bool, tristate, int, hex or string.`);
    return;
  }
  if (symbol.kind === 'choice' && entry.prompt === undefined) {
    report(entry.place, 'choice-prompt', `${name} needs a prompt.`);
  }
  for (const entryOfMenu of symbol.entries) {
    if (entryOfMenu.isMenu && entryOfMenu.prompt === undefined) {
      report(entryOfMenu.place, 'menuconfig-prompt', `${name} is a menu and needs a prompt.`);
    }
  }
  const isLogic = symbol.type === 'bool' || symbol.type === 'tristate';
  for (const { value, place } of symbol.defaults) {
    if (symbol.choice !== undefined) {
      report(place, 'choice-default', `${name} is in a choice: write its default at the choice.`);
    } else if (symbol.kind === 'choice') {
      if (value.kind !== 'symbol' || value.symbol.choice !== symbol) {
        report(place, 'choice-default', 'The default of this choice is none of its options.');
      }
    } else if (!isLogic && value.kind !== 'symbol') {
      report(place, 'default-form', `The default of ${name} must be one value, not a condition.`);
    } else if ((symbol.type === 'int' || symbol.type === 'hex') && value.kind === 'symbol') {
      if (!isNumber(value.symbol, symbol.type)) {
        report(place, 'number', `'${value.symbol.name}' is no number as ${name} takes it.`);
      }
    }
  }
  for (const [keyword, properties] of [
    ['select', symbol.selects],
    ['imply', symbol.implies],
  ] as const) {
    for (const { value, place } of properties) {
      const fits = value.type === undefined || value.type === 'bool' || value.type === 'tristate';
      if (!isLogic) report(place, 'select-type', `${name} is '${symbol.type}' and cannot ${keyword}.`);
      else if (!fits)
        report(place, 'select-type', `'${value.name}' is '${value.type}': nothing can ${keyword} it.`);
    }
  }
  for (const { value, place } of symbol.ranges) {
    if (symbol.type !== 'int' && symbol.type !== 'hex') {
      report(place, 'range-type', `${name} is '${symbol.type}' and has no range.`);
    } else if (!isNumber(value.low, symbol.type) || !isNumber(value.high, symbol.type)) {
      report(place, 'number', 'This range has an end that is no number.');
    }
  }
}

function isNumber(symbol: Option, type: 'int' | 'hex'): boolean {
  if (symbol.type !== undefined) return symbol.type === 'int' || symbol.type === 'hex';
  return isValue(type, symbol.name);
}

/** Whether a text is a value of a type, as the reference writes and reads it. */
export function isValue(type: Option['type'], text: string): boolean {
  switch (type) {
    case 'int':
      return /^-?(0|[1-9]\d*)$/.test(text);
    case 'hex':
      return /^(0[xX])?[0-9a-fA-F]+$/.test(text);
    case 'bool':
      return text === 'y' || text === 'n';
    case 'tristate':
      return text === 'y' || text === 'm' || text === 'n';
    default:
      return true;
  }
}
