/** A disk whose file has no room on the host: the guest waits for it, and its user knows. */
import { join } from 'node:path';
import { hasSmallDisks, SmallDisk } from '@unikernel-tools/kernel-sdk/testing';
import { expect, it, onTestFinished } from 'vitest';
import { useDebuggee } from '../testing/launches';

const { launch, recordedOnSmallDisk } = useDebuggee('debuggee-disk');

it.skipIf(!hasSmallDisks).each([{}, { noDebug: true }])(
  'is told once, and written to when there is room again: %j (only root can make such a disk)',
  async (options) => {
    const host = new SmallDisk();
    onTestFinished(() => host.dispose());
    const path = join(host.folder, 'data.img');
    host.fill(0);
    const said: string[] = [];
    const session = await launch(
      { stopOnEntry: false, disks: [{ path, size: '1M' }], ...options },
      [],
      async ({ client }) => {
        client.on('output', ({ body }) => body.category === 'important' && said.push(body.output));
      },
    );
    try {
      await session.output(
        'important',
        `no room on the host for what it writes to the disk '${path}'. Free some`,
      );
      host.empty();
      await session.take('exited');
      await session.take('terminated');
      expect(said).toHaveLength(1);
    } finally {
      await session.close();
    }
  },
  60_000,
);

it.skipIf(!hasSmallDisks).each([false, true])(
  'is told of a recorded run too, by the file that takes its writes; behind a way back: %j (only root can make such a disk)',
  async (goesBack) => {
    const { session, disk } = await recordedOnSmallDisk();
    if (goesBack) {
      await session.client.stepBackRequest({ threadId: 1 });
      await session.stopped();
      expect((await session.goOn()).description).toBe('Paused at end of recording');
      // Where the machine goes on live.
      await session.client.stepInRequest({ threadId: 1 });
      await session.stopped();
    }
    disk.fill(0);
    await session.client.continueRequest({ threadId: 1 });
    await session.output('important', `the disk '${disk.folder}/`);
    disk.empty();
    await session.take('exited');
    await session.take('terminated');
  },
  60_000,
);
