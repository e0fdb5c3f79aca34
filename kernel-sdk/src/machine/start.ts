/** From an image to a running QEMU that has an owner, private sockets and one well-told end. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import { messageOf } from '../problem';
import { findTool, ownedCommand } from '../program';
import { kvmWorks } from './accelerator';
import { qemuArguments } from './arguments';
import type { Accelerator, Machine, MachineEnd, MachineSpec, StartResult } from './model';
import { explainRefusal, findObstacle } from './obstacles';
import { QmpClient as Qmp, type QmpClient } from './qmp';
import { GuestEnd } from './shutdown';
import { Snapshots, snapshotObstacle } from './snapshots';
import { createPrivateSockets, type PrivateSockets } from './sockets';

/** QEMU gets this long to answer on its control socket, in milliseconds; a loaded machine needs some. */
const START_LIMIT_MS = 15_000;
/** QEMU gets this long to end after SIGTERM, in milliseconds, before SIGKILL. */
const TERM_LIMIT_MS = 1_000;
/** What Unikraft writes to an isa-debug-exit device (plat/common/x86/cpu_native.c). */
const UNIKRAFT_CLEAN = 41;
const UNIKRAFT_CRASH = 42;
/** QEMU's own words are kept for messages up to this many characters. */
const STDERR_LIMIT = 16_384;

const OTHER_QEMU = "Try again, or name another one in the setting 'unikernel.qemuPath'.";

/** Boots `spec.image`. When this resolves with a machine, its GDB stub listens and QMP answers. */
export async function startMachine(spec: MachineSpec): Promise<StartResult> {
  const tool = findTool(spec.architecture === 'arm64' ? 'qemuArm64' : 'qemu', spec.qemu);
  if (!tool.ok) return tool;
  const obstacle = await findObstacle(spec);
  if (obstacle !== undefined) return { ok: false, message: obstacle };
  let accelerator: Accelerator | undefined;
  try {
    accelerator = await chooseAccelerator(spec, tool.path);
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
  if (accelerator === undefined) {
    const what = spec.architecture === 'arm64' ? 'arm64 guests' : 'guests on this machine';
    return { ok: false, message: `KVM does not run ${what}. Set the accelerator to 'tcg' or 'auto'.` };
  }
  let sockets: PrivateSockets;
  try {
    sockets = await createPrivateSockets(spec.transport);
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
  try {
    const machine = await QemuMachine.start(tool.path, spec, accelerator, sockets);
    // A guest can end before QEMU answers: the answer is then its end, which `ended` tells.
    if (!spec.paused) machine.qmp.execute('cont').catch(() => undefined);
    return { ok: true, machine };
  } catch (error) {
    await sockets.dispose();
    return { ok: false, message: messageOf(error) };
  }
}

async function chooseAccelerator(spec: MachineSpec, qemu: string): Promise<Accelerator | undefined> {
  if (spec.accelerator === 'tcg') return 'tcg';
  // An arm64 guest ends through semihosting, which KVM does not have.
  if (spec.architecture === 'x86_64' && (await kvmWorks(qemu))) return 'kvm';
  return spec.accelerator === 'kvm' ? undefined : 'tcg';
}

/** Machines of this process; ended with it, whatever ends it. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** How QEMU's process ended, and what that says of the guest. */
interface ProcessEnd {
  readonly closed: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly words: () => string;
  /** What QEMU's exit code says of the guest; undefined when QEMU ended for another reason. */
  readonly guestEnd: (code: number, words: string) => MachineEnd | undefined;
}

class QemuMachine implements Machine {
  readonly ended: Promise<MachineEnd>;
  readonly gdb;
  /** What QMP said of the guest before QEMU went. */
  readonly #guest: GuestEnd;
  #stopping = false;

  static async start(
    qemu: string,
    spec: MachineSpec,
    accelerator: Accelerator,
    sockets: PrivateSockets,
  ): Promise<QemuMachine> {
    const [qmp, serial] = await Promise.all([sockets.listen('qmp'), sockets.listen('serial')]);
    const args = qemuArguments(spec, accelerator, {
      qmp: qmp.chardev,
      serial: serial.chardev,
      gdb: sockets.gdbOption,
    });
    const command = ownedCommand(qemu, args);
    const child = spawn(command.program, command.args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      windowsHide: true,
    });
    running.add(child);
    let words = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => {
      words = (words + text).slice(-STDERR_LIMIT);
    });
    const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('close', (code, signal) => resolve({ code, signal }));
      child.once('error', (error) => {
        words = error.message;
        resolve({ code: null, signal: null });
      });
    }).finally(() => running.delete(child));

    const early = closed.then(({ code, signal }) => {
      throw new Error(
        explainRefusal(words, spec) ??
          `QEMU did not start (${ending(code, signal)}): ${wordsOf(words, qemu)}`,
      );
    });
    early.catch(() => undefined);
    const limit = startLimit(qemu);
    try {
      const connect = async () => {
        const [control, line] = await Promise.all([qmp.connection, serial.connection]);
        const client = new Qmp(control);
        await client.negotiate();
        return { client, line };
      };
      const { client, line } = await Promise.race([connect(), early, limit.passed]);
      if (child.pid === undefined)
        throw new Error(`QEMU did not start: '${qemu}' has no process. ${OTHER_QEMU}`);
      const end = { closed, words: () => words, guestEnd: exitReader(spec) };
      const snapshots = new Snapshots(client, sockets.folder, snapshotObstacle(spec, accelerator));
      return new QemuMachine(child.pid, accelerator, child, client, line, snapshots, sockets, end);
    } catch (error) {
      child.kill('SIGKILL');
      // A connection that closes is QEMU's death seen from the other side: its own words say more.
      await closed;
      throw words.trim() === '' ? error : await early.catch((told: Error) => told);
    } finally {
      limit.clear();
    }
  }

  private constructor(
    readonly pid: number,
    readonly accelerator: Accelerator,
    private readonly child: ChildProcessByStdio<null, null, Readable>,
    readonly qmp: QmpClient,
    readonly serial: Duplex,
    readonly snapshots: Snapshots,
    sockets: PrivateSockets,
    private readonly qemu: ProcessEnd,
  ) {
    this.gdb = sockets.gdb;
    this.#guest = new GuestEnd(
      qmp,
      accelerator === 'kvm',
      () => void qmp.execute('quit').catch(() => undefined),
    );
    this.ended = qemu.closed.then(async ({ code, signal }) => {
      // What the guest still wrote is read before the end is told, unless nobody reads it.
      if (!serial.readableFlowing) serial.resume();
      // It may have been closed before QEMU answered.
      if (!serial.closed) await new Promise((closed) => serial.once('close', closed));
      qmp.dispose();
      await sockets.dispose();
      return this.#end(code, signal);
    });
  }

  get words(): Readable {
    return this.child.stderr;
  }

  async dispose(): Promise<void> {
    this.#stopping = true;
    this.serial.destroy();
    if (running.has(this.child)) {
      this.child.kill('SIGTERM');
      const kill = setTimeout(() => this.child.kill('SIGKILL'), TERM_LIMIT_MS);
      await this.ended;
      clearTimeout(kill);
    }
    await this.ended;
  }

  #end(code: number | null, signal: NodeJS.Signals | null): MachineEnd {
    const words = this.qemu.words();
    const told = this.#guest.end;
    if (told !== undefined && told.kind !== 'stopped') return told;
    if (this.#stopping || told !== undefined) return { kind: 'stopped' };
    const end = code === null ? undefined : this.qemu.guestEnd(code, words);
    if (end !== undefined) return end;
    return {
      kind: 'died',
      message: `QEMU ended unexpectedly (${ending(code, signal)}). ${words.trim()}`.trim(),
    };
  }
}

function exitReader(spec: MachineSpec): ProcessEnd['guestEnd'] {
  const read = spec.architecture === 'arm64' ? semihostingCode : debugExitCode;
  return (code, words) => {
    const exit = read(code, words);
    if (exit === undefined) return undefined;
    if (spec.exitCodes === 'unikraft' && exit === UNIKRAFT_CLEAN) return { kind: 'poweredOff' };
    if (spec.exitCodes === 'unikraft' && exit === UNIKRAFT_CRASH) return { kind: 'panicked' };
    return { kind: 'exited', code: exit };
  };
}

/** Only isa-debug-exit gives odd codes once the machine stands (hw/misc/debugexit.c). */
function debugExitCode(code: number): number | undefined {
  return code % 2 === 1 ? code >> 1 : undefined;
}

/** Semihosting ends QEMU with the guest's code as it is; a QEMU that fails ends with 1 and says why. */
function semihostingCode(code: number, words: string): number | undefined {
  return code === 1 && /^qemu-system-\S*: (?!warning:)/m.test(words) ? undefined : code;
}

function startLimit(qemu: string): { passed: Promise<never>; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Error(
            `QEMU, '${qemu}', did not answer on its control socket within ${START_LIMIT_MS / 1000} s. ${OTHER_QEMU}`,
          ),
        ),
      START_LIMIT_MS,
    );
  });
  passed.catch(() => undefined);
  return { passed, clear: () => clearTimeout(timer) };
}

function ending(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `signal ${signal}`;
  return code === null ? 'it could not be run' : `exit code ${code}`;
}

function wordsOf(stderr: string, qemu: string): string {
  const words = stderr.trim();
  return words === '' ? `'${qemu}' said nothing. ${OTHER_QEMU}` : words;
}
