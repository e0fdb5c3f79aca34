import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Guest } from '../../../../../src/testing';

const LIMIT_MS = 400_000;
/** How long the guest waits for input. */
const POLL_MS = 20_000;

test.each([
  ['qemu/x86_64', 'microvm', 'device'],
  ['qemu/x86_64', 'q35', 'pci'],
  ['qemu/arm64', 'virt', 'device'],
] as const)(
  'a second line carries text both ways (%s, %s)',
  async (target, machine, bus) => {
    const folder = mkdtempSync(join(tmpdir(), 'console-test-'));
    const server = createServer();
    const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
    await new Promise<void>((resolve) => server.listen(join(folder, 'line'), resolve));
    const serial = `virtio-serial-${bus},max_ports=1${bus === 'pci' ? ',disable-legacy=on' : ''}`;
    const extraArguments = [
      ...['-chardev', `socket,id=line,path=${join(folder, 'line')}`],
      ...(bus === 'device' ? ['-global', 'virtio-mmio.force-legacy=false'] : []),
      ...['-device', serial, '-device', 'virtconsole,chardev=line'],
    ];
    let guest: Guest | undefined;
    try {
      guest = await Guest.boot(import.meta.dirname, { target, machine: { machine, extraArguments } });
      const line = (await connected).setEncoding('utf8');
      let heard = '';
      let changed = () => {};
      line.on('data', (text: string) => {
        heard += text;
        changed();
      });
      const hears = (length: number) =>
        new Promise<void>((resolve) => {
          changed = () => heard.length >= length && resolve();
          changed();
        });
      await guest.sees('ready\n');
      const greeting = `hello, host\n${'x'.repeat(99_999)}\n`;
      await hears(greeting.length);
      expect(heard).toBe(greeting);

      heard = '';
      const said = Array.from({ length: 2000 }, (_, i) => `line ${i}\n`).join('');
      const before = performance.now();
      line.write(said);
      await hears(said.length);
      // Input ends the wait for it, not the wait's own limit.
      expect(performance.now() - before).toBeLessThan(POLL_MS / 2);
      line.write('bye\n');
      expect(await guest.ends()).toEqual({ kind: 'exited', code: 0 });
      expect(heard).toBe(`${said}bye\n`);
      expect(guest.output).toContain('nothing yet: -1 Resource temporarily unavailable\npoll: 0\n');
      expect(guest.output).toContain('write of nothing: 0\n');
      expect(guest.output).toContain(`ready\npoll: 1\nread ${said.length + 4}\n`);
    } finally {
      await guest?.dispose();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  LIMIT_MS,
);
