/** Watches a running machine and its GDB, and tells how they end: once, in a sentence. */
import { type AttachedEnd, FullDisk, RecordedMachine } from '@unikernel-tools/kernel-sdk/machine';
import { GdbGone } from '../gdb';
import type { Run } from './run';
import { type ConsoleKind, type ConsoleListener, SerialConsole } from './serial-console';

/** QEMU gets this long to end behind its connection with GDB, in milliseconds. */
const QEMU_LIMIT_MS = 2_000;

export interface RunListener extends ConsoleListener {
  /** `important` is meant to be seen even when the console is not. */
  output(text: string, category: 'stdout' | 'console' | 'important'): void;
  /** Everything of the run is gone. */
  ended(exitCode: number | undefined): void;
}

export class RunWatch {
  /** Absent where a machine's serial line is not known. */
  readonly console: SerialConsole | undefined;
  /** Another's machine is its owner's to set going. */
  #fullDisk: FullDisk | undefined;
  #disposed = false;
  #gdbGone: GdbGone | undefined;
  #lost: NodeJS.Timeout | undefined;
  /** A kernel may power the machine off behind a panic, as if nothing had been. */
  #panicked = false;

  constructor(
    private readonly run: Run,
    private readonly listener: RunListener,
    kind: ConsoleKind,
  ) {
    const { machine } = run;
    const { serial } = machine;
    this.console = serial && new SerialConsole(serial, kind, listener, run.tail);
    if (run.place === undefined) this.#watchDisk();
    if (machine instanceof RecordedMachine) {
      machine.renewed = () => this.#watchDisk();
      // Also to a user who ends the run.
      machine.unsaved = (sentence) => listener.output(`${sentence}\n`, 'important');
      machine.damaged = (sentence) => this.#tell(sentence);
    }
    run.target?.on('failed', (error) => {
      this.#gdbGone = error;
      void run.machine.dispose();
    });
    // Of a machine that somebody else started, its owner is told.
    run.target?.on('gone', () => {
      if (run.place === undefined) this.#lost = setTimeout(() => this.#loseConnection(), QEMU_LIMIT_MS);
    });
    run.target?.on('stopped', ({ reason }) => {
      this.#panicked = reason === 'panic';
    });
    void run.machine.ended.then((end) => this.#onEnded(end));
  }

  /** Says no more: the session itself ends the run. */
  dispose(): void {
    this.#disposed = true;
    this.console?.silence();
    this.#fullDisk?.dispose();
    clearTimeout(this.#lost);
  }

  #tell(sentence: string): void {
    if (!this.#disposed) this.listener.output(`${sentence}\n`, 'important');
  }

  /** Of the QEMU that there is now. */
  #watchDisk(): void {
    const { qmp } = this.run.machine;
    if (qmp === undefined || this.#disposed) return;
    this.#fullDisk?.dispose();
    this.#fullDisk = new FullDisk(qmp, (sentence) => this.#tell(sentence));
  }

  #loseConnection(): void {
    this.#gdbGone ??= new GdbGone('GDB lost its connection to QEMU.');
    void this.run.machine.dispose();
  }

  async #onEnded(end: AttachedEnd): Promise<void> {
    clearTimeout(this.#lost);
    await this.run.target?.dispose();
    if (this.#disposed) return;
    this.#disposed = true;
    const seen: AttachedEnd = end.kind === 'poweredOff' && this.#panicked ? { kind: 'panicked' } : end;
    // GDB can fall with a machine that ends; what the guest did is what happened.
    const ownEnd = this.run.place === undefined && end.kind !== 'stopped';
    const gdbGone = ownEnd ? undefined : this.#gdbGone;
    const told = gdbGone === undefined ? describe(this.run, seen) : gdbLost(this.run, gdbGone);
    this.listener.output(`${told.text}\n`, told.expected ? 'console' : 'important');
    this.listener.ended(end.kind === 'exited' ? end.code : undefined);
  }
}

function gdbLost({ place }: Run, error: GdbGone): { text: string; expected: boolean } {
  const left =
    place === undefined ? 'The unikernel was stopped' : `The unikernel at '${place}' was left as it is`;
  return { expected: false, text: `${error.message} ${left}. Press F5 to start again.` };
}

function describe({ name, place, machine }: Run, end: AttachedEnd): { text: string; expected: boolean } {
  switch (end.kind) {
    case 'exited':
      return { expected: true, text: `${name} exited with code ${end.code}.` };
    case 'poweredOff':
      return { expected: true, text: `${name} powered the machine off.` };
    case 'stopped':
      return { expected: true, text: `${name} was stopped.` };
    case 'panicked':
      return { expected: true, text: `${name} ended in a kernel panic; its last words are above.` };
    case 'reset':
      return {
        expected: false,
        text: `${name} reset the machine without a panic: most often a triple fault, an exception while another one is handled. Set "stopOnEntry": "kernel" and step to the place.`,
      };
    case 'gone':
      return {
        expected: false,
        text:
          machine.qmp === undefined
            ? `${name} ended, or its debugger socket '${place}' was closed; which of the two, only QMP tells: name its socket in 'qmp'.`
            : `${name} ended, or let go of its sockets, without a word on why.`,
      };
    case 'died':
      return { expected: false, text: `${end.message} Press F5 to start again.` };
  }
}
