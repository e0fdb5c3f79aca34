/** For tests: QEMU with something between its control socket and the adapter, which makes it behave as it rarely does. */
import { writeFileSync } from 'node:fs';

/** What it does with a command of the adapter's, in the names of the script below; the others are passed on. */
const MANNERS = {
  /** The first one alone: `PATH.hung` is there from then on. */
  'hangs at quit': `
    if (data.includes('"quit"') && !existsSync(__filename + '.hung')) {
      writeFileSync(__filename + '.hung', '');
      return qemu.kill('SIGSTOP');
    }`,
  /** As where the guest ends before QEMU comes to answer. */
  'leaves cont unanswered': `
    if (data.includes('"cont"')) {
      fromQemu.unpipe(toAdapter);
      fromQemu.resume();
    }`,
} as const;

/** Writes a program that stands for QEMU for x86_64; gives its path. */
export function otherQemu(path: string, manner: keyof typeof MANNERS): string {
  const script = `#!${process.execPath}
const { spawn } = require('node:child_process');
const { existsSync, writeFileSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const args = process.argv.slice(2);
const at = args.findIndex((arg) => /^socket,path=.*,id=qmp$/.test(arg));
const real = /path=(.*),id=qmp$/.exec(args[at])[1];
const own = real + '.own';
createServer((fromQemu) => {
  const toAdapter = connect(real);
  fromQemu.pipe(toAdapter);
  toAdapter.on('data', (data) => {${MANNERS[manner]}
    fromQemu.write(data);
  });
  for (const socket of [fromQemu, toAdapter]) socket.on('error', () => undefined);
}).listen(own);
args[at] = args[at].replace(real, own);
const qemu = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'qemu-system-x86_64', ...args], { stdio: 'inherit' });
qemu.on('exit', (code) => process.exit(code ?? 1));
process.on('SIGTERM', () => qemu.kill('SIGKILL'));
`;
  writeFileSync(path, script, { mode: 0o755 });
  return path;
}
