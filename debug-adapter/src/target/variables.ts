/** Scopes and structured values of a stopped guest, by references that are valid until it runs again. */
import { staleReference } from '../errors';
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
  updateVariables,
  type VariableObject,
} from '../gdb';
import { bitFields, fieldValue, setBits, withField } from './register-bits';
import { type Register, type RegisterGroup, readRegisters, registerGroups } from './registers';
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

/** A value with its name, ready to be shown. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** GDB's expression for it, where there is one. */
  readonly expression?: string;
  /** 0 for a value without children. */
  readonly reference: number;
  /** The number of elements, for arrays. */
  readonly elements?: number;
  /** Where it lies, or, of a pointer, where that points; `0x…`. */
  readonly address?: string;
  /** A part that cannot be assigned to. */
  readonly readOnly?: boolean;
}

/** How numbers are shown. */
export type Notation = 'decimal' | 'hexadecimal';

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

  constructor(private readonly target: Target) {}

  /** The scopes of a frame, those that cost little first. */
  scopes(frame: GdbFrame, thread: number): Scope[] {
    const at = { thread, level: frame.level };
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
        this.#groups ??= registerGroups(this.target);
        return (await this.#groups).map((group) => ({
          name: group.name,
          value: '',
          reference: this.#add({ kind: 'registerGroup', group, at }),
        }));
      case 'registerGroup':
        return this.#registersOf(container.group, at);
      case 'bits':
        return this.#bitsOf(container.register, at);
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
    if (container.kind === 'bits') return this.#assignBits(container.register, name, value, container.at);
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
    this.#locals.clear();
    await updateVariables(this.target.gdb);
  }

  /** Forgets every reference: the guest runs. GDB's handles are given back at the next stop. */
  async clear(): Promise<void> {
    this.#containers.clear();
    this.#locals.clear();
    const handles = [...this.#handles];
    this.#handles.clear();
    this.#inHex.clear();
    for (const handle of handles) await deleteVariable(this.target.gdb, handle).catch(() => undefined);
  }

  #container(reference: number): Container {
    const container = this.#containers.get(reference);
    if (container === undefined) throw staleReference();
    return container;
  }

  async #registersOf(group: RegisterGroup, at: FrameContext): Promise<Variable[]> {
    const values = await readRegisters(this.target, group, at);
    return values.map(({ name, value }) => {
      const register = group.registers.find((candidate) => candidate.name === name);
      const expression = `$${name}`;
      if (value.startsWith('{')) {
        // A vector register's lanes are the members of GDB's union for it.
        const reference = this.#add({ kind: 'expression', expression, at });
        return { name, value: cut(value), expression, reference };
      }
      if (register === undefined || bitFields(name).length === 0) {
        return { name, value, expression, reference: 0 };
      }
      const bits = setBits(name, BigInt(value));
      const reference = this.#add({ kind: 'bits', register, at });
      return { name, value, type: `[ ${bits} ]`, expression, reference };
    });
  }

  async #bitsOf(register: Register, at: FrameContext): Promise<Variable[]> {
    const value = await this.#registerValue(register, at);
    return bitFields(register.name).map((field) => ({
      name: field.name,
      value: fieldValue(value, field),
      type: field.meaning,
      reference: 0,
    }));
  }

  async #assignBits(register: Register, name: string, value: string, at: FrameContext): Promise<Variable> {
    const field = bitFields(register.name).find((candidate) => candidate.name === name);
    if (field === undefined) throw new Error(`'${register.name}' has no '${name}'.`);
    const wanted = BigInt(await evaluate(this.target.gdb, `(unsigned long) (${value})`, at));
    const whole = withField(await this.#registerValue(register, at), field, wanted);
    if (whole === undefined) throw new Error(`'${name}' has ${field.width} bits, too few for '${value}'.`);
    await evaluate(this.target.gdb, `$${register.name} = 0x${whole.toString(16)}`, at);
    await this.refresh();
    const now = fieldValue(await this.#registerValue(register, at), field);
    return { name, value: now, reference: 0 };
  }

  async #registerValue(register: Register, at: FrameContext): Promise<bigint> {
    const group = { name: register.name, registers: [register] };
    return BigInt((await readRegisters(this.target, group, at))[0]?.value ?? 0);
  }

  async #localsOf(at: FrameContext, wantArguments: boolean, notation: Notation): Promise<Variable[]> {
    // Both scopes of a frame read one list; only its innermost variable of a name can be spelt.
    const key = `${at.thread}.${at.level}`;
    const list = this.#locals.get(key) ?? listLocals(this.target.gdb, at);
    this.#locals.set(key, list);
    const seen = new Set<string>();
    const variables: Variable[] = [];
    for (const local of await list) {
      if (seen.has(local.name)) continue;
      seen.add(local.name);
      if (local.isArgument !== wantArguments) continue;
      variables.push(await this.#named(local.name, local.value, at, notation));
    }
    return variables;
  }

  async #globalsOf(at: FrameContext, file: string, notation: Notation): Promise<Variable[]> {
    this.#statics ??= listStaticVariables(this.target.gdb);
    const variables: Variable[] = [];
    for (const { name } of (await this.#statics).filter((variable) => variable.file === file)) {
      const value = await evaluate(this.target.gdb, name, at).catch((error: Error) => `<${error.message}>`);
      variables.push(await this.#named(name, value, at, notation));
    }
    return variables;
  }

  async #childrenOf(
    parent: ObjectContainer,
    { start, count }: Page,
    notation: Notation,
  ): Promise<Variable[]> {
    const end = start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT);
    const children = await listChildren(this.target.gdb, parent.object.handle, start, end);
    const variables: Variable[] = [];
    for (const child of children) {
      // `public`, `private`: GDB's way to group the members of a class; its users look for the members.
      if (child.type === undefined && child.value === '') {
        variables.push(...(await this.#childrenOf({ ...parent, object: child }, { start: 0 }, notation)));
        continue;
      }
      if (child.expression.startsWith('<anonymous')) {
        variables.push(await this.#anonymous(parent, child));
        continue;
      }
      variables.push(await this.#variable(child, childExpression(parent, child), parent.at, notation));
    }
    return variables;
  }

  /** The members of an anonymous structure or union are spelt as members of what it stands in. */
  async #anonymous(parent: ObjectContainer, object: VariableObject): Promise<Variable> {
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
    const elements = /^\[(\d+)\]$/.exec(object.value)?.[1];
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
      ...(elements === undefined ? {} : { elements: Number(elements) }),
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

/** How a child is spelt in the program's language; undefined where it has no name. */
function childExpression(parent: ObjectContainer, child: VariableObject): string | undefined {
  if (parent.expression === undefined || child.expression.startsWith('<')) return undefined;
  const ofPointer = isPointerType(parent.object);
  if (/^-?\d+$/.test(child.expression)) return `(${parent.expression})[${child.expression}]`;
  if (child.expression.startsWith('*')) return `*(${parent.expression})`;
  // A base class is a child with its own name for a type.
  if (child.expression === child.type) {
    // GDB reads a name with blanks and parentheses of its own in quotes.
    const type = child.type.includes('(anonymous') ? `'${child.type}'` : child.type;
    return `*(${type} *) ${ofPointer ? '' : '&'}(${parent.expression})`;
  }
  return `(${parent.expression})${ofPointer ? '->' : '.'}${child.expression}`;
}

function isPointerType({ type }: VariableObject): boolean {
  return /\*( const)?$/.test(type ?? '');
}

function sliced(variables: readonly Variable[], { start, count }: Page): Variable[] {
  return variables.slice(start, start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT));
}

/** The page that holds a child: an element's own, else the first. */
function pageOf(name: string): Page {
  return /^\d+$/.test(name) ? { start: Number(name), count: 1 } : { start: 0 };
}
