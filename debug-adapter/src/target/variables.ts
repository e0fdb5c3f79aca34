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
  printWhole,
  runConsoleCommand,
  type StaticVariable,
  type ThreadContext,
  updateVariables,
  type VariableObject,
} from '../gdb';
import { assignText, refuseForeignRegisters } from './assignment';
import { arrayLength, asOperand, childExpression, derived, isPointerType } from './child-expression';
import {
  type Container,
  hidden,
  type ObjectContainer,
  PAGE_LIMIT,
  pageOf,
  reasonOf,
  sliced,
} from './container';
import { assignBits, registerBits, registerVariables } from './register-values';
import { preservedRegisters, type RegisterGroup, registerGroups } from './registers';
import {
  cut,
  hasEffect,
  isArray,
  isCompound,
  isInteger,
  isNull,
  isPointer,
  isShortened,
  isText,
  pointedTo,
} from './rendering';
import type { Target } from './target';
import { addressIn, addressOf, isHexadecimalNumber } from './value-address';
import type { Notation, Page, Variable } from './variable';

export type { Notation, Variable } from './variable';

export interface Scope {
  readonly name: 'Arguments' | 'Locals' | 'Globals' | 'Registers';
  readonly reference: number;
}

type NamedValue = Pick<GdbLocal, 'name' | 'type' | 'value'>;

/** Arrays up to this many elements are listed from one variable object. */
const WHOLE_LIMIT = 200;

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
    if (page.only === 'indexed' && container.kind !== 'expression' && container.kind !== 'object') return [];
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

  /** The value of an expression, its text as long as it is where it is wanted `whole`. Rejects with GDB's reason. */
  async evaluate(
    expression: string,
    at: FrameContext,
    notation: Notation = 'decimal',
    whole = false,
  ): Promise<Variable> {
    if (!hasEffect(expression)) {
      const object = await this.#create(expression, at);
      const refuse = (error: unknown) => Promise.reject(error);
      const variable = await this.#variable(object, expression, at, notation, refuse);
      if (!whole || !isShortened(variable.value)) return variable;
      return { ...variable, value: await printWhole(this.target.gdb, expression, at, notation) };
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
    await assignText(this.target.gdb, expression, value, at);
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
    this.target.horizon?.changed();
    this.target.awareness?.forget();
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
    const list = await this.#listed(at);
    const shown = list.map((local, index) => {
      const isHidden = list.findIndex(({ name }) => name === local.name) < index;
      if (local.isArgument !== wantArguments) return undefined;
      return isHidden ? hidden(local) : this.#named(local, at, notation);
    });
    return (await Promise.all(shown)).filter((variable) => variable !== undefined);
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
      own.map(async ({ name, type }) => {
        const value = await this.#printed(name, at);
        return this.#named({ name, type, value }, at, notation);
      }),
    );
  }

  async #childrenOf(parent: ObjectContainer, page: Page, notation: Notation): Promise<Variable[]> {
    const { start, count } = page;
    const end = start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT);
    const length = arrayLength(parent.object);
    if (page.only !== undefined && (page.only === 'indexed') !== length > 0) return [];
    if (length > WHOLE_LIMIT && parent.expression !== undefined && end - start < length) {
      return this.#sliceOf(parent, parent.expression, start, Math.min(end, length), notation);
    }
    const children = await listChildren(this.target.gdb, parent.object.handle, start, end);
    const variables = children.map(async (child): Promise<Variable[]> => {
      // `public`, `private`: GDB's way to group the members of a class; its users look for the members.
      if (child.type === undefined && child.value === '') {
        return this.#childrenOf({ ...derived(parent), object: child }, { start: 0 }, notation);
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
    const part = `[0x${start.toString(16)}]@0x${(end - start).toString(16)}`;
    const object = await this.#create(`(${array})${part}`, at);
    const elements = await listChildren(this.target.gdb, object.handle, 0, end - start);
    return Promise.all(
      elements.map(async (element, index) => {
        const expression = `${asOperand(array)}[${start + index}]`;
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

  /** A value as GDB prints it, or its reason why it cannot. */
  #printed(expression: string, at: FrameContext): Promise<string> {
    return evaluate(this.target.gdb, expression, at).catch((error: unknown) => `<${reasonOf(error)}>`);
  }

  /** One of several, which one that cannot be read must not keep from being shown. */
  async #listedValue(name: string, at: FrameContext, notation: Notation): Promise<Variable> {
    try {
      return await this.#variable(await this.#create(name, at), name, at, notation);
    } catch (error) {
      return { name, value: `<${reasonOf(error)}>`, expression: name, reference: 0 };
    }
  }

  /** A variable that GDB rendered: whether it has children shows in the rendering, and in the type. */
  async #named(local: NamedValue, at: FrameContext, notation: Notation): Promise<Variable> {
    const { name, type } = local;
    // An array's length, which the client pages by, is known to its variable object alone.
    if (type.endsWith(']')) return this.#listedValue(name, at, notation);
    const value = local.value ?? (await this.#printed(name, at));
    const compound = value.startsWith('{');
    // Of a C++ reference (`@0x…: {…}`) it is the one that shows members.
    const handled = isArray(value) || value.startsWith('@');
    if (handled || (notation === 'hexadecimal' && (compound || isInteger(value)))) {
      return this.#listedValue(name, at, notation);
    }
    const isNumber = await isHexadecimalNumber(this.target.gdb, { value, type }, name, at);
    const expandable = compound || (isPointer(value) && !isNull(value) && !isNumber);
    const reference = expandable ? this.#add({ kind: 'expression', expression: name, at }) : 0;
    const pointed = isNumber ? undefined : pointedTo(value);
    const address = compound ? await addressOf(this.target.gdb, name, at) : pointed;
    return {
      ...{ name, value: cut(value), type, expression: name, reference },
      ...(address === undefined ? {} : { address }),
    };
  }

  async #variable(
    object: VariableObject,
    expression: string | undefined,
    at: FrameContext,
    notation: Notation,
    unreadable = (error: unknown) => Promise.resolve(`<${reasonOf(error)}>`),
  ): Promise<Variable> {
    const compound = object.childCount > 0 && isCompound(object.value);
    const printed = compound || object.value === '' ? expression : undefined;
    const [value, address] = await Promise.all([
      this.#rendering(object, printed, at, notation).catch(unreadable),
      addressIn(this.target.gdb, object, expression, at),
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
   * A variable object's value. It says no more than `{...}` of a structure or an array, and nothing of what cannot be
   * read; `printed`, the expression for one, says what is in it, and why not. Rejects with GDB's reason.
   */
  async #rendering(
    object: VariableObject,
    printed: string | undefined,
    at: FrameContext,
    notation: Notation,
  ): Promise<string> {
    const { gdb } = this.target;
    const { handle, value } = object;
    if (printed !== undefined) {
      const inHex = `output/x ${printed}`;
      const whole = notation === 'decimal' ? evaluate(gdb, printed, at) : runConsoleCommand(gdb, inHex, at);
      // What is longer than GDB likes to fetch is looked at in pieces.
      return whole.catch((error: unknown) =>
        reasonOf(error).includes('max-value-size') ? value : Promise.reject(error),
      );
    }
    // A variable object keeps its notation.
    if (notation === 'hexadecimal' && isInteger(value)) {
      this.#inHex.add(handle);
      return formatVariable(gdb, handle, 'hexadecimal');
    }
    if (notation === 'decimal' && this.#inHex.delete(handle)) return formatVariable(gdb, handle, 'natural');
    return value;
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
