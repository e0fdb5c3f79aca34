/** States of a real machine, by its memory, which its GDB stub writes and reads. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { probeImage } from './accelerator';
import { emptyQcow2 } from './disks';
import { type MachineSpec, type SnapshotTag, startMachine } from './index';
import type { QmpEvent } from './qmp';

const folder = mkdtempSync(join(tmpdir(), 'snapshots-test-'));
const image = join(folder, 'probe');

beforeAll(() => writeFileSync(image, probeImage()));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function started(changes: Partial<MachineSpec> = {}) {
  const result = await startMachine({
    ...{ image, architecture: 'x86_64', memory: '16M', cpus: 1, accelerator: 'tcg', paused: true },
    ...changes,
  });
  if (!result.ok) throw new Error(result.message);
  const { machine } = result;
  onTestFinished(() => machine.dispose());
  if (machine.gdb.transport !== 'unix') throw new Error('A Unix socket is expected.');
  const stub = connect(machine.gdb.path);
  onTestFinished(() => void stub.destroy());
  return { machine, byte: new Byte(stub) };
}

/** A byte of the guest's memory, by the remote serial protocol (`M`, `m`). */
class Byte {
  constructor(private readonly stub: Socket) {}

  write(value: string): Promise<string> {
    return this.#ask(`M800000,1:${value}`);
  }

  read(): Promise<string> {
    return this.#ask('m800000,1');
  }

  #ask(packet: string): Promise<string> {
    const sum = [...packet].reduce((all, letter) => (all + letter.charCodeAt(0)) & 0xff, 0);
    let said = '';
    return new Promise((resolve) => {
      const read = (data: Buffer) => {
        said += data.toString();
        const answer = /\$(.*)#../.exec(said)?.[1];
        if (answer === undefined) return;
        this.stub.off('data', read);
        this.stub.write('+');
        resolve(answer);
      };
      this.stub.on('data', read);
      this.stub.write(`$${packet}#${sum.toString(16).padStart(2, '0')}`);
    });
  }
}

describe('snapshots', () => {
  it('put the machine back to each of its states, until they are deleted', async () => {
    const { machine, byte } = await started();
    const tags: SnapshotTag[] = [];
    for (const value of ['11', '22']) {
      expect(await byte.write(value)).toBe('OK');
      tags.push(await machine.snapshots.save());
    }
    await byte.write('33');
    const [first, second] = tags as [SnapshotTag, SnapshotTag];
    await machine.snapshots.load(first);
    expect(await byte.read()).toBe('11');
    await machine.snapshots.load(second);
    expect(await byte.read()).toBe('22');
    await machine.snapshots.delete(first);
    await expect(machine.snapshots.load(first)).rejects.toThrow(/^QEMU could not load the snapshot: .*\.$/);
    expect(await byte.read()).toBe('22');
  });

  it('bring a machine back that is held where it reset itself, with nobody left who listens for that', async () => {
    const { machine, byte } = await started();
    const { qmp, snapshots } = machine;
    await byte.write('11');
    const tag = await snapshots.save();
    await qmp.execute('set-action', { reboot: 'shutdown', shutdown: 'pause' });
    const listeners = () => [qmp.listenerCount('event'), qmp.listenerCount('closed')];
    const before = listeners();
    for (let turn = 0; turn < 2; turn++) {
      await byte.write('22');
      const isShutDown = new Promise<void>((resolve) => {
        const look = ({ name }: QmpEvent) => {
          if (name !== 'SHUTDOWN') return;
          qmp.off('event', look);
          resolve();
        };
        qmp.on('event', look);
      });
      await Promise.all([isShutDown, qmp.execute('system_reset')]);
      await snapshots.load(tag);
      expect(await byte.read()).toBe('11');
    }
    expect(listeners()).toEqual(before);
  });

  it('are the machine’s own, and gone with it', async () => {
    const { machine } = await started();
    await machine.snapshots.save();
    const own = readdirSync(tmpdir()).filter((name) => name.startsWith(`unikernel-${process.pid}-`));
    expect(own.map((name) => existsSync(join(tmpdir(), name, 'snapshots.qcow2')))).toEqual([true]);
    await machine.dispose();
    expect(own.map((name) => existsSync(join(tmpdir(), name)))).toEqual([false]);
  });

  it('leave a disk alone that the guest only reads', async () => {
    const path = join(folder, 'read.qcow2');
    writeFileSync(path, emptyQcow2(1 << 20));
    const { machine } = await started({ disks: [{ path, format: 'qcow2', readOnly: true }] });
    await machine.snapshots.load(await machine.snapshots.save());
    await machine.dispose();
  });

  it('are refused with the disk that stands in the way', async () => {
    const path = join(folder, 'written.img');
    const { machine } = await started({ disks: [{ path, format: 'raw', readOnly: false, size: 1 << 16 }] });
    await expect(machine.snapshots.save()).rejects.toThrow(`the disk '${path}'`);
  });
});
