/** A machine whose run is recorded as it goes, and played back to any of its instructions (QEMU's record/replay). */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { processIsGone } from '../program';
import { writeEmptyDisk } from './empty-disk';
import type { Machine, MachineEnd, MachineSpec, Recording } from './model';
import type { QmpEvent, QmpValue } from './qmp';
import { createPrivateFolder } from './sockets';
import { startMachine } from './start';

/** QEMU answers within this time, in milliseconds, whatever it does: in replay it may hang with a state it loads. */
const HANG_LIMIT_MS = 2_000;
/**
 * The thread of the vCPU comes to rest within this time after a stop, in milliseconds. While it does not, QEMU's main
 * thread and it wait for each other when a state is loaded: for the replay's lock, and for a device to be reset.
 */
const REST_MS = 3;
/** QEMU is asked whether it is there in this interval, in milliseconds. */
const HEARTBEAT_MS = 250;
/** A replay that hangs is started anew so many times. */
const TRIES = 4;
/** QEMU gets this long to close its log, in milliseconds. */
const QUIT_LIMIT_MS = 5_000;

/** Options of QEMU of which nothing is known here, and that bring what a log does not hold. */
const UNKNOWN_OPTIONS =
  /^--?(accel|blockdev|cdrom|chardev|device|drive|enable-kvm|fsdev|hd[a-d]|icount|mtdblock|netdev|nic|pflash|sd|serial|smp|usb|virtfs)$/;

/** Why a run cannot be recorded, with what to do; undefined where it can. */
export function recordingObstacle(spec: MachineSpec): string | undefined {
  const { shares: [share] = [], disks: [disk] = [], cpus, accelerator, extraArguments = [] } = spec;
  if (accelerator === 'kvm') {
    return "Time travel needs emulation, and KVM is none: set the accelerator to 'tcg'.";
  }
  if (cpus > 1) {
    return `Time travel records one virtual CPU, and this machine has ${cpus}: set 'cpus' to 1.`;
  }
  if (share !== undefined) {
    return `Time travel does not cover the folder '${share.path}', which the unikernel shares with the host: launch without 'volumes'.`;
  }
  if (disk !== undefined) {
    return `Time travel does not cover the disk '${disk.path}', whose replay QEMU loses: launch with "disks": [].`;
  }
  const option = extraArguments.find((argument) => UNKNOWN_OPTIONS.test(argument));
  if (option !== undefined) {
    return `Time travel does not cover what '${option}' brings: launch without it in 'qemuArguments'.`;
  }
  return undefined;
}

export type RecordResult =
  | { readonly ok: true; readonly machine: RecordedMachine }
  /** One sentence or more: what failed and what to do. Nothing is left running. */
  | { readonly ok: false; readonly message: string };

/** Boots like `startMachine`, and records. */
export async function recordMachine(spec: MachineSpec): Promise<RecordResult> {
  const obstacle = recordingObstacle(spec);
  if (obstacle !== undefined) return { ok: false, message: obstacle };
  let folder: string | undefined;
  try {
    folder = await createPrivateFolder();
    const files = { log: join(folder, 'log'), states: join(folder, 'states.qcow2') };
    await writeEmptyDisk(files.states);
    const recorded: MachineSpec = { ...spec, accelerator: 'tcg', recording: { mode: 'record', ...files } };
    const started = await startMachine(recorded);
    if (started.ok) return { ok: true, machine: new RecordedMachine(started.machine, recorded, folder) };
    await rm(folder, { recursive: true, force: true });
    return started;
  } catch (error) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The machine as it runs, and after the first {@link seek} its recording, for good: what plays a recording cannot go on
 * behind its end. A position is a number of instructions since the start.
 */
export class RecordedMachine implements Machine {
  readonly ended: Promise<MachineEnd>;
  /** The guest's line while it is recorded; what a replay repeats is not told again. */
  readonly serial: Duplex;
  /** Called when QEMU is gone in the middle of a replay; the next {@link seek} starts another one. */
  lost: () => void = () => undefined;
  #machine: Machine;
  #settle: (end: MachineEnd) => void = () => undefined;
  #player: Machine | undefined;
  /** A player that is being started. */
  #starting: Promise<void> | undefined;
  #end: number | undefined;
  #disposed = false;

  constructor(
    machine: Machine,
    private readonly spec: MachineSpec,
    folder: string,
  ) {
    this.#machine = machine;
    const { serial } = machine;
    this.serial = new Duplex({
      read: () => undefined,
      write: (bytes: Buffer, _, done) => {
        if (!this.isReplay && !serial.destroyed) serial.write(bytes);
        done();
      },
    });
    serial.on('data', (bytes: Buffer) => this.serial.push(bytes));
    this.ended = new Promise<MachineEnd>((resolve) => {
      this.#settle = resolve;
    }).finally(() => rm(folder, { recursive: true, force: true }));
    void machine.ended.then((end) => {
      if (!this.isReplay) this.#close(end);
    });
  }

  get pid(): number {
    return this.#machine.pid;
  }

  get accelerator() {
    return this.#machine.accelerator;
  }

  get gdb() {
    return this.#machine.gdb;
  }

  get qmp() {
    return this.#machine.qmp;
  }

  get snapshots() {
    return this.#machine.snapshots;
  }

  /** Whether the past is looked at. */
  get isReplay(): boolean {
    return this.#end !== undefined;
  }

  /** The position of the last instruction that can be come to; undefined while it is recorded. */
  get end(): number | undefined {
    return this.#end;
  }

  async position(): Promise<number> {
    const answer = await this.qmp.execute('query-replay');
    return numberIn(answer, 'icount');
  }

  /** Keeps the state of a stopped machine, so that what comes after it is reached sooner. */
  async keep(): Promise<void> {
    const args = { 'command-line': `savevm at${await this.position()}` };
    await this.qmp.execute('human-monitor-command', args);
  }

  /** Ends the recording; `end` is the last position that anybody wants to see, and lies before where it stands. */
  async finish(end: number): Promise<void> {
    this.#end = end;
    const { ended } = this.#machine;
    this.qmp.execute('quit').catch(() => undefined);
    // Its own end closes the log; what has to be killed leaves what was written so far.
    await withLimit(ended, QUIT_LIMIT_MS).catch(() => this.#machine.dispose());
  }

  /** Lets a guest that is played stop at a position ahead of it, at the latest. */
  async stopAt(position: number): Promise<void> {
    await this.qmp.execute('replay-break', { icount: position });
  }

  /**
   * The guest stands at a position, in a QEMU of which nobody has the debugger's socket. Rejects with a sentence when it
   * does not come there; the next call starts anew.
   */
  async seek(position: number): Promise<void> {
    for (let left = TRIES; ; left--) {
      if (this.#disposed) throw new Error('The recording is gone.');
      if (this.#end === undefined) throw new Error('A recording is finished before it is played.');
      try {
        if (this.#player === undefined) {
          this.#starting = this.#play();
          await this.#starting;
        }
        await this.#seekOnce(position);
        return;
      } catch (error) {
        await this.abandon();
        if (left === 1) throw error;
      }
    }
  }

  async #seekOnce(position: number): Promise<void> {
    const { qmp } = this;
    if ((await withLimit(this.position(), HANG_LIMIT_MS)) === position) return;
    let isOver = false;
    let over: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      over = () => {
        isOver = true;
        resolve();
      };
    });
    const listen = ({ name }: QmpEvent) => {
      if (name === 'STOP') over();
    };
    qmp.on('event', listen);
    qmp.once('closed', over);
    try {
      await setTimeout(REST_MS);
      await withLimit(qmp.execute('replay-seek', { icount: position }), HANG_LIMIT_MS);
      while (!isOver) {
        await withLimit(stopped, HEARTBEAT_MS).catch(() => undefined);
        await withLimit(qmp.execute('query-status'), HANG_LIMIT_MS);
      }
    } finally {
      qmp.off('event', listen);
      qmp.off('closed', over);
    }
    if ((await this.position()) !== position) throw new Error('QEMU stopped elsewhere in the recording.');
  }

  /** Gives the QEMU that plays up; it may not listen to anybody any more. */
  async abandon(): Promise<void> {
    const player = this.#player;
    this.#player = undefined;
    if (player === undefined) return;
    // In replay QEMU may hang with its signals blocked.
    if (!processIsGone(player.pid)) process.kill(player.pid, 'SIGKILL');
    await player.dispose();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    // Whoever seeks hears of its failure.
    await this.#starting?.catch(() => undefined);
    if (this.#player === undefined) await this.#machine.dispose();
    else await this.abandon();
    this.#close({ kind: 'stopped' });
    await this.ended;
  }

  async #play(): Promise<void> {
    const recording: Recording | undefined = this.spec.recording;
    if (recording === undefined) throw new Error('Nothing was recorded.');
    const started = await startMachine({
      ...this.spec,
      // Nobody is answered a second time.
      networks: (this.spec.networks ?? []).map(() => ({ forwards: [] })),
      recording: { ...recording, mode: 'replay' },
      paused: true,
    });
    if (!started.ok) throw new Error(started.message);
    const player = started.machine;
    if (this.#disposed) {
      await player.dispose();
      throw new Error('The recording is gone.');
    }
    this.#player = player;
    this.#machine = player;
    player.serial.resume();
    void player.ended.then(() => {
      if (this.#player !== player) return;
      this.#player = undefined;
      this.lost();
    });
  }

  #close(end: MachineEnd): void {
    this.serial.push(null);
    this.serial.destroy();
    this.#settle(end);
  }
}

function numberIn(value: QmpValue, name: string): number {
  const found =
    value !== null && typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined;
  if (typeof found !== 'number') throw new Error(`QEMU answered without '${name}'.`);
  return found;
}

async function withLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const over = new AbortController();
  const late = setTimeout(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new Error('QEMU did not answer in time.');
  });
  late.catch(() => undefined);
  return Promise.race([work, late]).finally(() => over.abort());
}
