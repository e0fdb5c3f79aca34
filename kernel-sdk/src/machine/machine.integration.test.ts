/** Machines with real QEMU: how they start, how they end, and that nothing of them stays. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeImage } from './accelerator';
import { type MachineSpec, startMachine } from './index';

const folder = mkdtempSync(join(tmpdir(), 'machine-test-'));
const image = join(folder, 'probe');

beforeAll(() => writeFileSync(image, probeImage()));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function spec(changes: Partial<MachineSpec> = {}): MachineSpec {
  return {
    image,
    architecture: 'x86_64',
    memory: '16M',
    cpus: 1,
    accelerator: 'tcg',
    paused: true,
    ...changes,
  };
}

function socketFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`unikernel-${process.pid}-`));
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function started(changes: Partial<MachineSpec> = {}) {
  const result = await startMachine(spec(changes));
  if (!result.ok) throw new Error(result.message);
  return result.machine;
}

describe('a machine', () => {
  it('tells the exit code of a guest that ends by itself', async () => {
    const machine = await started({ paused: false });
    expect(await machine.ended).toEqual({ kind: 'exited', code: 0x2a });
    expect(alive(machine.pid)).toBe(false);
  });

  it.each(['unix', 'tcp'] as const)(
    'has a GDB stub that listens as soon as it is there, over %s',
    async (transport) => {
      const machine = await started({ transport });
      const socket =
        machine.gdb.transport === 'unix' ? connect(machine.gdb.path) : connect(machine.gdb.port, '127.0.0.1');
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      let answer = '';
      const answered = new Promise<void>((resolve) => {
        socket.on('data', (data) => {
          answer += data.toString();
          if (answer.includes('#')) resolve();
        });
      });
      socket.write('$?#3f');
      await answered;
      expect(answer).toContain('+$T05');
      socket.destroy();
      await machine.dispose();
    },
  );

  it('leaves no process and no folder when it is disposed, twice', async () => {
    const before = socketFolders();
    const machine = await started();
    expect(socketFolders().length).toBe(before.length + 1);
    await Promise.all([machine.dispose(), machine.dispose()]);
    expect(await machine.ended).toEqual({ kind: 'stopped' });
    expect(alive(machine.pid)).toBe(false);
    expect(socketFolders()).toEqual(before);
  });

  it('removes what a process that was killed has left', async () => {
    const orphan = join(tmpdir(), 'unikernel-999999999-left');
    mkdirSync(orphan, { recursive: true });
    await (await started()).dispose();
    expect(existsSync(orphan)).toBe(false);
  });

  it('is told as died when QEMU is killed from outside', async () => {
    const machine = await started();
    process.kill(machine.pid, 'SIGKILL');
    expect(await machine.ended).toEqual({
      kind: 'died',
      message: 'QEMU ended unexpectedly (signal SIGKILL).',
    });
  });

  it('answers QMP, and refuses with QEMU’s own words', async () => {
    const machine = await started();
    expect(await machine.qmp.execute('query-status')).toMatchObject({ status: 'prelaunch' });
    await expect(machine.qmp.execute('no-such-command')).rejects.toThrow(/no-such-command/);
    await machine.dispose();
    await expect(machine.qmp.execute('query-status')).rejects.toThrow(/QEMU is gone/);
  });
});

describe('a machine that cannot start', () => {
  it('names the missing program and how to install it', async () => {
    const result = await startMachine(spec({ qemu: 'qemu-system-nowhere' }));
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining("'qemu-system-nowhere'") });
  });

  it('repeats what QEMU says of a file that it cannot boot', async () => {
    const before = socketFolders();
    const result = await startMachine(spec({ image: join(folder, 'absent') }));
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringContaining('QEMU did not start (exit code 1)'),
    });
    expect(socketFolders()).toEqual(before);
  });

  it('says when the sockets’ folder cannot be made', async () => {
    const saved = process.env.TMPDIR;
    process.env.TMPDIR = join(folder, 'absent');
    try {
      const result = await startMachine(spec());
      expect(result).toMatchObject({ ok: false, message: expect.stringContaining('set TMPDIR') });
    } finally {
      if (saved === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = saved;
    }
  });

  it('says when the folder’s path is too long for a socket', async () => {
    const saved = process.env.TMPDIR;
    const long = mkdtempSync(join(folder, `${'long'.repeat(25)}-`));
    process.env.TMPDIR = long;
    try {
      const result = await startMachine(spec());
      expect(result).toMatchObject({ ok: false, message: expect.stringContaining('shorter') });
    } finally {
      if (saved === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = saved;
    }
  });
});
