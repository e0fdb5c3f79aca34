/** Where KVM is said to work a kernel runs under it; where it gives a guest up, the machine ends with a sentence. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findTool } from '../program';
import { createProject } from '../project';
import { runGuest } from '../testing';
import { kvmWorks } from './accelerator';
import { QmpClient } from './qmp';
import { GuestEnd } from './shutdown';

it('gives the same verdict twice, and false where there is no /dev/kvm', async () => {
  const qemu = findTool('qemu');
  if (!qemu.ok) throw new Error(qemu.message);
  const verdict = await kvmWorks(qemu.path);
  expect(await kvmWorks(qemu.path)).toBe(verdict);
  if (!existsSync('/dev/kvm')) expect(verdict).toBe(false);
  expect(execFileSync(qemu.path, ['-accel', 'help']).toString()).toContain('tcg');
});

it('chooses one that the kernel runs with', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'accelerator-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  createProject('hello', folder);
  const { end } = await runGuest(folder, { machine: { accelerator: 'auto' } });
  expect(end).toMatchObject({ kind: 'exited' });
});

it('tells of a guest that KVM gives up', async () => {
  // QEMU's words on a host where this happens; no other accelerator ever says them.
  const folder = mkdtempSync(join(tmpdir(), 'qmp-'));
  const server = createServer((socket) => {
    socket.write('{"timestamp":{"seconds":1,"microseconds":0},"event":"STOP"}\r\n');
    socket.setEncoding('utf8').on('data', (line: string) => {
      const { id, execute } = JSON.parse(line);
      if (execute !== 'query-status') return;
      const status = { running: false, singlestep: false, status: 'internal-error' };
      socket.write(`${JSON.stringify({ return: status, id })}\r\n`);
    });
  });
  const socket = new Socket();
  onTestFinished(() => {
    socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = join(folder, 'qmp.sock');
  await new Promise<void>((done) => server.listen(path, done));
  socket.connect(path);
  const guest = await new Promise<GuestEnd>((done) => {
    const told: GuestEnd = new GuestEnd(new QmpClient(socket), true, () => done(told));
  });
  expect(guest.end).toEqual({ kind: 'died', message: expect.stringContaining("accelerator to 'tcg'") });
});
