/** Options as they are declared, across all files of a tree. */
import type { LocatedProblem, Range } from '../problem';
import type { Dialect } from './dialect';
import type { Evaluation } from './evaluate';
import type { Comparison, FileSyntax, OptionType } from './syntax';

export type { OptionType } from './syntax';

/** `n`, `m` and `y` as the numbers with which their logic is minimum and maximum. */
export type Tristate = 0 | 1 | 2;

/** Where something stands. */
export interface Place {
  /** As the reader of files named it. */
  readonly file: string;
  readonly range: Range;
}

/** An expression whose names are resolved. */
export type Expression =
  | { readonly kind: 'symbol'; readonly symbol: Option }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Expression[] }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Option;
      readonly right: Option;
    };

/** A line of an entry. Its condition has, once the tree is complete, what the blocks around it ask for. */
export interface Property<T> {
  readonly value: T;
  condition: Expression | undefined;
  readonly place: Place;
  /** The entry that it stands in: an option can have several. */
  readonly entry: MenuEntry;
}

/** An option, a choice, or a name or constant that expressions mention. */
export interface Option {
  /** Its place in {@link KconfigModel.symbols}. */
  readonly id: number;
  /** Without `CONFIG_`; empty for a choice without a name. */
  readonly name: string;
  readonly kind: 'option' | 'choice' | 'constant';
  type: OptionType | undefined;
  /** Where it is declared, in the order of reading; none for what is only mentioned. */
  entries: readonly MenuEntry[];
  prompts: readonly Property<string>[];
  defaults: readonly Property<Expression>[];
  selects: readonly Property<Option>[];
  implies: readonly Property<Option>[];
  ranges: readonly Property<{ readonly low: Option; readonly high: Option }>[];
  /** What `depends on` and the blocks around ask for, any declaration's; undefined asks for nothing. */
  dependsOn: Expression | undefined;
  selectedBy: readonly { readonly by: Option; readonly property: Property<Option> }[];
  impliedBy: readonly { readonly by: Option; readonly property: Property<Option> }[];
  help: string | undefined;
  /** The choice that it is a member of. */
  choice: Option | undefined;
  /** Of a choice. */
  members: readonly Option[];
  /** A choice that may stay without a member, or with `m` without modules. */
  optional: boolean;
  /** A choice that shows itself cannot be off: the conditions under which it shows itself. */
  forcedBy: readonly (Expression | undefined)[];
  /** `option allnoconfig_y`: on where everything else is off. */
  staysOn: boolean;
  /** Read from an old configuration and never written. */
  transitional: boolean;
  /** `option env`: its value comes from the environment and is not written. */
  fromEnvironment: boolean;
}

/** A node of the tree that menus show and `.config` follows. */
export interface MenuEntry {
  readonly kind: 'root' | 'menu' | 'comment' | 'if' | 'option' | 'choice';
  readonly place: Place;
  parent: MenuEntry | undefined;
  children: readonly MenuEntry[];
  /** Of an option or a choice. */
  readonly symbol: Option | undefined;
  /** A menu's or a comment's text, or the prompt of an option. */
  title: string | undefined;
  /** The prompt as a property, of an option or a choice. */
  prompt: Property<string> | undefined;
  /** `menuconfig`. */
  readonly isMenu: boolean;
  /** What its own lines ask for; with what the blocks around ask for once the tree is complete. */
  dependsOn: Expression | undefined;
  /** Its lines with conditions. */
  properties: readonly Property<unknown>[];
  /** `visible if`. */
  visibleIf: Expression | undefined;
  help: string | undefined;
}

/** A tree of files, read. */
export interface KconfigModel {
  /** What can be configured, by name without `CONFIG_`, in the order of the first declarations. */
  readonly options: ReadonlyMap<string, Option>;
  readonly choices: readonly Option[];
  /** What expressions name and what is declared, without constants. */
  readonly mentioned: ReadonlyMap<string, Option>;
  /** Everything, constants and names that nobody declares too. */
  readonly symbols: readonly Option[];
  /** The order in which every symbol comes after those that its value depends on, as far as there is one. */
  readonly order: readonly Option[];
  readonly root: MenuEntry;
  /** The option that switches tristate logic on. */
  readonly modules: Option;
  /** Every file that was read, by the name that its reader gave it. */
  readonly files: ReadonlyMap<string, FileSyntax>;
  readonly dialect: Dialect;
}

export interface ParsedKconfig extends KconfigModel {
  readonly problems: readonly LocatedProblem[];
}

/** Most lists of a tree are empty, and most of the others have one element: neither takes more than it needs. */
export const NONE: readonly never[] = [];

/** A list of a tree with one more at its end, which counts in place of the one that is given. */
export function appended<T>(list: readonly T[], last: T): readonly T[] {
  // A list that grows in place has room for many more: two or three are copied.
  const [first, second] = list as readonly [T, T];
  if (list.length === 0) return [last];
  if (list.length === 1) return [first, last];
  if (list.length === 2) return [first, second, last];
  (list as T[]).push(last);
  return list;
}

/** What a {@link Option} has at first. */
export function newOption(id: number, name: string, kind: Option['kind']): Option {
  return {
    id,
    name,
    kind,
    type: undefined,
    entries: NONE,
    prompts: NONE,
    defaults: NONE,
    selects: NONE,
    implies: NONE,
    ranges: NONE,
    dependsOn: undefined,
    selectedBy: NONE,
    impliedBy: NONE,
    help: undefined,
    choice: undefined,
    members: NONE,
    optional: kind !== 'choice',
    forcedBy: NONE,
    staysOn: false,
    transitional: false,
    fromEnvironment: false,
  };
}

/** Both conditions, where there are two. */
export function both(left: Expression | undefined, right: Expression | undefined): Expression | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return { kind: 'and', operands: [left, right] };
}

const gathered = new WeakSet<Expression>();

/**
 * One more condition beside those that an entry or an option has gathered: a flat list however many there are. One
 * that is not there counts for nothing, as in the reference.
 */
export function gather(
  kind: 'and' | 'or',
  left: Expression | undefined,
  right: Expression | undefined,
): Expression | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  if (left.kind === kind && gathered.has(left)) {
    (left.operands as Expression[]).push(right);
    return left;
  }
  const list: Expression = { kind, operands: [left, right] };
  gathered.add(list);
  return list;
}

/** Options with values. */
export interface Configuration {
  /** By name with the `CONFIG_` prefix; an option that is off has the value `n`, texts have no quotes. */
  readonly values: ReadonlyMap<string, string>;
  /** Types by the same names. */
  readonly types: ReadonlyMap<string, OptionType>;
  /** How the values came about. */
  readonly evaluation: Evaluation;
}
