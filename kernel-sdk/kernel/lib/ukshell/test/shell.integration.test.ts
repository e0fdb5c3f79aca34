import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { freePort, Guest } from '../../../../src/testing';

const folder = import.meta.dirname;
const LIMIT_MS = 400_000;

const ANSWERS: readonly [string, RegExp][] = [
  ['help', /ps +lists the threads\n[\s\S]*greet +\[NAME\] +says hello/],
  ['ps', /waiting +\d+ +main +nothing/],
  ['mem', /heap: \d+ KiB, \d+ KiB used by \d+ pieces, \d+ KiB at most/],
  ['libs', /libuksched [\s\S]*libukshell appshell/],
  ['trace', /\d+ us +thread \d+ +switch/],
  ['dmesg', /Info: \[libukboot\] booted with \d+ KiB of heap/],
  ['ifconfig', /10\.0\.2\.15 +mask 255\.255\.255\.0 +gateway 10\.0\.2\.2/],
  ['peek 0', /0x0 is not mapped as memory\./],
  ['peek nonsense', /peek takes an address, such as 0x100000\./],
  ['greet Ada', /Hello, Ada!/],
  ['nope', /There is no command 'nope'; 'help' lists them\./],
];

describe.each(['qemu/x86_64', 'qemu/arm64'])('on %s', (target) => {
  test(
    'every command answers on the serial line and on TCP, and a caller who hangs up is no trouble',
    async () => {
      const port = await freePort();
      const ports = [{ protocol: 'tcp' as const, hostAddress: '127.0.0.1', hostPort: port, guestPort: 2323 }];
      const guest = await Guest.boot(folder, { target, machine: { ports } });
      try {
        await guest.sees('main waits');
        for (const [line, answer] of ANSWERS) {
          guest.type(`${line}\n`);
          await guest.sees(answer);
        }
        guest.type('greex\x7ft Bob\n');
        await guest.sees('Hello, Bob!');
        for (let round = 0; round < 2; round++) {
          const answers = await askAll(port);
          for (const [, answer] of ANSWERS) expect(answers).toMatch(answer);
        }
        guest.type('reboot\n');
        expect(await guest.ends()).toEqual({ kind: 'reset' });
      } finally {
        await guest.dispose();
      }
    },
    LIMIT_MS,
  );
});

/** Types every line, and hangs up when the last one has been answered. */
function askAll(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(ANSWERS.map(([line]) => `${line}\n`).join('')),
    );
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      heard += text;
      if (heard.includes("There is no command 'nope'")) socket.end();
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}
