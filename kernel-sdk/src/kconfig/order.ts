/**
 * The order in which values can be worked out, and the cycles that leave none. A choice and its members count
 * as one, but for what they ask of one another. Walks with a stack of its own: chains may be as long as files.
 */
import type { Dialect } from './dialect';
import type { ReportAt } from './finalize';
import type { Expression, Option, Place } from './model';

interface Edge {
  readonly to: Option;
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

export function sortByDependency(
  symbols: readonly Option[],
  modules: Option,
  dialect: Dialect,
  report: ReportAt,
): Option[] {
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
        order.push(...top.symbol.members);
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
  for (const symbol of symbols) visit(symbol.choice ?? symbol);
  return order;
}

/** What an option's value depends on; of a choice with all of its members. */
function edgesOf(symbol: Option, { followsImplies }: Dialect): Pick<Visit, 'edges' | 'own'> {
  const edges: Edge[] = [];
  // The conditions of blocks are shared by all that is in them: once is enough.
  const seen = new Set<Expression>();
  const collect = (expression: Expression | undefined, why: string, place: Place | undefined): void => {
    if (expression === undefined || seen.has(expression)) return;
    switch (expression.kind) {
      case 'symbol':
        if (isVariable(expression.symbol)) edges.push({ to: expression.symbol, why, place });
        return;
      case 'not':
        return collect(expression.operand, why, place);
      case 'compare':
        for (const to of [expression.left, expression.right])
          if (isVariable(to)) edges.push({ to, why, place });
        return;
      default:
        seen.add(expression);
        for (const operand of expression.operands) collect(operand, why, place);
    }
  };
  let own = 0;
  for (const one of [symbol, ...symbol.members]) {
    const who = one.name === '' ? 'a choice' : one.name;
    const from = edges.length;
    const declared = one.entries[0]?.place;
    collect(one.dependsOn, `${who} depends on`, declared);
    for (const { by, property } of one.selectedBy) {
      edges.push({ to: by, why: `${who} is selected by`, place: property.place });
      collect(property.condition, `${who} is selected if`, property.place);
    }
    for (const { by, property } of one.impliedBy) {
      const weak = followsImplies ? {} : ({ weak: true } as const);
      edges.push({ to: by, why: `${who} is implied by`, place: property.place, ...weak });
      if (followsImplies) collect(property.condition, `${who} is implied if`, property.place);
    }
    for (const { condition, place } of one.prompts) collect(condition, `${who} is visible if`, place);
    for (const { value, condition, place } of one.defaults) {
      collect(condition, `${who} has a default if`, place);
      // Which member a choice begins with does not depend on the member's value.
      if (one.kind !== 'choice') collect(value, `${who} has as default`, place);
    }
    for (const { value, condition, place } of one.ranges) {
      for (const to of [value.low, value.high]) edges.push({ to, why: '', place, weak: true });
      collect(condition, `${who} has a range if`, place);
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
    steps.push(`${edge.why} ${edge.to.name === '' ? 'a choice' : edge.to.name}${where}`);
  }
  if (place === undefined) return;
  report(place, 'dependency-cycle', `The value depends on itself: ${steps.join('; ')}.`, 'error');
}
