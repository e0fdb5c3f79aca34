/**
 * The order in which values can be worked out, and the cycles that leave none. A choice and its members count
 * as one, but for what they ask of one another. Walks with a stack of its own: chains may be as long as files.
 */
import type { Steps } from '../steps';
import type { Dialect } from './dialect';
import type { ReportAt } from './finalize';
import type { Expression, Option, Place } from './model';

interface Edge {
  readonly to: Option;
  readonly who: Option;
  /** Between the names of the two, in a sentence. */
  readonly why: string;
  readonly place: Place | undefined;
  /** Counts for the order alone. */
  readonly weak?: true;
}

interface Visit {
  readonly symbol: Option;
  readonly edges: readonly Edge[];
  /** How many of the edges are the choice's own, before those of its members. */
  readonly own: number;
  next: number;
}

/** Symbols that are visited in one step. */
const STEP = 1000;

export function* sortingSteps(
  symbols: readonly Option[],
  modules: Option,
  dialect: Dialect,
  report: ReportAt,
): Steps<Option[]> {
  const order: Option[] = [];
  const state = new Uint8Array(symbols.length);
  const [OPEN, DONE] = [1, 2];
  const visit = (start: Option) => {
    const path: Visit[] = [];
    const enter = (symbol: Option) => {
      state[symbol.id] = OPEN;
      path.push({ symbol, ...edgesOf(symbol, dialect), next: 0 });
    };
    if (state[start.id] === 0) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = top.edges[top.next++];
      if (edge === undefined) {
        path.pop();
        state[top.symbol.id] = DONE;
        order.push(top.symbol);
        for (const member of top.symbol.members) order.push(member);
        continue;
      }
      const to = edge.to.choice ?? edge.to;
      if (state[to.id] === 0) enter(to);
      else if (state[to.id] === OPEN && edge.weak === undefined) {
        const from = path.findIndex(({ symbol }) => symbol === to);
        const begin = path[from];
        // Whatever a member depends on may depend on the choice as such: only other members are out of bounds.
        if (begin !== undefined && edge.to.kind === 'choice' && begin.next > begin.own) continue;
        reportCycle(path, from, report);
      }
    }
  };
  visit(modules.choice ?? modules);
  for (const symbol of symbols) {
    visit(symbol.choice ?? symbol);
    if (symbol.id % STEP === 0) yield;
  }
  return order;
}

/** What an option's value depends on; of a choice with all of its members. */
function edgesOf(symbol: Option, { followsImplies }: Dialect): Pick<Visit, 'edges' | 'own'> {
  const edges: Edge[] = [];
  // The conditions of blocks are shared by all that is in them: once is enough.
  const seen = new Set<Expression>();
  let who = symbol;
  const add = (to: Option, why: string, place: Place | undefined) => {
    if (isVariable(to)) edges.push({ to, who, why, place });
  };
  const collect = (expression: Expression | undefined, why: string, place: Place | undefined): void => {
    if (expression === undefined) return;
    switch (expression.kind) {
      case 'symbol':
        return add(expression.symbol, why, place);
      case 'not':
        return collect(expression.operand, why, place);
      case 'compare':
        add(expression.left, why, place);
        return add(expression.right, why, place);
      default:
        if (seen.has(expression)) return;
        seen.add(expression);
        for (const operand of expression.operands) collect(operand, why, place);
    }
  };
  let own = 0;
  for (const one of [symbol, ...symbol.members]) {
    who = one;
    const from = edges.length;
    const declared = one.entries[0]?.place;
    collect(one.dependsOn, 'depends on', declared);
    for (const { by, property } of one.selectedBy) {
      edges.push({ to: by, who, why: 'is selected by', place: property.place });
      collect(property.condition, 'is selected if', property.place);
    }
    for (const { by, property } of one.impliedBy) {
      const weak = followsImplies ? {} : ({ weak: true } as const);
      edges.push({ to: by, who, why: 'is implied by', place: property.place, ...weak });
      if (followsImplies) collect(property.condition, 'is implied if', property.place);
    }
    for (const { condition, place } of one.prompts) collect(condition, 'is visible if', place);
    for (const { value, condition, place } of one.defaults) {
      collect(condition, 'has a default if', place);
      // Which member a choice begins with does not depend on the member's value.
      if (one.kind !== 'choice') collect(value, 'has as default', place);
    }
    for (const { value, condition, place } of one.ranges) {
      for (const to of [value.low, value.high]) edges.push({ to, who, why: '', place, weak: true });
      collect(condition, 'has a range if', place);
    }
    if (one === symbol) {
      own = edges.length;
      continue;
    }
    // A member asks for its choice, always.
    for (let at = from; at < edges.length; at++) {
      if (edges[at]?.to === symbol) edges.splice(at--, 1);
    }
  }
  return { edges, own };
}

function isVariable(symbol: Option): boolean {
  return symbol.kind !== 'constant' && symbol.entries.length > 0;
}

/** One error for a cycle, where it begins, with every step. */
function reportCycle(path: readonly Visit[], from: number, report: ReportAt): void {
  const steps: string[] = [];
  let place: Place | undefined;
  for (const { edges, next } of path.slice(from)) {
    const edge = edges[next - 1];
    if (edge === undefined) continue;
    place ??= edge.place;
    const where = edge.place === undefined ? '' : ` (${edge.place.file}:${edge.place.range.start.line + 1})`;
    steps.push(`${nameOf(edge.who)} ${edge.why} ${nameOf(edge.to)}${where}`);
  }
  if (place === undefined) return;
  report(place, 'dependency-cycle', `The value depends on itself: ${steps.join('; ')}.`, 'error');
}

function nameOf({ name }: Option): string {
  return name === '' ? 'a choice' : name;
}
