/** Options with the values that Kconfig's rules give them. */

import type { LocatedRange } from '../problem';
import { allOf, firstHolding, holds, type Lookup, textOf } from './expression';
import type { Choice, Configuration, KconfigModel, Option, OptionType } from './model';

/** Rounds after which values that still change are in a cycle. */
const ROUND_LIMIT = 100;

/**
 * Values for every option. `assigned` has them by name without `CONFIG_`; an assignment counts where the
 * option is visible: it has a prompt, and what it depends on is `y`. Selected options are `y` regardless.
 */
export function evaluateKconfig(model: KconfigModel, assigned: ReadonlyMap<string, string>): Configuration {
  let values = new Map<string, string>();
  // Dependencies and selects go both ways through the tree: repeat until nothing changes.
  for (let round = 0; round < ROUND_LIMIT; round++) {
    const next = new Evaluation(model, assigned, values).run();
    const settled = [...next].every(([name, value]) => values.get(name) === value);
    values = next;
    if (settled) break;
  }
  const types = new Map<string, OptionType>();
  for (const { name, type } of model.options.values()) types.set(`CONFIG_${name}`, type ?? 'bool');
  return { values: new Map([...values].map(([name, value]) => [`CONFIG_${name}`, value])), types };
}

/** The numbers that an option can have under a configuration, and where that is said; undefined for any number. */
export function rangeOf(
  model: KconfigModel,
  { values }: Configuration,
  name: string,
): { readonly low: string; readonly high: string; readonly place: LocatedRange } | undefined {
  const lookup: Lookup = (symbol) => values.get(`CONFIG_${symbol}`) ?? (model.options.has(symbol) ? '' : 'n');
  const range = firstHolding(model.options.get(name)?.ranges ?? [], lookup);
  return range && { low: textOf(range.low, lookup), high: textOf(range.high, lookup), place: range.place };
}

class Evaluation {
  readonly #lookup: Lookup;
  readonly #selected = new Set<string>();
  readonly #implied = new Set<string>();

  constructor(
    private readonly model: KconfigModel,
    private readonly assigned: ReadonlyMap<string, string>,
    before: ReadonlyMap<string, string>,
  ) {
    // An option that nobody declares is `n` where a truth is asked for, and its own name as a text.
    this.#lookup = (name) => before.get(name) ?? (model.options.has(name) ? '' : 'n');
    for (const option of model.options.values()) {
      if (before.get(option.name) !== 'y') continue;
      for (const { value, condition } of option.selects) {
        if (holds(condition, this.#lookup)) this.#selected.add(value);
      }
      for (const { value, condition } of option.implies) {
        if (holds(condition, this.#lookup)) this.#implied.add(value);
      }
    }
  }

  run(): Map<string, string> {
    const values = new Map<string, string>();
    for (const option of this.model.options.values()) {
      if (option.choice === undefined) values.set(option.name, this.#value(option));
    }
    for (const choice of this.model.choices) this.#choose(choice, values);
    return values;
  }

  #value(option: Option): string {
    const type = option.type ?? 'bool';
    const reachable = this.#reachable(option);
    if (type === 'bool') {
      if (this.#selected.has(option.name)) return 'y';
      if (!reachable) return 'n';
      const set = this.#assignment(option);
      if (set !== undefined) return set === 'y' ? 'y' : 'n';
      const fallback = firstHolding(option.defaults, this.#lookup);
      if (fallback !== undefined && textOf(fallback, this.#lookup) === 'y') return 'y';
      return this.#implied.has(option.name) ? 'y' : 'n';
    }
    if (!reachable) return '';
    const fallback = firstHolding(option.defaults, this.#lookup);
    // A value outside the range is brought into it; who assigns one is told by {@link rangeOf}'s callers.
    const value = this.#assignment(option) ?? (fallback === undefined ? '' : textOf(fallback, this.#lookup));
    return type === 'string' ? value : this.#inRange(option, value === '' ? '0' : value);
  }

  #choose(choice: Choice, values: Map<string, string>): void {
    const open = holds(allOf(choice.dependsOn), this.#lookup);
    const visible = open ? choice.members.filter((member) => this.#reachable(member)) : [];
    const fallback = firstHolding(choice.defaults, this.#lookup);
    const chosen =
      visible.findLast((member) => this.#assignment(member) === 'y') ??
      visible.find(({ name }) => name === fallback) ??
      visible[0];
    for (const member of choice.members) values.set(member.name, member === chosen ? 'y' : 'n');
  }

  #reachable(option: Option): boolean {
    return holds(allOf(option.dependsOn), this.#lookup);
  }

  #assignment(option: Option): string | undefined {
    const visible = option.prompt !== undefined && holds(option.prompt.condition, this.#lookup);
    return visible ? this.assigned.get(option.name) : undefined;
  }

  #inRange(option: Option, value: string): string {
    const range = firstHolding(option.ranges, this.#lookup);
    if (range === undefined) return value;
    const [low, high] = [textOf(range.low, this.#lookup), textOf(range.high, this.#lookup)];
    if (Number(value) < Number(low)) return low;
    return Number(value) > Number(high) ? high : value;
  }
}
