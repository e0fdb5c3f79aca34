/** What has children that a client may ask for by a reference, and which of them it gets at a time. */
import { type FrameContext, type GdbLocal, GdbRefusal, type VariableObject } from '../gdb';
import type { Register, RegisterGroup } from './registers';
import { cut } from './rendering';
import type { Page, Variable } from './variable';

/** Children handed out at once when the client asks for no page. */
export const PAGE_LIMIT = 1_000;

export type Container = { readonly at: FrameContext } & (
  | { readonly kind: 'locals'; readonly arguments: boolean }
  | { readonly kind: 'globals'; readonly file: string }
  | { readonly kind: 'registers' }
  | { readonly kind: 'registerGroup'; readonly group: RegisterGroup }
  | { readonly kind: 'bits'; readonly register: Register }
  /** A value by its expression; its GDB handle is made when someone looks inside. */
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'object'; readonly object: VariableObject; readonly expression?: string }
);

export type ObjectContainer = Extract<Container, { kind: 'object' }>;

/** A variable that one of the same name in an inner block hides: it cannot be spelt. */
export function hidden({ name, type, value }: GdbLocal): Variable {
  return { name: `${name} (hidden)`, value: cut(value ?? '{...}'), type, reference: 0, readOnly: true };
}

export function reasonOf(error: unknown): string {
  if (error instanceof GdbRefusal) return error.message;
  throw error;
}

export function sliced(variables: readonly Variable[], { start, count }: Page): Variable[] {
  return variables.slice(start, start + Math.min(count || PAGE_LIMIT, PAGE_LIMIT));
}

/** The page that holds a child: an element's own, else the first. */
export function pageOf(name: string): Page {
  return /^\d+$/.test(name) ? { start: Number(name), count: 1 } : { start: 0 };
}
