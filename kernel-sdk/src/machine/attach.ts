/** A machine that somebody else started: what can be known and asked of it from outside. */
import type { Duplex } from 'node:stream';
import { messageOf } from '../problem';
import { connectTo, endpointText } from './endpoint';
import type { GdbEndpoint, MachineEnd } from './model';
import { QmpClient } from './qmp';
import { GuestEnd } from './shutdown';

/** QEMU greets who connects to its QMP within this time, in milliseconds; it serves one at a time. */
const GREETING_LIMIT_MS = 5_000;

export interface AttachRequest {
  readonly gdb: GdbEndpoint;
  readonly qmp?: GdbEndpoint | undefined;
  readonly serial?: GdbEndpoint | undefined;
}

/** A machine's end as seen from outside. */
export type AttachedEnd = MachineEnd | { readonly kind: 'gone' };

export interface AttachedMachine {
  readonly gdb: GdbEndpoint;
  readonly qmp?: QmpClient;
  readonly serial?: Duplex;
  /** Settles once: with what QMP said of the end, or when {@link lost} or {@link dispose} was called. */
  readonly ended: Promise<AttachedEnd>;
  /** To be called when its GDB stub is gone. */
  lost(): void;
  /** Lets go of its sockets; the machine stays as it is. */
  dispose(): Promise<void>;
}

export type AttachResult =
  | { readonly ok: true; readonly machine: AttachedMachine }
  /** A sentence: which socket, why not, and what to do. */
  | { readonly ok: false; readonly message: string };

/** Connects to QMP and the serial line; the GDB stub, which stops the guest when one connects, is GDB's own. */
export async function attachMachine({ gdb, qmp, serial }: AttachRequest): Promise<AttachResult> {
  let control: QmpClient | undefined;
  try {
    if (qmp !== undefined) control = await reach('QMP socket', 'qmp', qmp, openQmp);
    const line = serial === undefined ? undefined : await reach('serial line', 'serial', serial, connectTo);
    return { ok: true, machine: new RemoteMachine(gdb, control, line) };
  } catch (error) {
    control?.dispose();
    return { ok: false, message: messageOf(error) };
  }
}

async function reach<T>(
  what: string,
  attribute: string,
  endpoint: GdbEndpoint,
  open: (endpoint: GdbEndpoint) => Promise<T>,
): Promise<T> {
  try {
    return await open(endpoint);
  } catch (error) {
    throw new Error(
      `The ${what} '${endpointText(endpoint)}' ${messageOf(error)}. Correct '${attribute}', or leave it out.`,
    );
  }
}

async function openQmp(endpoint: GdbEndpoint): Promise<QmpClient> {
  const client = new QmpClient(await connectTo(endpoint));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const words = 'does not answer; QEMU serves one program at a time there';
    timer = setTimeout(() => reject(new Error(words)), GREETING_LIMIT_MS);
  });
  try {
    await Promise.race([client.negotiate(), late]);
    return client;
  } catch (error) {
    client.dispose();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

class RemoteMachine implements AttachedMachine {
  readonly qmp?: QmpClient;
  readonly serial?: Duplex;
  readonly ended: Promise<AttachedEnd>;
  #settle: (end: AttachedEnd) => void = () => undefined;
  readonly #guest: GuestEnd | undefined;

  constructor(
    readonly gdb: GdbEndpoint,
    qmp: QmpClient | undefined,
    serial: Duplex | undefined,
  ) {
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    if (serial !== undefined) this.serial = serial;
    if (qmp === undefined) return;
    this.qmp = qmp;
    // Which accelerator it has is not known here.
    this.#guest = new GuestEnd(qmp, true);
    qmp.once('closed', () => this.lost());
  }

  lost(): void {
    const settle = () => this.#settle(this.#guest?.end ?? { kind: 'gone' });
    // QMP tells of the end before its socket closes, and the stub may be gone before that.
    if (this.qmp === undefined) settle();
    else this.qmp.execute('query-status').then(settle, settle);
  }

  async dispose(): Promise<void> {
    this.#settle({ kind: 'stopped' });
    this.qmp?.dispose();
    this.serial?.destroy();
  }
}
