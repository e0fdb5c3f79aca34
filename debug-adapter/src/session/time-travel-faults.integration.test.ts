/** Going back from what a guest does not go on from. */
import { existsSync } from 'node:fs';
import { hasSmallDisks } from '@unikernel-tools/kernel-sdk/testing';
import { expect, it, vi } from 'vitest';
import type { TestSession } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';
import { otherQemu } from '../testing/other-qemu';

const { launch, at, debuggee, recordedOnSmallDisk } = useDebuggee('debuggee-values');
const thread = { threadId: 1 };

async function stepsBackTo(session: TestSession, place: string): Promise<void> {
  await session.client.stepBackRequest(thread);
  await session.stopped();
  expect(await session.place()).toBe(place);
}

/** Through what is left of the recording, and on live. */
async function runsToItsEnd(session: TestSession): Promise<void> {
  await session.client.continueRequest(thread);
  expect((await session.stopped()).description).toBe('Paused at end of recording');
  await session.client.continueRequest(thread);
  await session.take('terminated');
}

it('a triple fault is gone back from, and happens again where the run goes on', async () => {
  const session = await launch({ timeTravel: true, stopOnEntry: false, args: ['triple'] });
  expect(await session.stopped()).toMatchObject({ description: 'Paused on triple fault' });
  const fault = `triple_fault:${at('main.c', 'triple').line}`;
  expect(await session.place()).toBe(fault);
  await session.client.stepBackRequest(thread);
  await session.stopped();
  expect(await session.place()).toMatch(/^triple_fault:|^main:/);
  await session.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'main' }] });
  await session.client.reverseContinueRequest(thread);
  expect((await session.stopped()).reason).toBe('function breakpoint');
  expect(await session.place()).toMatch(/^main:/);
  expect((await session.goOn()).description).toBe('Paused at end of recording');
  expect(await session.place()).toBe(fault);
  expect((await session.goOn()).description).toBe('Paused on triple fault');
  expect(await session.place()).toBe(fault);
  await session.client.continueRequest(thread);
  await session.take('terminated');
});

it.skipIf(!hasSmallDisks)(
  'going back that has no room says where, the run goes on, and goes back when there is some (only root can make such a disk)',
  async () => {
    const { session, disk } = await recordedOnSmallDisk();
    disk.fill(200_000);
    const place = await session.place();
    await session.client.stepBackRequest(thread);
    const stay = await session.stopped();
    expect(stay).toMatchObject({
      reason: 'pause',
      text: expect.stringContaining(`no room in '${disk.folder}'`),
    });
    await session.output('important', `no room in '${disk.folder}'. Free some space there, or set TMPDIR`);
    expect(await session.place()).toBe(place);
    await session.client.nextRequest(thread);
    await session.stopped();
    disk.empty();
    await stepsBackTo(session, place);
    await runsToItsEnd(session);
  },
);

it.skipIf(!hasSmallDisks)(
  'a recording that has no room as it grows is told as lost, and the run goes on, and back to there (only root can make such a disk)',
  async () => {
    const { session, disk } = await recordedOnSmallDisk();
    const lost = `no room in '${disk.folder}'. Free some space there, or set TMPDIR`;
    const next = async () => {
      await session.client.nextRequest(thread);
      await session.stopped();
    };
    disk.fill(0);
    // QEMU writes to its log by blocks, and each step leaves some of one.
    for (let turn = 0; turn < 6; turn++) await next();
    expect(await session.output('important', lost)).toContain('The unikernel goes on, but');
    disk.empty();
    const place = await session.place();
    await session.client.stepBackRequest(thread);
    const stay = await session.stopped();
    expect(stay).toMatchObject({ reason: 'pause', text: expect.stringContaining(lost) });
    expect(stay.text).toContain('Another recording begins here');
    expect(await session.place()).toBe(place);
    await next();
    await stepsBackTo(session, place);
    await runsToItsEnd(session);
  },
);

it('a recording that QEMU does not end is told as lost, and the run goes on, and back to there', async () => {
  const session = await launch({
    timeTravel: true,
    qemuPath: otherQemu(debuggee().path('hanging-qemu'), 'hangs at quit'),
  });
  await session.stopped();
  await session.client.nextRequest(thread);
  await session.stopped();
  const place = await session.place();
  await session.client.stepBackRequest(thread);
  expect(await session.stopped()).toMatchObject({
    reason: 'pause',
    text: expect.stringMatching(/was killed\. .* cannot be played\. Another recording begins here/),
  });
  expect(await session.place()).toBe(place);
  await session.client.nextRequest(thread);
  await session.stopped();
  await stepsBackTo(session, place);
  await session.client.reverseContinueRequest(thread);
  expect((await session.stopped()).description).toBe('Paused at start of recording');
  expect(await session.place()).toBe(place);
  await runsToItsEnd(session);
});

it.skipIf(!hasSmallDisks)(
  'a recording that is lost while there is no room ends with its unikernel (only root can make such a disk)',
  async () => {
    const qemuPath = otherQemu(debuggee().path('hanging-without-room'), 'hangs at quit');
    const { session, disk } = await recordedOnSmallDisk({ qemuPath });
    await session.client.stepBackRequest(thread);
    await vi.waitUntil(() => existsSync(`${qemuPath}.hung`), 10_000);
    disk.fill(0);
    await session.output(
      'important',
      `has no room in '${disk.folder}'. Free some space there, or set TMPDIR`,
    );
    await session.take('terminated');
  },
);
