/** For tests: sessions with the real adapter, all of them ended after each test with nothing left running. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { BareImages } from './bare-images';
import { type Breakpoint, bundleAdapter, processesOf, TestSession } from './debuggee';

export interface Sessions {
  /** Launches, or attaches where the arguments' `request` says so. */
  start(
    options: object,
    breakpoints?: readonly Breakpoint[],
    configure?: (session: TestSession) => Promise<unknown>,
  ): Promise<TestSession>;
}

/** Registers the hooks of a test file. @param place A folder or a file that every QEMU and GDB of a test names. */
export function useSessions(place: () => string): Sessions {
  const sessions: TestSession[] = [];
  beforeAll(bundleAdapter);
  afterEach(async () => {
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    expect(processesOf(place())).toEqual([]);
  });
  return {
    async start(options, breakpoints = [], configure) {
      const session = await TestSession.open(options);
      sessions.push(session);
      await session.launch(breakpoints, configure);
      return session;
    },
  };
}

/** Sessions on images of test-fixtures/bare. */
export function useBareImages(): Sessions & { images(): BareImages } {
  let made: BareImages | undefined;
  const images = () => {
    if (made === undefined) throw new Error('The images are there while tests run.');
    return made;
  };
  const sessions = useSessions(() => images().folder);
  beforeAll(() => {
    made = new BareImages();
  });
  afterAll(() => made?.dispose());
  return { ...sessions, images };
}
