/** Scopes and structured values of a stopped guest, by references that are valid until it runs again. */
import { staleReference } from '../errors';
import {
  createVariable,
  deleteVariable,
  evaluate,
  type FrameContext,
  type GdbFrame,
  type GdbLocal,
  listChildren,
  listLocals,
  listStaticVariables,
  type StaticVariable,
  type VariableObject,
} from '../gdb';
import { type RegisterGroup, readRegisters, registerGroups } from './registers';
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
}

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
  /** A value by its expression; its GDB handle is made when someone looks inside. */
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'object'; readonly object: VariableObject; readonly expression?: string }
);

/** Children handed out at once when the client asks for no page. */
const PAGE_LIMIT = 1_000;
/** Renderings longer than this are cut, in characters. */
const SUMMARY_LIMIT = 240;

export class Variables {
  readonly #containers = new Map<number, Container>();
  readonly #handles = new Set<string>();
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
  async children(reference: number, page: Page): Promise<Variable[]> {
    const container = this.#containers.get(reference);
    if (container === undefined) throw staleReference();
    switch (container.kind) {
      case 'locals':
        return sliced(await this.#localsOf(container.at, container.arguments), page);
      case 'globals':
        return sliced(await this.#globalsOf(container.at, container.file), page);
      case 'registers':
        this.#groups ??= registerGroups(this.target);
        return (await this.#groups).map((group) => ({
          name: group.name,
          value: '',
          reference: this.#add({ kind: 'registerGroup', group, at: container.at }),
        }));
      case 'registerGroup':
        return (await readRegisters(this.target, container.group, container.at)).map(({ name, value }) => ({
          name,
          value,
          expression: `$${name}`,
          reference: 0,
        }));
      case 'expression': {
        const object = await this.#create(container.expression, container.at);
        const expanded = { ...container, kind: 'object' as const, object };
        this.#containers.set(reference, expanded);
        return this.#childrenOf(expanded, page);
      }
      case 'object':
        return this.#childrenOf(container, page);
    }
  }

  /** The value of an expression. Rejects with GDB's reason. */
  async evaluate(expression: string, at: FrameContext): Promise<Variable> {
    const object = await this.#create(expression, at);
    return this.#variable(object, expression, at);
  }

  /** Assigns to a child of `reference`; gives the value it has now. */
  async assign(reference: number, name: string, value: string): Promise<Variable> {
    const container = this.#containers.get(reference);
    if (container === undefined) throw staleReference();
    const child = (await this.children(reference, pageOf(name))).find((variable) => variable.name === name);
    const expression = child?.expression;
    if (expression === undefined) throw new Error(`'${name}' is not a place that a value can be stored in.`);
    await evaluate(this.target.gdb, `${expression} = ${value}`, container.at);
    this.#locals.clear();
    return this.evaluate(expression, container.at);
  }

  /** Forgets every reference: the guest runs. GDB's handles are given back at the next stop. */
  async clear(): Promise<void> {
    this.#containers.clear();
    this.#locals.clear();
    const handles = [...this.#handles];
    this.#handles.clear();
    for (const handle of handles) await deleteVariable(this.target.gdb, handle).catch(() => undefined);
  }

  async #localsOf(at: FrameContext, wantArguments: boolean): Promise<Variable[]> {
    // Both scopes of a frame read one list; only its innermost variable of a name can be spelt.
    const key = `${at.thread}.${at.level}`;
    const list = this.#locals.get(key) ?? listLocals(this.target.gdb, at);
    this.#locals.set(key, list);
    const seen = new Set<string>();
    const variables: Variable[] = [];
    for (const local of await list) {
      if (seen.has(local.name)) continue;
      seen.add(local.name);
      if (local.isArgument === wantArguments) variables.push(await this.#named(local.name, local.value, at));
    }
    return variables;
  }

  async #globalsOf(at: FrameContext, file: string): Promise<Variable[]> {
    this.#statics ??= listStaticVariables(this.target.gdb);
    const variables: Variable[] = [];
    for (const { name } of (await this.#statics).filter((variable) => variable.file === file)) {
      const value = await evaluate(this.target.gdb, name, at).catch((error: Error) => `<${error.message}>`);
      variables.push(await this.#named(name, value, at));
    }
    return variables;
  }

  async #childrenOf(
    parent: Extract<Container, { kind: 'object' }>,
    { start, count }: Page,
  ): Promise<Variable[]> {
    const end = start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT);
    const children = await listChildren(this.target.gdb, parent.object.handle, start, end);
    const variables: Variable[] = [];
    for (const child of children) {
      // `public`, `private`: GDB's way to group the members of a class; its users look for the members.
      if (child.type === undefined && child.value === '') {
        const members = { kind: 'object' as const, object: child, at: parent.at };
        variables.push(
          ...(await this.#childrenOf(
            parent.expression === undefined ? members : { ...members, expression: parent.expression },
            { start: 0 },
          )),
        );
        continue;
      }
      variables.push(await this.#variable(child, childExpression(parent, child), parent.at));
    }
    return variables;
  }

  /** A variable that GDB rendered whole: whether it has children shows in the rendering. */
  async #named(name: string, value: string, at: FrameContext): Promise<Variable> {
    // An array's length, which the client pages by, is known to its variable object alone.
    if (isArray(value)) return this.evaluate(name, at);
    const expandable = value.startsWith('{') || (isPointer(value) && !isNull(value));
    const reference = expandable ? this.#add({ kind: 'expression', expression: name, at }) : 0;
    return { name, value: cut(value), expression: name, reference };
  }

  async #variable(
    object: VariableObject,
    expression: string | undefined,
    at: FrameContext,
  ): Promise<Variable> {
    const compound = object.childCount > 0 && /^(\{\.\.\.\}|\[\d+\])$/.test(object.value);
    // A variable object says no more than `{...}` of a structure; its value as an expression says what is in it.
    const value =
      compound && expression !== undefined
        ? await evaluate(this.target.gdb, expression, at).catch(() => object.value)
        : object.value;
    const expandable = object.childCount > 0 && !isNull(value) && !isText(value);
    const elements = /^\[(\d+)\]$/.exec(object.value)?.[1];
    const container = {
      kind: 'object' as const,
      object,
      at,
      ...(expression === undefined ? {} : { expression }),
    };
    return {
      name: object.expression,
      value: cut(value),
      ...(object.type === undefined ? {} : { type: object.type }),
      ...(expression === undefined ? {} : { expression }),
      reference: expandable ? this.#add(container) : 0,
      ...(elements === undefined ? {} : { elements: Number(elements) }),
    };
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

/** How a child is spelt in the program's language; undefined where it has no name (anonymous unions). */
function childExpression(
  parent: Extract<Container, { kind: 'object' }>,
  child: VariableObject,
): string | undefined {
  if (parent.expression === undefined || child.expression.startsWith('<')) return undefined;
  if (/^-?\d+$/.test(child.expression)) return `(${parent.expression})[${child.expression}]`;
  if (child.expression.startsWith('*')) return `*(${parent.expression})`;
  const isReferenceTo = parent.object.type?.endsWith('*') === true;
  return `(${parent.expression})${isReferenceTo ? '->' : '.'}${child.expression}`;
}

function sliced(variables: readonly Variable[], { start, count }: Page): Variable[] {
  return variables.slice(start, start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT));
}

/** The page that holds a child: an element's own, else the first. */
function pageOf(name: string): Page {
  return /^\d+$/.test(name) ? { start: Number(name), count: 1 } : { start: 0 };
}

/** `{1, 2, 3}`, not `{x = 1, y = 2}`. */
function isArray(value: string): boolean {
  return value.startsWith('{') && !/^\{[\w<> ]+ = /.test(value);
}

function isPointer(value: string): boolean {
  return /^(\([^)]*\*\) )?0x[0-9a-f]+( <[^>]*>)?$/.test(value);
}

function isNull(value: string): boolean {
  return /^(\([^)]*\*\) )?0x0$/.test(value);
}

/** A `char *` that GDB shows with its text. */
function isText(value: string): boolean {
  return /^0x[0-9a-f]+ (<[^>]*> )?"/.test(value);
}

function cut(value: string): string {
  return value.length > SUMMARY_LIMIT ? `${value.slice(0, SUMMARY_LIMIT)}…` : value;
}
