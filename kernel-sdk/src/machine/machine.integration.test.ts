/** Machines with real QEMU: how they start, how they end, and that nothing of them stays. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findTool } from '../program';
import { probeImage } from './accelerator';
import { emptyQcow2 } from './disks';
import { type Disk, type MachineSpec, type PortForward, startMachine } from './index';

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

  it('ends where its serial line was closed before QEMU answered', async () => {
    // Stands for QEMU, whose line goes elsewhere: the one that is listened on is closed before QEMU is there.
    const qemu = join(folder, 'lineless-qemu');
    const script = `#!${process.execPath}
const args = process.argv.slice(2);
const at = args.findIndex((arg) => /^socket,path=.*,id=serial$/.test(arg));
const [, path] = /path=(.*),id=serial$/.exec(args[at]);
args[at] = 'null,id=serial';
const line = require('node:net').connect(path, () => line.destroy());
line.once('close', () => {
  const qemu = require('node:child_process').spawn('qemu-system-x86_64', args, { stdio: 'inherit' });
  qemu.on('exit', (code) => process.exit(code ?? 1));
  process.on('SIGTERM', () => qemu.kill());
});
`;
    writeFileSync(qemu, script, { mode: 0o755 });
    const machine = await started({ qemu, paused: false });
    expect(await machine.ended).toEqual({ kind: 'exited', code: 0x2a });
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
    await expect(machine.qmp.execute('query-status')).rejects.toThrow(
      /QEMU is gone: .* Start the unikernel again\./,
    );
  });
});

const hasArm64 = findTool('qemuArm64').ok;

function disk(name: string, changes: Partial<Disk> = {}): Disk {
  const format = name.endsWith('.qcow2') ? 'qcow2' : 'raw';
  return { path: join(folder, name), format, readOnly: false, ...changes };
}

/** Every kind of device. */
async function every(): Promise<Partial<MachineSpec>> {
  const path = join(folder, 'data, shared');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(folder, 'root.cpio'), '');
  return {
    initrd: join(folder, 'root.cpio'),
    networks: [{ forwards: [await freeForward()] }],
    disks: [disk('a, raw.img', { size: 1_000_000 }), disk('a.qcow2', { size: 5_000_000_000 })],
    shares: [{ path, tag: 'fs0', readOnly: false }],
    rng: true,
  };
}

describe('an arm64 machine', () => {
  /** Stands for QEMU where none for arm64 is installed: connects, answers, and ends as semihosting does. */
  function fakeQemu(name: string, lastWords: string): string {
    const path = join(folder, name);
    const script = `#!${process.execPath}
const { connect } = require('node:net');
const pathOf = (id) => /path=([^,]*)/.exec(process.argv.find((a) => a.endsWith(',id=' + id)))[1];
connect(pathOf('serial'));
const qmp = connect(pathOf('qmp'));
qmp.write(JSON.stringify({ QMP: { version: { qemu: { major: 9, minor: 0, micro: 0 } } } }) + '\\n');
let rest = '';
qmp.on('data', (data) => {
  const lines = (rest + data).split('\\n');
  rest = lines.pop();
  for (const line of lines.filter(Boolean)) {
    const { execute, id } = JSON.parse(line);
    if (execute === 'cont') { ${lastWords} }
    qmp.write(JSON.stringify({ return: {}, id }) + '\\n');
  }
});
`;
    writeFileSync(path, script, { mode: 0o755 });
    return path;
  }

  it.each([0, 1, 77, 255])('ends with the application’s exit code %i', async (code) => {
    const qemu = fakeQemu(`fake-${code}`, `process.exit(${code});`);
    const machine = await started({ architecture: 'arm64', paused: false, qemu });
    expect(await machine.ended).toEqual({ kind: 'exited', code });
  });

  it.skipIf(!hasArm64)('has every kind of device on virt, and the code of its guest', async () => {
    // mov w0, #0x20 (SYS_EXIT_EXTENDED); adr x1, block; hlt #0xf000; block: ADP_Stopped_ApplicationExit, code.
    const words = [0x52800400, 0x10000061, 0xd45e0000, 0x14000000, 0x20026, 0, 200, 0];
    const program = join(folder, 'exit-arm64');
    writeFileSync(program, Buffer.from(Uint32Array.from(words).buffer));
    const machine = await started({
      architecture: 'arm64',
      image: program,
      paused: false,
      ...(await every()),
    });
    expect(await machine.ended).toEqual({ kind: 'exited', code: 200 });
  });

  it('is told as died when QEMU fails by itself', async () => {
    const words = 'qemu-system-aarch64: it broke';
    const qemu = fakeQemu('fake-broken', `console.error('${words}'); process.exit(1);`);
    const machine = await started({ architecture: 'arm64', paused: false, qemu });
    expect(await machine.ended).toMatchObject({ kind: 'died', message: expect.stringContaining(words) });
  });
});

describe('devices', () => {
  it.each(['microvm', 'pc', 'q35'] as const)(
    'of every kind are there on %s, which boots',
    async (machine) => {
      const result = await started({ machine, paused: false, ...(await every()) });
      expect(await result.ended).toEqual({ kind: 'exited', code: 0x2a });
    },
  );

  it('are made on first use where they have a size, without taking that room', async () => {
    const disks = [disk('new.img', { size: 64 << 20 }), disk('new.qcow2', { size: 64 << 20 })];
    const machine = await started({ disks });
    const blocks = await machine.qmp.execute('query-block');
    await machine.dispose();
    const sizes = (blocks as { inserted?: { image?: { 'virtual-size': number; format: string } } }[]).map(
      ({ inserted }) => [inserted?.image?.format, inserted?.image?.['virtual-size']],
    );
    expect(sizes).toEqual([
      ['raw', 64 << 20],
      ['qcow2', 64 << 20],
    ]);
    for (const { path } of disks) expect(statSync(path).blocks * 512).toBeLessThan(1 << 20);
    const again = await started({ disks });
    await again.dispose();
  });

  it('reach the guest’s port from the host’s', async () => {
    const forward = await freeForward();
    const machine = await started({ networks: [{ forwards: [forward] }] });
    const socket = connect(forward.hostPort, forward.hostAddress);
    await new Promise((done, failed) => socket.once('connect', done).once('error', failed));
    socket.destroy();
    await machine.dispose();
  });
});

describe('a machine whose devices are not to be had', () => {
  async function refusal(changes: Partial<MachineSpec>): Promise<string> {
    const before = socketFolders();
    const result = await startMachine(spec(changes));
    if (result.ok) {
      await result.machine.dispose();
      throw new Error('The machine started.');
    }
    expect(socketFolders()).toEqual(before);
    expect(result.message).not.toContain('\n');
    return result.message;
  }
  const raw = (path: string, readOnly = false): Disk => ({ path, format: 'raw', readOnly });

  it('names the port that is taken, and another one', async () => {
    const forward = await freeForward();
    const server = createServer();
    await new Promise<void>((done) => server.listen(forward.hostPort, '127.0.0.1', done));
    onTestFinished(() => void server.close());
    const message = await refusal({ networks: [{ forwards: [forward] }] });
    expect(message).toContain(`Port ${forward.hostPort} of the host (tcp, 127.0.0.1) is in use`);
    expect(message).toContain(`${forward.hostPort + 1}:80`);
  });

  it('names a port that is forwarded twice, and an address that is not the host’s', async () => {
    const forward = await freeForward();
    expect(await refusal({ networks: [{ forwards: [forward, forward] }] })).toContain('forwarded twice');
    const elsewhere = { ...forward, hostAddress: '192.0.2.1' };
    expect(await refusal({ networks: [{ forwards: [elsewhere] }] })).toContain('no address 192.0.2.1');
  });

  it('names the disk that another machine uses', async () => {
    const path = join(folder, 'shared.img');
    writeFileSync(path, Buffer.alloc(1 << 20));
    const machine = await started({ disks: [raw(path)] });
    expect(await refusal({ disks: [raw(path)] })).toBe(
      `The disk '${path}' is in use by another machine. End that machine, or give this one a disk of its own.`,
    );
    await machine.dispose();
  });

  it('names the disk that is in another format than its name says', async () => {
    const path = join(folder, 'not.qcow2');
    writeFileSync(path, 'text');
    expect(await refusal({ disks: [{ path, format: 'qcow2', readOnly: false }] })).toContain(
      `'${path}' is not in the format qcow2`,
    );
  });

  it('names a file or a folder that is missing, or is the other of the two', async () => {
    const absent = join(folder, 'absent');
    expect(await refusal({ disks: [raw(absent)] })).toContain(`The disk '${absent}' does not exist. Make it`);
    expect(await refusal({ disks: [raw(folder)] })).toContain('is a folder, not a file');
    expect(await refusal({ initrd: absent })).toContain(`The initrd '${absent}' does not exist.`);
    const share = { tag: 'fs0', readOnly: false };
    expect(await refusal({ shares: [{ path: absent, ...share }] })).toContain(`'${absent}', which the`);
    expect(await refusal({ shares: [{ path: image, ...share }] })).toContain('is not a folder');
    const lost = { ...raw(join(absent, 'x.img')), size: 1 };
    expect(await refusal({ disks: [lost] })).toMatch(
      /could not be made: '.*absent' is no folder\. Make it, or/,
    );
  });

  it('says that a QEMU is for another architecture', async () => {
    expect(await refusal({ architecture: 'arm64', qemu: 'qemu-system-x86_64' })).toContain(
      "This QEMU has no machine 'virt', which images for arm64 boot on.",
    );
  });

  it('names a machine of another architecture, and one without room', async () => {
    expect(await refusal({ machine: 'virt' })).toBe(
      "The machine 'virt' is an arm64 one and the image is for x86_64: take 'microvm' or 'pc' or 'q35'.",
    );
    const path = join(folder, 'shared.img');
    expect(await refusal({ disks: Array.from({ length: 9 }, () => raw(path)) })).toContain('room for 7');
  });
});

it('an empty qcow2 image holds what its size needs', () => {
  for (const size of [1, 64 << 20, 2 ** 40, 2 ** 44]) {
    const header = emptyQcow2(size);
    expect(Number(header.readBigUInt64BE(24))).toBe(size);
    expect(header.length - 3 * 65536).toBeGreaterThanOrEqual(header.readUInt32BE(36) * 8);
  }
});

/** A port that nobody uses at this moment. */
async function freeForward(): Promise<PortForward> {
  const server = createServer();
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
  );
  await new Promise((done) => server.close(done));
  return { protocol: 'tcp', hostAddress: '127.0.0.1', hostPort: port, guestPort: 80 };
}

describe('a machine that cannot start', () => {
  it('names the missing program and how to install it', async () => {
    const result = await startMachine(spec({ qemu: 'qemu-system-nowhere' }));
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining("'qemu-system-nowhere'") });
  });

  it('names a program that ends without a word, and how to use another one', async () => {
    expect(await startMachine(spec({ qemu: 'false' }))).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /^QEMU did not start \(exit code 1\): '.*false' said nothing\. .* 'unikernel\.qemuPath'\.$/,
      ),
    });
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

  it.each(['tcg', 'auto'] as const)(
    'says when a folder of its own cannot be made (%s)',
    async (accelerator) => {
      const saved = process.env.TMPDIR;
      process.env.TMPDIR = join(folder, 'absent');
      try {
        const result = await startMachine(spec({ accelerator }));
        expect(result).toMatchObject({ ok: false, message: expect.stringContaining('set TMPDIR') });
      } finally {
        if (saved === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = saved;
      }
    },
  );

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
