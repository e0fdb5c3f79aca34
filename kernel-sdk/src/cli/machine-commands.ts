/** `unikernel run` and `debug`: a machine on the terminal. */
import { basename } from 'node:path';
import { FullDisk, type Machine, type MachineEnd, startMachine } from '../machine';
import { debuggerFor, findTool } from '../program';
import { dapCommand } from './dap-command';
import { machineOverrides } from './machine-options';
import { CommandError, type Invocation } from './main';
import { productAt } from './select';
import { connectTerminal } from './terminal';

/** As a shell reports a program that called abort(). */
const PANIC_EXIT_CODE = 134;

export async function runCommand(invocation: Invocation): Promise<number> {
  const { machine } = await boot(invocation, false);
  return attachTerminal(machine, invocation);
}

export async function debugCommand(invocation: Invocation): Promise<number> {
  if (invocation.flags.has('dap')) return dapCommand(invocation);
  if (invocation.options.listen !== undefined) throw new CommandError('--listen belongs to --dap.');
  const { machine, symbols, architecture } = await boot(invocation, true);
  const gdb = findTool(debuggerFor(architecture));
  const place = machine.gdb.transport === 'unix' ? machine.gdb.path : `127.0.0.1:${machine.gdb.port}`;
  const { stderr } = invocation.streams;
  stderr.write('The machine waits before its first instruction. Attach with:\n');
  invocation.streams.stdout.write(
    `${gdb.ok ? basename(gdb.path) : '<gdb>'} ${quote(symbols)} -ex ${quote(`target remote ${place}`)}\n`,
  );
  if (!gdb.ok) stderr.write(`${gdb.message}\n`);
  return attachTerminal(machine, invocation);
}

interface Booted {
  readonly machine: Machine;
  readonly symbols: string;
  readonly architecture: string;
}

async function boot(invocation: Invocation, paused: boolean): Promise<Booted> {
  // What the options say is looked at before the build, which may take its time.
  const overrides = machineOverrides(invocation, paused);
  const { plan, symbols, architecture } = await productAt(invocation);
  const planned = await plan(overrides);
  if (!planned.ok) throw new CommandError(planned.message);
  const started = await startMachine(planned.spec);
  if (!started.ok) throw new CommandError(started.message);
  return { machine: started.machine, symbols, architecture };
}

/** The serial line on stdin and stdout until the machine ends; a signal ends it. */
async function attachTerminal(machine: Machine, { streams }: Invocation): Promise<number> {
  const stop = () => void machine.dispose();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  const fullDisk = new FullDisk(machine.qmp, (sentence) => streams.stderr.write(`unikernel: ${sentence}\n`));
  const disconnect = connectTerminal(machine.serial, streams, stop);
  try {
    return tell(await machine.ended, streams.stderr);
  } finally {
    disconnect();
    fullDisk.dispose();
    for (const signal of signals) process.off(signal, stop);
  }
}

function tell(end: MachineEnd, stderr: NodeJS.WritableStream): number {
  switch (end.kind) {
    case 'exited':
      return end.code;
    case 'poweredOff':
      return 0;
    case 'stopped':
      return 130;
    case 'panicked':
      stderr.write('unikernel: the kernel panicked; its last words are above.\n');
      return PANIC_EXIT_CODE;
    case 'reset':
      stderr.write(
        'unikernel: the machine reset itself, most often for a triple fault. Look with: unikernel debug\n',
      );
      return PANIC_EXIT_CODE;
    case 'died':
      stderr.write(`unikernel: ${end.message}\n`);
      return 1;
  }
}

function quote(argument: string): string {
  return /^[\w./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
