/**
 * GDB takes longer to start than all that a launch does before it needs one: it starts with the adapter's process,
 * before a client has said which one it is to be, and is ready when that is known.
 */
import { GdbConnection, type GdbProcess, startGdb } from '../gdb';

type Trace = (direction: 'to' | 'from', line: string) => void;

export class ReadyDebugger {
  #ready: GdbConnection | undefined;
  #ending: Promise<void> = Promise.resolve();

  constructor(process: GdbProcess | undefined) {
    if (process !== undefined) this.#ready = new GdbConnection(process);
  }

  /**
   * `program`, an absolute path: the one that is ready, once, where it is that one, else another. The caller ends it;
   * `trace` gets the MI lines.
   */
  take(program: string, trace: Trace): GdbConnection {
    const gdb = this.#takeReady(program) ?? new GdbConnection(startGdb(program));
    gdb.on('trace', trace);
    return gdb;
  }

  /** Ends the one that nobody took. May be called again. */
  dispose(): Promise<void> {
    const ready = this.#ready;
    this.#ready = undefined;
    if (ready !== undefined) this.#ending = ready.kill();
    return this.#ending;
  }

  #takeReady(program: string): GdbConnection | undefined {
    const ready = this.#ready;
    if (ready?.program === program && !ready.isGone) {
      this.#ready = undefined;
      return ready;
    }
    void this.dispose();
    return undefined;
  }
}
