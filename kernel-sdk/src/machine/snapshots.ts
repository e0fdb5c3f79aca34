/** States of a whole machine, vCPUs, memory and devices, that it can be put back to (QEMU's savevm and loadvm). */
import { join } from 'node:path';
import { writeEmptyDisk } from './empty-disk';
import type { Accelerator, MachineSpec } from './model';
import { explainRoom } from './private-folder';
import type { QmpClient, QmpEvent } from './qmp';

/** QEMU's name of a state. Ours, and never a user's words: it is a part of a command line. */
export type SnapshotTag = string & { readonly brand: 'snapshot' };

/** Options of QEMU that bring storage or another way to run, of which nothing is known here. */
const UNKNOWN_OPTIONS =
  /^--?(accel|blockdev|cdrom|drive|enable-kvm|fsdev|hd[a-d]|icount|mtdblock|pflash|sd|virtfs)$/;

const ROOM = 'A snapshot of the machine has';

/** Why a machine has no snapshots, with what to do; undefined where it has. */
export function snapshotObstacle(spec: MachineSpec, accelerator: Accelerator): string | undefined {
  const { shares: [share] = [], disks = [], extraArguments = [] } = spec;
  if (spec.recording !== undefined) {
    return "A machine with time travel goes back to any instruction, and keeps no snapshots beside that: launch without 'timeTravel'.";
  }
  if (accelerator === 'kvm') {
    return "Snapshots need emulation, and this machine runs on KVM: launch with the accelerator 'tcg'.";
  }
  if (share !== undefined) {
    return `Snapshots do not cover the folder '${share.path}', which the unikernel shares with the host: launch without 'volumes'.`;
  }
  const disk = disks.find(({ readOnly }) => !readOnly);
  if (disk !== undefined) {
    return `Snapshots do not cover what the unikernel writes to the disk '${disk.path}': give it 'readonly: true', or launch without it.`;
  }
  const option = extraArguments.find((argument) => UNKNOWN_OPTIONS.test(argument));
  if (option !== undefined) {
    return `Snapshots do not cover what '${option}' brings: launch without it in 'qemuArguments'.`;
  }
  return undefined;
}

/** The vCPUs have to be stopped, and stay so. Rejects with a sentence. */
export class Snapshots {
  #disk: Promise<void> | undefined;
  #count = 0;
  #isShutDown = false;

  /** @param folder Private, and removed with the machine. @param obstacle Why there are none. */
  constructor(
    private readonly qmp: QmpClient,
    private readonly folder: string,
    readonly obstacle: string | undefined,
  ) {
    qmp.on('event', ({ name }) => {
      if (name === 'SHUTDOWN') this.#isShutDown = true;
      if (name === 'RESET') this.#isShutDown = false;
    });
  }

  async save(): Promise<SnapshotTag> {
    if (this.obstacle !== undefined) throw new Error(this.obstacle);
    this.#disk ??= this.#addDisk();
    await this.#disk.catch((error) => {
      this.#disk = undefined;
      throw error;
    });
    const tag = `state${++this.#count}` as SnapshotTag;
    await this.#command(`savevm ${tag}`, 'save').catch(async (error) => {
      throw await explainRoom(error, this.folder, ROOM);
    });
    return tag;
  }

  /** Also of a machine that is held where it reset itself. */
  async load(tag: SnapshotTag): Promise<void> {
    if (this.#isShutDown) await this.#revive();
    await this.#command(`loadvm ${tag}`, 'load');
  }

  async delete(tag: SnapshotTag): Promise<void> {
    await this.#command(`delvm ${tag}`, 'delete');
  }

  /** Only with the first state, so that a start need not wait for it. No device has it: the guest does not see it. */
  async #addDisk(): Promise<void> {
    const path = join(this.folder, 'snapshots.qcow2');
    await writeEmptyDisk(path).catch(async (error) => {
      const { message } = await explainRoom(error, this.folder, ROOM);
      throw error.code === 'ENOENT'
        ? new Error('QEMU is gone, and its snapshots with it. Start the unikernel again.')
        : new Error(message);
    });
    const file = { driver: 'file', filename: path };
    await this.qmp.execute('blockdev-add', { driver: 'qcow2', 'node-name': 'snapshots', file });
  }

  /** QEMU runs a machine that was shut down only behind a reset, which would end it where it was told so (`-no-reboot`). */
  async #revive(): Promise<void> {
    await this.qmp.execute('set-action', { reboot: 'reset' });
    let listen: (event: QmpEvent) => void = () => undefined;
    let lose: () => void = () => undefined;
    const isReset = new Promise<void>((resolve, reject) => {
      listen = ({ name }) => name === 'RESET' && resolve();
      lose = () => reject(new Error('QEMU ended while it put the machine back. Start the unikernel again.'));
    });
    this.qmp.on('event', listen);
    this.qmp.once('closed', lose);
    try {
      await Promise.all([isReset, this.qmp.execute('system_reset')]);
    } finally {
      this.qmp.off('event', listen);
      this.qmp.off('closed', lose);
      await this.qmp.execute('set-action', { reboot: 'shutdown' });
    }
  }

  /** QMP has these as jobs, of which one is told later; the human monitor says at once what went wrong. */
  async #command(line: string, what: string): Promise<void> {
    const words = await this.qmp.execute('human-monitor-command', { 'command-line': line });
    if (typeof words !== 'string' || words.trim() === '') return;
    throw new Error(
      `QEMU could not ${what} the snapshot: ${words
        .trim()
        .replace(/^Error: /, '')
        .replace(/\.*$/, '.')}`,
    );
  }
}
