/** The guest's memory by real GDB and QEMU. */
import { findTool } from '@unikernel-tools/kernel-sdk/program';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { BareImages } from '../testing/bare-images';
import { RunningMachine } from '../testing/running-machine';
import { attachTo, GdbConnection, readPhysicalMemory, startGdb } from './index';

let images: BareImages;
beforeAll(() => {
  images = new BareImages();
});
afterAll(() => images.dispose());

it('physical memory is read once the machine can be asked, though it could not be before', async () => {
  const machine = await RunningMachine.start(images.folder, 'machine', images.multiboot());
  onTestFinished(() => machine.stop());
  const tool = findTool('gdb');
  if (!tool.ok) throw new Error(tool.message);
  const gdb = new GdbConnection(startGdb(tool.path));
  onTestFinished(() => gdb.dispose());
  const read = async () => (await readPhysicalMemory(gdb, 0x10_0000n, 16)).length;
  expect(await read()).toBe(0);
  await attachTo(gdb, { transport: 'unix', path: machine.gdb });
  expect(await read()).toBe(16);
});
