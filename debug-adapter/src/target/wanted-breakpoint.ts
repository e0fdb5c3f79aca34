/** What a user may ask to be stopped at. */
import type { Access } from '../gdb';

export type WantedBreakpoint = {
  /** An expression in the program's language; stops where it is not zero. */
  readonly condition?: string;
  /** How often it is passed before it stops, as {@link readHitCondition} takes it. */
  readonly hitCondition?: string;
} & (
  | {
      readonly kind: 'line';
      /** Absolute path. */
      readonly file: string;
      /** One-based. */
      readonly line: number;
      /** Say this and go on, rather than stop. */
      readonly logMessage?: string;
    }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'instruction'; readonly address: string }
  | { readonly kind: 'data'; readonly place: WatchedPlace; readonly access: Access }
);

/** Bytes of memory that are watched. */
export interface WatchedPlace {
  /** In hexadecimal, `0x…`. */
  readonly address: string;
  readonly bytes: number;
  /** What the user calls it. */
  readonly name: string;
  /** An expression for it in the program's types, which means the same in every frame. */
  readonly typed?: string;
  /** Of what lies in a function's frame: where that returns to, and the stack pointer then. */
  readonly frame?: { readonly returns: string; readonly stack: string };
}
