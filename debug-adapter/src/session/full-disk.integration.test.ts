/** A disk whose file has no room on the host: the guest waits for it, and its user knows. */
import { execSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSmallDisks, SmallDisk } from '@unikernel-tools/kernel-sdk/testing';
import { expect, it, onTestFinished, vi } from 'vitest';
import { useDebuggee } from '../testing/launches';

const { launch, at, recordedOnSmallDisk } = useDebuggee('debuggee-disk');

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

const hasQemuImg = spawnSync('qemu-img', ['--version']).status === 0;

it.skipIf(!hasSmallDisks || !hasQemuImg).each(['by itself', 'by its user'])(
  'takes what a recorded run wrote when there is room again, by what is told as that ends %s (only root can make such a disk)',
  async (how) => {
    const host = new SmallDisk();
    onTestFinished(() => host.dispose());
    const temporary = mkdtempSync(join(tmpdir(), 'full-disk-test-'));
    onTestFinished(() => rmSync(temporary, { recursive: true }));
    vi.stubEnv('TMPDIR', temporary);
    onTestFinished(() => void vi.unstubAllEnvs());
    const disks = [{ path: join(host.folder, 'data.img'), size: '1M' }];
    const said: string[] = [];
    const session = await launch({ timeTravel: true, disks }, [at('main.c', 'count')], async ({ client }) => {
      client.on('output', ({ body }) => body.category === 'important' && said.push(body.output));
    });
    await session.stopped();
    await session.goOn();
    host.fill(0);
    if (how === 'by its user') await session.client.terminateRequest();
    else {
      await session.client.setBreakpointsRequest({ source: at('main.c', 'count'), breakpoints: [] });
      await session.client.continueRequest({ threadId: 1 });
      await session.take('exited');
    }
    await session.take('terminated');
    const [, command = ''] =
      /No space left on device\. It is kept in .* bring it in with "(.*?)"/.exec(said.join()) ?? [];
    host.empty();
    execSync(command);
    const next = await launch({ disks, stopOnEntry: false });
    await next.output('stdout', how === 'by itself' ? 'count 6' : 'count 4');
  },
  60_000,
);
