/**
 * Values, as the reference works them out (scripts/kconfig/symbol.c and confdata.c): tristate logic, visibility,
 * selects, implies, choices, ranges. A run is a sequence of steps on one state: read what a user has set, fill in
 * the rest, write. Two of the reference's steps look at values that were worked out before; so do these.
 */
import { finish, type Steps } from '../steps';
import { isValue } from './finalize';
import type { Expression, KconfigModel, Option, Place, Property, Tristate } from './model';
import { type Base, compareTexts, inRange, numberOf } from './number';

const NO = 0;
const MODULE = 1;
const YES = 2;

/** What a user has said, in the order of the lines of a `.config`: names without `CONFIG_`, texts unquoted. */
export type Assignments = Iterable<readonly [name: string, value: string]>;

/** What a run finds odd about what it was given. */
export type ValueWarning =
  | { readonly kind: 'unknown-option'; readonly name: string }
  | { readonly kind: 'invalid-value'; readonly option: Option; readonly value: string }
  | {
      readonly kind: 'out-of-range';
      readonly option: Option;
      readonly value: string;
      readonly low: string;
      readonly high: string;
    }
  | {
      /** Something selects the option although what it depends on is not met. */
      readonly kind: 'unmet-dependencies';
      readonly option: Option;
      readonly selectedBy: readonly { readonly option: Option; readonly place: Place }[];
    };

/** Why an option has its value. */
export type Reason =
  | { readonly kind: 'user' }
  | { readonly kind: 'default'; readonly place: Place }
  | {
      readonly kind: 'selected' | 'implied';
      readonly by: readonly { readonly option: Option; readonly place: Place }[];
    }
  | { readonly kind: 'choice'; readonly choice: Option; readonly chosen: boolean }
  | { readonly kind: 'range'; readonly place: Place }
  | { readonly kind: 'unreachable'; readonly dependsOn: Expression | undefined }
  | { readonly kind: 'unset' };

enum Flag {
  Valid = 1,
  Write = 2,
  User = 4,
  /** The choice's members are to be settled before the value counts. */
  SettleChoice = 8,
}

const NAMES: readonly string[] = ['n', 'm', 'y'];
/** Values that are worked out in one step. */
const STEP = 1000;
/** Only a cycle, which is reported as an error, goes deeper. */
const DEPTH_LIMIT = 250;

export type FillMode = 'default' | 'yes' | 'module' | 'no';

export class Evaluation {
  readonly #flags: Uint8Array;
  readonly #tri: Uint8Array;
  readonly #text: string[];
  readonly #visible: Uint8Array;
  readonly #dependencies: Uint8Array;
  readonly #selected: Uint8Array;
  readonly #implied: Uint8Array;
  readonly #userTri: Uint8Array;
  readonly #userText: (string | undefined)[];
  /** Of a choice: its member, by id; -1 for none. */
  readonly #chosen: Int32Array;
  readonly #userChosen: Int32Array;
  readonly #warnings: ValueWarning[] = [];
  #modules: Tristate = NO;
  #changed = true;
  #depth = 0;

  constructor(readonly model: KconfigModel) {
    const count = model.symbols.length;
    this.#flags = new Uint8Array(count);
    this.#tri = new Uint8Array(count);
    this.#text = new Array<string>(count).fill('');
    this.#visible = new Uint8Array(count);
    this.#dependencies = new Uint8Array(count);
    this.#selected = new Uint8Array(count);
    this.#implied = new Uint8Array(count);
    this.#userTri = new Uint8Array(count);
    this.#userText = new Array<string | undefined>(count);
    this.#chosen = new Int32Array(count).fill(-1);
    this.#userChosen = new Int32Array(count).fill(-1);
    for (const { id, name, kind } of model.symbols) {
      if (kind !== 'constant') continue;
      this.#flags[id] = Flag.Valid;
      this.#text[id] = name;
      this.#tri[id] = Math.max(NO, NAMES.indexOf(name));
    }
  }

  // Steps

  /** Takes over what a `.config` says, and drops what is not possible: `olddefconfig`. */
  read(assignments: Assignments): void {
    finish(this.readSteps(assignments));
  }

  *readSteps(assignments: Assignments): Steps<void> {
    this.#changed = false;
    this.#take(assignments);
    this.#calculateModules();
    let unsaved = 0;
    yield* this.#calculateAll();
    for (const symbol of this.model.symbols) {
      if (symbol.kind !== 'option' || symbol.transitional) continue;
      if (!this.#agrees(symbol)) unsaved++;
    }
    for (const symbol of this.model.symbols) {
      const { id, type } = symbol;
      if (!this.#has(id, Flag.User) || symbol.choice !== undefined) continue;
      if (this.#visible[id] === NO && unsaved === 0) this.#clear(id, Flag.User);
      if (type !== 'string' && type !== 'int' && type !== 'hex') continue;
      if (this.#inRange(symbol, this.#userText[id] ?? '')) continue;
      this.#clear(id, Flag.Valid | Flag.User);
      unsaved++;
    }
    if (unsaved > 0) this.#changed = true;
  }

  /** Takes over values that a run begins with, unchecked: `KCONFIG_ALLCONFIG`. */
  seed(assignments: Assignments): void {
    this.#take(assignments);
  }

  /** Gives every option that nobody has set the same answer: `allyesconfig` and its like. */
  fill(mode: FillMode): void {
    for (const symbol of this.model.symbols) {
      const { id } = symbol;
      if (symbol.kind === 'constant' || this.#has(id, Flag.User) || this.#has(id, Flag.Valid)) continue;
      if (!isLogic(symbol) || mode === 'default') continue;
      const answer = mode === 'yes' ? YES : mode === 'module' ? MODULE : symbol.staysOn ? YES : NO;
      this.#userTri[id] = answer;
      this.#set(id, Flag.User);
    }
    this.#clearValid();
    for (const symbol of this.model.symbols) {
      const unset = symbol.kind === 'choice' && !this.#has(symbol.id, Flag.User);
      if (unset || symbol.choice !== undefined) this.#set(symbol.id, Flag.SettleChoice);
    }
    for (const choice of this.model.choices) {
      if (this.#has(choice.id, Flag.User)) continue;
      this.#calculate(choice);
      this.#settle(choice);
    }
  }

  /** Works out everything that is not worked out yet: what the reference does when it writes. */
  settle(): this {
    finish(this.settleSteps());
    return this;
  }

  *settleSteps(): Steps<void> {
    if (!this.#changed) this.#clearValid();
    yield* this.#calculateAll();
  }

  /** Works out everything anew: what the reference does before it writes a minimal configuration. */
  restart(): this {
    this.#clearValid();
    finish(this.#calculateAll());
    return this;
  }

  // Answers

  /** `y`, `m`, `n`, or a text; empty for a number or a text that has no value. */
  value(symbol: Option): string {
    return isLogic(symbol) ? (NAMES[this.#tri[symbol.id] ?? NO] ?? 'n') : (this.#text[symbol.id] ?? '');
  }

  /** Whether it has a line in `.config`. */
  isWritten(symbol: Option): boolean {
    return this.#has(symbol.id, Flag.Write) && isWritable(symbol);
  }

  visibility(symbol: Option): Tristate {
    return (this.#visible[symbol.id] ?? NO) as Tristate;
  }

  /** Whether a user could give it another value. */
  isChangeable({ id }: Option): boolean {
    return (this.#visible[id] ?? NO) > (this.#selected[id] ?? NO);
  }

  chosenMember(choice: Option): Option | undefined {
    return this.model.symbols[this.#chosen[choice.id] ?? -1];
  }

  truth(expression: Expression | undefined): Tristate {
    return expression === undefined ? YES : this.#evaluate(expression);
  }

  /** The value that a minimal configuration leaves out. */
  defaultValue(symbol: Option): string {
    const { id, type } = symbol;
    const property = this.#first(symbol.defaults);
    if (!isLogic(symbol)) {
      return property?.value.kind === 'symbol' ? this.value(property.value.symbol) : '';
    }
    let value =
      property === undefined ? NO : Math.min(this.#evaluate(property.value), this.truth(property.condition));
    value = Math.max(value, this.#selected[id] ?? NO);
    if (value === MODULE && symbol.choice === undefined && this.#tri[this.model.modules.id] === NO)
      value = YES;
    if (value === MODULE && type === 'bool') value = YES;
    return NAMES[Math.max(value, this.#implied[id] ?? NO)] ?? 'n';
  }

  /** The member that a choice has when nobody chooses. */
  defaultMember(choice: Option): Option | undefined {
    for (const { value, condition } of choice.defaults) {
      if (value.kind !== 'symbol' || value.symbol.choice !== choice || this.truth(condition) === NO) continue;
      if (this.#visible[value.symbol.id] !== NO) return value.symbol;
    }
    return choice.members.find(({ id }) => this.#visible[id] !== NO);
  }

  /** What was odd, in the order in which it was found; unmet dependencies of the current values last. */
  get warnings(): readonly ValueWarning[] {
    return [...this.#warnings, ...this.#unmet()];
  }

  /** Why an option has the value that it has. */
  explain(symbol: Option): Reason {
    const { id, choice } = symbol;
    const visible = this.#visible[id] ?? NO;
    if (choice !== undefined && visible === YES) {
      return { kind: 'choice', choice, chosen: this.#chosen[choice.id] === id };
    }
    const logic = isLogic(symbol);
    const value = this.#tri[id] ?? NO;
    const isUser = visible !== NO && this.#has(id, Flag.User);
    if (logic && (this.#selected[id] ?? NO) > NO && !(isUser && (this.#userTri[id] ?? NO) >= value)) {
      const by = this.#origins(symbol.selectedBy);
      if (by.length > 0) return { kind: 'selected', by };
    }
    if (!logic && this.#clamp(symbol, this.#unclamped(symbol)) !== undefined) {
      const range = this.#first(symbol.ranges);
      if (range !== undefined) return { kind: 'range', place: range.place };
    }
    if (isUser) return { kind: 'user' };
    const property = this.#first(symbol.defaults);
    const implied = this.#implied[id] ?? NO;
    if (property !== undefined && (!logic || this.#evaluate(property.value) >= implied)) {
      return { kind: 'default', place: property.place };
    }
    if (logic && implied > NO && value > NO) return { kind: 'implied', by: this.#origins(symbol.impliedBy) };
    if (property !== undefined) return { kind: 'default', place: property.place };
    if (this.truth(symbol.dependsOn) === NO) return { kind: 'unreachable', dependsOn: symbol.dependsOn };
    return { kind: 'unset' };
  }

  // How it is worked out

  #take(assignments: Assignments): void {
    for (const symbol of this.model.symbols) {
      const { id } = symbol;
      if (symbol.kind === 'constant') continue;
      this.#clear(id, Flag.User | Flag.Valid);
      if (symbol.kind === 'choice') this.#set(id, Flag.User);
      this.#userText[id] = undefined;
      this.#userTri[id] = NO;
      this.#userChosen[id] = -1;
    }
    for (const [name, value] of assignments) {
      const symbol = this.model.options.get(name);
      if (symbol === undefined) {
        if (!this.model.mentioned.has(name)) this.#changed = true;
        this.#warnings.push({ kind: 'unknown-option', name });
      } else if (!this.#assign(symbol, value)) {
        this.#changed = true;
        this.#warnings.push({ kind: 'invalid-value', option: symbol, value });
      }
    }
  }

  #assign(symbol: Option, value: string): boolean {
    const { id, type, choice } = symbol;
    if (this.#has(id, Flag.User)) this.#changed = true;
    if (!isLogic(symbol)) {
      if (type === undefined) return true;
      if (!isValue(type, value)) return false;
      this.#userText[id] = value;
      this.#set(id, Flag.User);
      return true;
    }
    // The first letter is what counts, as in the reference.
    const tri = NAMES.indexOf(value.charAt(0));
    if (tri < 0 || (tri === MODULE && type === 'bool')) return false;
    this.#userTri[id] = tri;
    this.#set(id, Flag.User);
    if (choice === undefined) return true;
    const before = this.#userTri[choice.id] ?? NO;
    if (tri === MODULE && before === YES) this.#clear(choice.id, Flag.User);
    if (before !== NO && tri !== NO) this.#changed = true;
    if (tri === YES) this.#userChosen[choice.id] = id;
    this.#userTri[choice.id] = Math.max(this.#userTri[choice.id] ?? NO, tri);
    return true;
  }

  /** Whether what the user has set is what came out, or neither is there. */
  #agrees(symbol: Option): boolean {
    const { id } = symbol;
    const user = this.#has(id, Flag.User);
    const write = this.#has(id, Flag.Write);
    if (!user || !write) return !user && !write;
    return isLogic(symbol) ? this.#userTri[id] === this.#tri[id] : this.#userText[id] === this.#text[id];
  }

  #clearValid(): void {
    for (const { id, kind } of this.model.symbols) if (kind !== 'constant') this.#clear(id, Flag.Valid);
    this.#changed = true;
    this.#calculateModules();
  }

  /** First of all, with what it depends on: whether `m` is possible follows from it. */
  #calculateModules(): void {
    for (const symbol of this.model.order) {
      this.#calculate(symbol);
      if (symbol === this.model.modules) return;
    }
  }

  *#calculateAll(): Steps<void> {
    let count = 0;
    for (const symbol of this.model.order) {
      this.#calculate(symbol);
      if (++count % STEP === 0) yield;
    }
  }

  #calculate(symbol: Option): void {
    const { id, choice } = symbol;
    if (this.#has(id, Flag.Valid) || this.#depth > DEPTH_LIMIT) return;
    this.#depth++;
    if (choice !== undefined && this.#has(id, Flag.SettleChoice)) {
      this.#clear(id, Flag.SettleChoice);
      this.#calculate(choice);
    }
    this.#set(id, Flag.Valid);
    if (symbol.type === undefined) {
      this.#text[id] = symbol.name;
      this.#tri[id] = NO;
    } else {
      this.#clear(id, Flag.Write);
      this.#lookAround(symbol);
      if (this.#visible[id] !== NO) this.#set(id, Flag.Write);
      // What asks for it while it is worked out, in a cycle, finds it off.
      this.#tri[id] = NO;
      this.#text[id] = '';
      this.#chosen[id] = -1;
      if (isLogic(symbol)) this.#calculateLogic(symbol);
      else {
        const text = this.#unclamped(symbol);
        this.#text[id] = text;
        this.#text[id] = this.#clamp(symbol, text) ?? text;
      }
    }
    if (symbol === this.model.modules) this.#modules = (this.#tri[id] ?? NO) as Tristate;
    if (this.#has(id, Flag.SettleChoice)) this.#settle(symbol);
    this.#depth--;
  }

  #calculateLogic(symbol: Option): void {
    const { id, choice } = symbol;
    const visible = this.#visible[id] ?? NO;
    let value: number = NO;
    if (choice !== undefined && visible === YES) {
      value = this.#chosen[choice.id] === id ? YES : NO;
    } else {
      const selected = this.#selected[id] ?? NO;
      if (this.#usesUser(symbol, visible))
        value = Math.min(this.#userTri[id] ?? NO, visible === NO ? YES : visible);
      else {
        if (selected !== NO) this.#set(id, Flag.Write);
        if (symbol.kind !== 'choice') value = this.#logicDefault(symbol);
      }
      value = Math.max(value, selected);
    }
    if (value === MODULE) {
      const whole = this.model.dialect.impliesWhole && this.#implied[id] === YES;
      if (whole || this.#isBool(symbol)) value = YES;
    }
    this.#tri[id] = value;
    if (symbol.kind === 'choice') this.#chosen[id] = value === YES ? this.#choose(symbol) : -1;
  }

  /** A transitional option has no prompt, and what an old configuration says counts all the same. */
  #usesUser(symbol: Option, visible: number): boolean {
    return this.#has(symbol.id, Flag.User) && (visible !== NO || symbol.transitional);
  }

  #logicDefault(symbol: Option): number {
    const { id } = symbol;
    const { dialect } = this.model;
    const property = this.#first(symbol.defaults);
    let value: number = NO;
    if (property !== undefined) {
      value = Math.min(this.#evaluate(property.value), this.truth(property.condition));
      if (value !== NO || dialect.writesDefaultOff) this.#set(id, Flag.Write);
    }
    const implied = this.#implied[id] ?? NO;
    if (implied === NO) return value;
    this.#set(id, Flag.Write);
    value = Math.max(value, implied);
    return dialect.limitsImply === 'to the dependencies'
      ? Math.min(value, this.#dependencies[id] ?? NO)
      : value;
  }

  #unclamped(symbol: Option): string {
    const { id } = symbol;
    if (this.#usesUser(symbol, this.#visible[id] ?? NO)) return this.#userText[id] ?? '';
    const property = this.#first(symbol.defaults);
    if (property === undefined || property.value.kind !== 'symbol') return '';
    this.#set(id, Flag.Write);
    this.#calculate(property.value.symbol);
    return this.value(property.value.symbol);
  }

  /** Visibility, and what others ask for. */
  #lookAround(symbol: Option): void {
    const { id, choice, type } = symbol;
    let visible: number = NO;
    for (const { condition } of symbol.prompts) {
      let tri: number = this.truth(condition);
      // A tristate member that could only be `m` is not there where the choice is `y`.
      if (choice !== undefined && type === 'tristate' && tri === MODULE && this.#tri[choice.id] === YES)
        tri = NO;
      visible = Math.max(visible, tri);
    }
    if (visible === MODULE && (type !== 'tristate' || this.#modules === NO)) visible = YES;
    this.#visible[id] = visible;
    if (choice !== undefined) return;
    const dependencies = this.#whole(symbol, this.truth(symbol.dependsOn));
    this.#dependencies[id] = dependencies;
    let selected: number = NO;
    for (const { by, property } of symbol.selectedBy) {
      if (selected === YES) break;
      selected = Math.max(selected, this.#from(by, property));
    }
    for (const condition of symbol.forcedBy) {
      selected = Math.max(selected, Math.min(MODULE, this.truth(condition)));
    }
    this.#selected[id] = this.#whole(symbol, selected);
    let implied: number = NO;
    if (this.model.dialect.limitsImply !== 'to any dependency' || dependencies !== NO) {
      for (const { by, property } of symbol.impliedBy) {
        if (implied === YES) break;
        implied = Math.max(implied, this.#from(by, property));
      }
    }
    this.#implied[id] = this.#whole(symbol, implied);
  }

  /** How much of a select or an imply counts now. */
  #from(by: Option, { condition }: Property<Option>): number {
    this.#calculate(by);
    const tri = this.#tri[by.id] ?? NO;
    return tri === NO ? NO : Math.min(tri, this.truth(condition));
  }

  #origins(list: Option['selectedBy']): { option: Option; place: Place }[] {
    return list
      .filter(({ by, property }) => this.#from(by, property) !== NO)
      .map(({ by, property }) => ({ option: by, place: property.place }));
  }

  #choose(choice: Option): number {
    let all = true;
    for (const member of choice.members) {
      this.#lookAround(member);
      if (this.#visible[member.id] !== NO && !this.#has(member.id, Flag.User)) all = false;
    }
    if (!all) this.#clear(choice.id, Flag.User);
    const user = this.#userChosen[choice.id] ?? -1;
    if (user >= 0 && this.#visible[user] !== NO) return user;
    const member = this.defaultMember(choice);
    // Nothing to choose from: the choice itself is off.
    if (member === undefined) this.#tri[choice.id] = NO;
    return member?.id ?? -1;
  }

  /** Members that nobody has set are off, and the choice is worked out again. */
  #settle(choice: Option): void {
    for (const { id } of choice.members) if (!this.#has(id, Flag.User)) this.#userTri[id] = NO;
    this.#set(choice.id, Flag.User);
    this.#clear(choice.id, Flag.Valid | Flag.SettleChoice);
  }

  #whole(symbol: Option, value: number): number {
    return value === MODULE && this.#isBool(symbol) ? YES : value;
  }

  #isBool({ id, type, choice }: Option): boolean {
    if (type !== 'tristate') return type === 'bool';
    return this.#modules === NO || (choice !== undefined && this.#visible[id] === YES);
  }

  #first<T>(properties: readonly Property<T>[]): Property<T> | undefined {
    for (const property of properties) if (this.truth(property.condition) !== NO) return property;
    return undefined;
  }

  /** The end of the range that a number is beyond. */
  #clamp(symbol: Option, text: string): string | undefined {
    const range = this.#bounds(symbol);
    if (range === undefined) return undefined;
    const { low, high, base } = range;
    const value = numberOf(text, base);
    if (value < numberOf(low.text, low.base)) return low.text;
    return value > numberOf(high.text, high.base) ? high.text : undefined;
  }

  #bounds(symbol: Option) {
    if (symbol.type !== 'int' && symbol.type !== 'hex') return undefined;
    const property = this.#first(symbol.ranges);
    if (property === undefined) return undefined;
    const base: Base = symbol.type === 'hex' ? 16 : 10;
    const end = (bound: Option) => {
      this.#calculate(bound);
      const own: Base = bound.type === 'int' ? 10 : bound.type === 'hex' ? 16 : base;
      return { text: this.#text[bound.id] ?? '', base: own };
    };
    return { low: end(property.value.low), high: end(property.value.high), base };
  }

  /** Says so where it is not. */
  #inRange(symbol: Option, value: string): boolean {
    if (!isValue(symbol.type, value)) return false;
    const range = this.#bounds(symbol);
    if (range === undefined || inRange(value, range)) return true;
    const { low, high } = range;
    this.#warnings.push({ kind: 'out-of-range', option: symbol, value, low: low.text, high: high.text });
    return false;
  }

  #unmet(): ValueWarning[] {
    const partly = this.model.dialect.warnsOfPartlyMet;
    return this.model.symbols.flatMap((option) => {
      const { id } = option;
      if (option.choice !== undefined || option.kind !== 'option') return [];
      const [met, asked] = [this.#dependencies[id] ?? NO, this.#selected[id] ?? NO];
      if (partly ? met >= asked : met !== NO || asked === NO) return [];
      return [{ kind: 'unmet-dependencies', option, selectedBy: this.#origins(option.selectedBy) } as const];
    });
  }

  #evaluate(expression: Expression): Tristate {
    switch (expression.kind) {
      case 'symbol':
        this.#calculate(expression.symbol);
        return (this.#tri[expression.symbol.id] ?? NO) as Tristate;
      case 'not':
        return (YES - this.#evaluate(expression.operand)) as Tristate;
      case 'and': {
        let value: Tristate = YES;
        for (const operand of expression.operands) {
          const next = this.#evaluate(operand);
          if (next < value) value = next;
          if (value === NO) break;
        }
        return value;
      }
      case 'or': {
        let value: Tristate = NO;
        for (const operand of expression.operands) {
          const next = this.#evaluate(operand);
          if (next > value) value = next;
          if (value === YES) break;
        }
        return value;
      }
      case 'compare': {
        const { left, right, operator } = expression;
        this.#calculate(left);
        this.#calculate(right);
        const order = compareTexts(
          this.value(left),
          left.type,
          this.value(right),
          right.type,
          this.model.dialect.ranksLogic,
        );
        return COMPARE[operator](order) ? YES : NO;
      }
    }
  }

  #has(id: number, flag: Flag): boolean {
    return ((this.#flags[id] ?? 0) & flag) !== 0;
  }

  #set(id: number, flag: number): void {
    this.#flags[id] = (this.#flags[id] ?? 0) | flag;
  }

  #clear(id: number, flag: number): void {
    this.#flags[id] = (this.#flags[id] ?? 0) & ~flag;
  }
}

const COMPARE: Readonly<Record<string, (order: number) => boolean>> & {
  readonly [key in '=' | '!=' | '<' | '<=' | '>' | '>=']: (order: number) => boolean;
} = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function isLogic({ type }: Option): boolean {
  return type === 'bool' || type === 'tristate';
}

function isWritable({ kind, type, transitional, fromEnvironment }: Option): boolean {
  return kind === 'option' && type !== undefined && !transitional && !fromEnvironment;
}
