/** A disk whose file has no room on the host: the guest waits for it, and its user knows. */
import { join } from 'node:path';
import { hasSmallDisks, SmallDisk } from '@unikernel-tools/kernel-sdk/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { useDebuggee } from '../testing/launches';

const { launch } = useDebuggee('debuggee-disk');

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

it.skipIf(!hasSmallDisks)(
  'is told of a recorded run too, by the file that takes its writes (only root can make such a disk)',
  async () => {
    // What follows is about what comes behind a build.
    await (await launch({ noDebug: true })).take('terminated');
    const host = new SmallDisk();
    onTestFinished(() => host.dispose());
    vi.stubEnv('TMPDIR', host.folder);
    const session = await launch({ timeTravel: true });
    vi.unstubAllEnvs();
    try {
      await session.stopped();
      // A state is kept behind the first stop, and is waited for here.
      await session.client.nextRequest({ threadId: 1 });
      await session.stopped();
      host.fill(0);
      await session.client.continueRequest({ threadId: 1 });
      await session.output('important', `the disk '${host.folder}/`);
      host.empty();
      await session.take('exited');
      await session.take('terminated');
    } finally {
      await session.close();
    }
  },
  60_000,
);
