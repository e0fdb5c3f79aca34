/** The guest's memory by real GDB and QEMU. */
import { findTool } from '@unikernel-tools/kernel-sdk/program';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { BareImages } from '../testing/bare-images';
import { RunningMachine } from '../testing/running-machine';
import { attachTo, GdbConnection, readMemory, readPhysicalMemory, resume, startGdb } from './index';

let images: BareImages;
beforeAll(() => {
  images = new BareImages();
});
afterAll(() => images.dispose());

/** A machine, and a GDB that is not connected to it. */
async function started() {
  const machine = await RunningMachine.start(images.folder, 'machine', images.multiboot());
  onTestFinished(() => machine.stop());
  const tool = findTool('gdb');
  if (!tool.ok) throw new Error(tool.message);
  const gdb = new GdbConnection(startGdb(tool.path));
  onTestFinished(() => gdb.dispose());
  return { machine, gdb };
}

it('physical memory is read once the machine can be asked, though it could not be before', async () => {
  const { machine, gdb } = await started();
  const read = async () => (await readPhysicalMemory(gdb, 0x10_0000n, 16)).length;
  expect(await read()).toBe(0);
  await attachTo(gdb, { transport: 'unix', path: machine.gdb });
  expect(await read()).toBe(16);
});

it('of a guest that runs by now nothing is read, rather than taken for memory that is not there', async () => {
  const { machine, gdb } = await started();
  await attachTo(gdb, { transport: 'unix', path: machine.gdb });
  await readPhysicalMemory(gdb, 0x10_0000n, 16);
  await resume(gdb);
  await expect(readMemory(gdb, 0x10_0000n, 16)).rejects.toMatchObject({ isOvertaken: true });
  await expect(readPhysicalMemory(gdb, 0x10_0000n, 16)).rejects.toMatchObject({ isOvertaken: true });
});
