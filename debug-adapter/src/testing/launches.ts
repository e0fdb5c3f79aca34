/** For tests: sessions on one debuggee, all of them ended after each test with nothing left running. */
import { SmallDisk } from '@unikernel-tools/kernel-sdk/testing';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { type Breakpoint, bundleAdapter, Debuggee, type Fixture, processesOf, TestSession } from './debuggee';

export interface Launches {
  /** The project; there while tests run. */
  debuggee(): Debuggee;
  launch(
    options?: object,
    breakpoints?: readonly Breakpoint[],
    configure?: (session: TestSession) => Promise<unknown>,
  ): Promise<TestSession>;
  /** Launches, runs to a mark and stops there. */
  stoppedAt(file: string, mark: string, options?: object): Promise<TestSession>;
  /**
   * Launches a recorded run whose files lie on a small disk, and steps once: what is kept behind the first stop is there then.
   * To be called where there are small disks.
   */
  recordedOnSmallDisk(options?: object): Promise<{ session: TestSession; disk: SmallDisk }>;
  /** A breakpoint on a mark. */
  at(file: string, mark: string, more?: Partial<Breakpoint>): Breakpoint;
}

/** Registers the hooks of a test file. */
export function useDebuggee(fixture: Fixture): Launches {
  let made: Debuggee | undefined;
  const sessions: TestSession[] = [];
  const debuggee = () => {
    if (made === undefined) throw new Error('The debuggee is there while tests run.');
    return made;
  };
  beforeAll(() => {
    bundleAdapter();
    made = new Debuggee(fixture);
  });
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    expect(processesOf(debuggee().folder)).toEqual([]);
  });
  afterAll(() => made?.dispose());
  const launches: Launches = {
    debuggee,
    async launch(options = {}, breakpoints = [], configure) {
      const session = await TestSession.open({ manifest: debuggee().manifest, ...options });
      sessions.push(session);
      await session.launch(breakpoints, configure);
      return session;
    },
    async stoppedAt(file, mark, options = {}) {
      const session = await launches.launch({ stopOnEntry: false, ...options }, [launches.at(file, mark)]);
      await session.stopped();
      return session;
    },
    async recordedOnSmallDisk(options = {}) {
      // The disk is for what comes behind a build.
      await (await launches.launch({ noDebug: true })).take('terminated');
      const disk = new SmallDisk();
      onTestFinished(() => disk.dispose());
      vi.stubEnv('TMPDIR', disk.folder);
      const session = await launches
        .launch({ timeTravel: true, ...options })
        .finally(() => vi.unstubAllEnvs());
      await session.stopped();
      await session.client.nextRequest({ threadId: 1 });
      await session.stopped();
      return { session, disk };
    },
    at: (file, mark, more = {}) => ({
      path: debuggee().path(file),
      line: debuggee().mark(file, mark),
      ...more,
    }),
  };
  return launches;
}
