/** Scopes and structured values of a stopped guest, by references that are valid until it runs again. */
import { registersNotThere, staleReference } from '../errors';
import {
  createVariable,
  deleteVariable,
  evaluate,
  type FrameContext,
  formatVariable,
  type GdbFrame,
  type GdbLocal,
  listChildren,
  listLocals,
  listStaticVariables,
  runConsoleCommand,
  type StaticVariable,
  type ThreadContext,
  updateVariables,
  type VariableObject,
} from '../gdb';
import { arrayLength, childExpression, isPointerType } from './child-expression';
import { assignBits, registerBits, registerVariables } from './register-values';
import { preservedRegisters, type Register, type RegisterGroup, registerGroups } from './registers';
import {
  cut,
  hasEffect,
  isArray,
  isCompound,
  isInteger,
  isNull,
  isPointer,
  isText,
  pointedTo,
} from './rendering';
import type { Target } from './target';
import type { Notation, Variable } from './variable';

export type { Notation, Variable } from './variable';

export interface Scope {
  readonly name: 'Arguments' | 'Locals' | 'Globals' | 'Registers';
  readonly reference: number;
}

export interface Page {
  readonly start: number;
  /** 0 or absent: all there are, up to {@link PAGE_LIMIT}. */
  readonly count?: number;
}

type Container = { readonly at: FrameContext } & (
  | { readonly kind: 'locals'; readonly arguments: boolean }
  | { readonly kind: 'globals'; readonly file: string }
  | { readonly kind: 'registers' }
  | { readonly kind: 'registerGroup'; readonly group: RegisterGroup }
  | { readonly kind: 'bits'; readonly register: Register }
  /** A value by its expression; its GDB handle is made when someone looks inside. */
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'object'; readonly object: VariableObject; readonly expression?: string }
);

type ObjectContainer = Extract<Container, { kind: 'object' }>;

/** Arrays up to this many elements are listed from one variable object. */
const WHOLE_LIMIT = 200;
/** Children handed out at once when the client asks for no page. */
const PAGE_LIMIT = 1_000;

export class Variables {
  readonly #containers = new Map<number, Container>();
  readonly #handles = new Set<string>();
  /** Handles of variable objects that show hexadecimal numbers. */
  readonly #inHex = new Set<string>();
  #locals = new Map<string, Promise<GdbLocal[]>>();
  #statics: Promise<readonly StaticVariable[]> | undefined;
  #groups: Promise<RegisterGroup[]> | undefined;
  #nextReference = 1;
  #changes = 0;

  constructor(private readonly target: Target) {}

  /** How often something of the guest may have become something else. */
  get changes(): number {
    return this.#changes;
  }

  /** Has a frame's variables ready before a client asks for them. */
  prepare(at: FrameContext): void {
    this.#listed(at).catch(() => undefined);
  }

  /** The scopes of a frame, those that cost little first. */
  scopes(frame: GdbFrame, on: ThreadContext): Scope[] {
    const at = { ...on, level: frame.level };
    const scopes: Scope[] = [];
    if (frame.function !== undefined) {
      // Editors open the first scope by themselves.
      scopes.push({ name: 'Locals', reference: this.#add({ kind: 'locals', arguments: false, at }) });
      scopes.push({ name: 'Arguments', reference: this.#add({ kind: 'locals', arguments: true, at }) });
    }
    if (frame.file !== undefined) {
      scopes.push({ name: 'Globals', reference: this.#add({ kind: 'globals', file: frame.file, at }) });
    }
    scopes.push({ name: 'Registers', reference: this.#add({ kind: 'registers', at }) });
    return scopes;
  }

  /** The children of a scope or a value. Rejects when the guest ran since the reference was given. */
  async children(reference: number, page: Page, notation: Notation = 'decimal'): Promise<Variable[]> {
    const container = this.#container(reference);
    const { at } = container;
    switch (container.kind) {
      case 'locals':
        return sliced(await this.#localsOf(at, container.arguments, notation), page);
      case 'globals':
        return sliced(await this.#globalsOf(at, container.file, notation), page);
      case 'registers':
        if (at.saved !== undefined) return this.#registersOf(await preservedRegisters(this.target), at);
        this.#groups ??= registerGroups(this.target);
        return (await this.#groups).map((group) => ({
          name: group.name,
          value: '',
          reference: this.#add({ kind: 'registerGroup', group, at }),
        }));
      case 'registerGroup':
        return this.#registersOf(container.group, at);
      case 'bits':
        return registerBits(this.target, container.register, at);
      case 'expression': {
        const object = await this.#create(container.expression, at);
        const expanded = { ...container, kind: 'object' as const, object };
        this.#containers.set(reference, expanded);
        return this.#childrenOf(expanded, page, notation);
      }
      case 'object':
        return this.#childrenOf(container, page, notation);
    }
  }

  /** The value of an expression. Rejects with GDB's reason. */
  async evaluate(expression: string, at: FrameContext, notation: Notation = 'decimal'): Promise<Variable> {
    if (!hasEffect(expression)) {
      return this.#variable(await this.#create(expression, at), expression, at, notation);
    }
    refuseForeignRegisters(expression, at);
    const value = await evaluate(this.target.gdb, expression, at);
    await this.refresh();
    return { name: expression, value: cut(value), reference: 0 };
  }

  /** Assigns to a place that an expression names; gives the value it has now. */
  async assignTo(
    expression: string,
    value: string,
    at: FrameContext,
    notation: Notation = 'decimal',
  ): Promise<Variable> {
    refuseForeignRegisters(expression, at);
    await evaluate(this.target.gdb, `${expression} = ${value}`, at);
    await this.refresh();
    return this.evaluate(expression, at, notation);
  }

  /** Assigns to a child of `reference`; gives the value it has now. */
  async assign(
    reference: number,
    name: string,
    value: string,
    notation: Notation = 'decimal',
  ): Promise<Variable> {
    const container = this.#container(reference);
    if (container.kind === 'bits') {
      refuseForeignRegisters(`$${name}`, container.at);
      const now = await assignBits(this.target, container.register, name, value, container.at);
      await this.refresh();
      return now;
    }
    const expression = (await this.child(reference, name)).variable.expression;
    if (expression === undefined) throw new Error(`'${name}' is not a place that a value can be stored in.`);
    return this.assignTo(expression, value, container.at, notation);
  }

  /** The frame in which a value's expression means it. */
  frameOf(reference: number): FrameContext {
    return this.#container(reference).at;
  }

  /** A child by its name, and the frame that its expression is meant for. */
  async child(
    reference: number,
    name: string,
  ): Promise<{ readonly variable: Variable; readonly at: FrameContext }> {
    const { at } = this.#container(reference);
    const variable = (await this.children(reference, pageOf(name))).find((child) => child.name === name);
    if (variable === undefined) throw new Error(`There is no '${name}' here.`);
    return { variable, at };
  }

  /** Values may have changed under the references, which stay. */
  async refresh(): Promise<void> {
    this.#changes++;
    this.#locals.clear();
    for (const [reference, container] of this.#containers) {
      // GDB cannot look at the frame again: the value is made anew by its expression.
      if (container.kind !== 'object' || container.at.saved === undefined) continue;
      const { expression, at } = container;
      if (expression !== undefined) this.#containers.set(reference, { kind: 'expression', expression, at });
    }
    await updateVariables(this.target.gdb);
  }

  /** Forgets every reference: the guest runs, or something else was done to it. */
  clear(): void {
    this.#changes++;
    this.#containers.clear();
    this.#locals.clear();
    const handles = [...this.#handles];
    this.#handles.clear();
    this.#inHex.clear();
    // After what is being done now: a step does not wait for GDB to clean up.
    process.nextTick(() => {
      for (const handle of handles) deleteVariable(this.target.gdb, handle).catch(() => undefined);
    });
  }

  #container(reference: number): Container {
    const container = this.#containers.get(reference);
    if (container === undefined) throw staleReference();
    return container;
  }

  async #registersOf(group: RegisterGroup, at: FrameContext): Promise<Variable[]> {
    return (await registerVariables(this.target, group, at)).map(({ register, inside, ...variable }) => {
      if (inside === 'lanes') {
        const expression = `$${register.name}`;
        return { ...variable, reference: this.#add({ kind: 'expression', expression, at }) };
      }
      return { ...variable, reference: inside === 'bits' ? this.#add({ kind: 'bits', register, at }) : 0 };
    });
  }

  async #localsOf(at: FrameContext, wantArguments: boolean, notation: Notation): Promise<Variable[]> {
    // Only the innermost variable of a name can be spelt.
    const list = this.#listed(at);
    const innermost = new Map<string, GdbLocal>();
    for (const local of await list) if (!innermost.has(local.name)) innermost.set(local.name, local);
    const wanted = [...innermost.values()].filter(({ isArgument }) => isArgument === wantArguments);
    return Promise.all(wanted.map(({ name, value }) => this.#named(name, value, at, notation)));
  }

  /** Both scopes of a frame read one list. */
  #listed(at: FrameContext): Promise<GdbLocal[]> {
    const key = `${at.thread}.${at.level}.${at.saved?.join()}`;
    const list = this.#locals.get(key) ?? listLocals(this.target.gdb, at);
    this.#locals.set(key, list);
    return list;
  }

  async #globalsOf(at: FrameContext, file: string, notation: Notation): Promise<Variable[]> {
    this.#statics ??= listStaticVariables(this.target.gdb);
    const own = (await this.#statics).filter((variable) => variable.file === file);
    return Promise.all(
      own.map(async ({ name }) => {
        const value = await evaluate(this.target.gdb, name, at).catch((error: Error) => `<${error.message}>`);
        return this.#named(name, value, at, notation);
      }),
    );
  }

  async #childrenOf(
    parent: ObjectContainer,
    { start, count }: Page,
    notation: Notation,
  ): Promise<Variable[]> {
    const end = start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT);
    const length = arrayLength(parent.object);
    if (length > WHOLE_LIMIT && parent.expression !== undefined && end - start < length) {
      return this.#sliceOf(parent, parent.expression, start, Math.min(end, length), notation);
    }
    const children = await listChildren(this.target.gdb, parent.object.handle, start, end);
    const variables = children.map(async (child): Promise<Variable[]> => {
      // `public`, `private`: GDB's way to group the members of a class; its users look for the members.
      if (child.type === undefined && child.value === '') {
        return this.#childrenOf({ ...parent, object: child }, { start: 0 }, notation);
      }
      if (child.expression.startsWith('<anonymous')) return [this.#anonymous(parent, child)];
      return [await this.#variable(child, childExpression(parent, child), parent.at, notation)];
    });
    return (await Promise.all(variables)).flat();
  }

  /** GDB makes objects for all elements of an array when one is looked at: a part of it is an array too. */
  async #sliceOf(
    { at }: ObjectContainer,
    array: string,
    start: number,
    end: number,
    notation: Notation,
  ): Promise<Variable[]> {
    if (end <= start) return [];
    const object = await this.#create(`(${array})[${start}]@${end - start}`, at);
    const elements = await listChildren(this.target.gdb, object.handle, 0, end - start);
    return Promise.all(
      elements.map(async (element, index) => {
        const expression = `(${array})[${start + index}]`;
        const variable = await this.#variable(element, expression, at, notation);
        return { ...variable, name: `${start + index}` };
      }),
    );
  }

  /** The members of an anonymous structure or union are spelt as members of what it stands in. */
  #anonymous(parent: ObjectContainer, object: VariableObject): Variable {
    const outer = parent.expression;
    const expression = outer !== undefined && isPointerType(parent.object) ? `*(${outer})` : outer;
    const members = { kind: 'object' as const, object, at: parent.at };
    return {
      name: object.expression,
      value: '{...}',
      ...(object.type === undefined ? {} : { type: object.type }),
      reference: this.#add(expression === undefined ? members : { ...members, expression }),
      readOnly: true,
    };
  }

  /** A variable that GDB rendered whole: whether it has children shows in the rendering. */
  async #named(name: string, value: string, at: FrameContext, notation: Notation): Promise<Variable> {
    // An array's length, which the client pages by, is known to its variable object alone.
    const compound = value.startsWith('{');
    // Of a C++ reference (`@0x…: {…}`) it is the one that shows members.
    const handled = isArray(value) || value.startsWith('@');
    if (handled || (notation === 'hexadecimal' && (compound || isInteger(value)))) {
      return this.evaluate(name, at, notation);
    }
    const expandable = compound || (isPointer(value) && !isNull(value));
    const reference = expandable ? this.#add({ kind: 'expression', expression: name, at }) : 0;
    const address = compound ? await this.#addressOf(name, at) : pointedTo(value);
    return {
      ...{ name, value: cut(value), expression: name, reference },
      ...(address === undefined ? {} : { address }),
    };
  }

  async #variable(
    object: VariableObject,
    expression: string | undefined,
    at: FrameContext,
    notation: Notation,
  ): Promise<Variable> {
    const compound = object.childCount > 0 && isCompound(object.value);
    const [value, address] = await Promise.all([
      this.#rendering(object, compound ? expression : undefined, at, notation),
      compound && expression !== undefined ? this.#addressOf(expression, at) : pointedTo(object.value),
    ]);
    const expandable = object.childCount > 0 && !isNull(value) && !isText(value);
    const elements = arrayLength(object);
    const container = { kind: 'object' as const, object, at };
    const reference = expandable
      ? this.#add(expression === undefined ? container : { ...container, expression })
      : 0;
    return {
      name: object.expression,
      value: cut(value),
      ...(object.type === undefined ? {} : { type: object.type }),
      ...(expression === undefined ? {} : { expression }),
      reference,
      ...(elements === 0 ? {} : { elements }),
      ...(address === undefined ? {} : { address }),
    };
  }

  /**
   * A variable object's value. It says no more than `{...}` of a structure or an array; `compound`, the
   * expression for one, says what is in it.
   */
  async #rendering(
    object: VariableObject,
    compound: string | undefined,
    at: FrameContext,
    notation: Notation,
  ): Promise<string> {
    const { gdb } = this.target;
    const { handle, value } = object;
    if (compound !== undefined) {
      const inHex = `output/x ${compound}`;
      const printed =
        notation === 'decimal' ? evaluate(gdb, compound, at) : runConsoleCommand(gdb, inHex, at);
      return printed.catch(() => value);
    }
    // A variable object keeps its notation.
    if (notation === 'hexadecimal' && isInteger(value)) {
      this.#inHex.add(handle);
      return formatVariable(gdb, handle, 'hexadecimal');
    }
    if (notation === 'decimal' && this.#inHex.delete(handle)) return formatVariable(gdb, handle, 'natural');
    return value;
  }

  /** Where a value lies; undefined for one in a register. */
  async #addressOf(expression: string, at: FrameContext): Promise<string | undefined> {
    const printed = await evaluate(this.target.gdb, `(unsigned long) &(${expression})`, at).catch(() => '');
    return /^\d+$/.test(printed) ? `0x${BigInt(printed).toString(16)}` : undefined;
  }

  async #create(expression: string, at: FrameContext): Promise<VariableObject> {
    const object = await createVariable(this.target.gdb, expression, at);
    this.#handles.add(object.handle);
    return object;
  }

  #add(container: Container): number {
    const reference = this.#nextReference++;
    this.#containers.set(reference, container);
    return reference;
  }
}

function sliced(variables: readonly Variable[], { start, count }: Page): Variable[] {
  return variables.slice(start, start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT));
}

/** The page that holds a child: an element's own, else the first. */
function pageOf(name: string): Page {
  return /^\d+$/.test(name) ? { start: Number(name), count: 1 } : { start: 0 };
}

/** A thread that does not run has its registers in memory; GDB would write to the vCPU's. */
function refuseForeignRegisters(expression: string, at: FrameContext): void {
  if (at.saved !== undefined && /\$[a-z]/i.test(expression)) throw registersNotThere();
}
