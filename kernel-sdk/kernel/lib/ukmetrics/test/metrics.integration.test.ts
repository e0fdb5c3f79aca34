import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Guest } from '../../../../src/testing';

const folder = import.meta.dirname;
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

test.each([
  ['qemu/x86_64', 'microvm', 'virtio-serial-device'],
  ['qemu/x86_64', 'q35', 'virtio-serial-pci'],
  ['qemu/arm64', 'virt', 'virtio-serial-device'],
] as const)(
  'metrics go out through the second console as text that Prometheus takes (%s, %s)',
  async (target, machine, device) => {
    const scratch = mkdtempSync(join(tmpdir(), 'metrics-test-'));
    const path = join(scratch, 'console');
    const chardev = `socket,id=second,path=${path},server=on,wait=off`;
    const extraArguments = ['-chardev', chardev, '-device', device, '-device', 'virtconsole,chardev=second'];
    const guest = await Guest.boot(folder, { target, machine: { machine, extraArguments } });
    try {
      const text = await talk(path);
      expect(await guest.ends()).toEqual({ kind: 'exited', code: 0 });
      expect(guest.output).toContain('asked: 2\nwritten: 1\n');
      expect(text).toContain(
        '# HELP app_frames_total Frames sent.\n# TYPE app_frames_total counter\napp_frames_total{card="0"} 3\napp_frames_total{card="1"} 4\n',
      );
      expect(text).toContain('app_level_celsius -0.7\n');
      expect(text).toContain(
        'app_size_bytes_bucket{le="10"} 2\napp_size_bytes_bucket{le="100"} 3\napp_size_bytes_bucket{le="+Inf"} 4\napp_size_bytes_sum 1111\napp_size_bytes_count 4\n',
      );
      expect(text).toMatch(/^unikernel_heap_used_bytes \d+$/m);
      if (!hasPromtool)
        return console.warn("Skipped: 'promtool' is not installed; the text was not checked.");
      const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect(checked.stdout + checked.stderr).toBe('');
      expect(checked.status).toBe(0);
    } finally {
      await guest.dispose();
      rmSync(scratch, { recursive: true, force: true });
    }
  },
  400_000,
);

/** Asks once, and gives all that is said until the machine ends. */
function talk(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket: Socket = connect(path, () => socket.write('?\n'));
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      heard += text;
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}
