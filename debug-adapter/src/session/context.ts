/** What a request's handler may use of the session. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Breakpoints } from '../target/breakpoints';
import type { Stop, Target } from '../target/target';
import type { MemoryViews } from './memory-views';
import type { Run } from './run';
import type { SerialConsole } from './serial-console';
import type { StoppedState } from './stopped-state';

/** The machine's ways from one stop to another state of itself. */
export interface Ways {
  /** How many have begun. */
  readonly count: number;
  /** Resolves at the end of the one that it is on, when its stop has been told. */
  readonly current: Promise<void> | undefined;
}

export interface SessionContext {
  readonly breakpoints: Breakpoints;
  readonly memoryViews: MemoryViews;
  readonly run: Run | undefined;
  /** The guest's serial line, where there is one. */
  readonly console: SerialConsole | undefined;
  /** Rejects by throwing when there is no machine any more. */
  target(): Target;
  /** What is known of the current stop. Throws while the guest runs. */
  stopped(): StoppedState;
  /** Lets the guest go: what was known of the stop ends. */
  go(command: (target: Target) => Promise<void>): Promise<void>;
  /** The machine becomes another state of itself by `work`, which gives where it stands: told as a stop. */
  rewind(work: () => Promise<Stop>): Promise<void>;
  readonly ways: Ways;
  /** The kinds of panics that stop the guest, from now on and in later boots. */
  stopForPanics(kinds: ReadonlySet<string>): Promise<void>;
  send(event: DebugProtocol.Event): void;
  /** A client's line in ours, one-based. */
  line(client: number): number;
  /** A client's column in ours, one-based. */
  column(client: number): number;
}

/** Answers a request with its response's body. What it throws is the client's error. */
// biome-ignore lint/suspicious/noExplicitAny: each handler knows the arguments that DAP gives its request
export type Handler = (context: SessionContext, args: any) => Promise<object | undefined>;
export type Handlers = { readonly [command: string]: Handler };
