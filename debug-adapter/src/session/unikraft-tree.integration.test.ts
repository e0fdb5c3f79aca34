/** What Unikraft itself tells: an application that is built in UNIKRAFT_TREE, a checkout of it. Skipped without one. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useSessions } from '../testing/sessions';

const TREE = process.env.UNIKRAFT_TREE?.split(delimiter)[0];
const BUILD_LIMIT_MS = 600_000;
const MAIN = `#include <stdio.h>
#include <string.h>
#include <uk/assert.h>
#define UK_DEBUG_TRACE
#include <uk/trace.h>

UK_TRACEPOINT(trace_app_round, "round %d of %s, at %p", int, const char *, void *);

int main(int argc, char *argv[]) {
  const char *what = argc > 1 ? argv[argc - 1] : "none";
  for (int i = 0; i < 3; i++) trace_app_round(i - 1, what, (void *)0x1234);
  if (!strcmp(what, "assert")) UK_ASSERT(argc == 0);
  if (!strcmp(what, "opcode")) __asm__ volatile(".byte 0x0f, 0x0b");
  if (!strcmp(what, "crash")) UK_CRASH("given up\\n");
  printf("done\\n");
  return 0;
}
`;

describe.skipIf(TREE === undefined)(
  `an application in Unikraft’s tree ${TREE ?? '(UNIKRAFT_TREE is not set)'}`,
  () => {
    let folder: string;
    const { start } = useSessions(() => folder);
    beforeAll(() => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'unikraft-tree-')));
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'main.c'), MAIN);
      writeFileSync(
        join(folder, 'Makefile.uk'),
        '$(eval $(call addlib,appsays))\nAPPSAYS_SRCS-y += $(APPSAYS_BASE)/main.c\n',
      );
      const options = {
        OPTIMIZE_NONE: 'y',
        // QEMU 7.2 emulates no RDSEED.
        LIBUKRANDOM: 'n',
        LIBUKDEBUG_TRACEPOINTS: 'y',
        LIBUKDEBUG_ENABLE_ASSERT: 'y',
      };
      const kconfig = Object.entries(options).map(([name, value]) => `    CONFIG_${name}: '${value}'\n`);
      writeFileSync(
        join(folder, 'Kraftfile'),
        `spec: v0.6\nname: says\nunikraft:\n  source: ${TREE}\n  kconfig:\n${kconfig.join('')}targets: [qemu/x86_64]\n`,
      );
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const launch = (options: object, configure?: Parameters<typeof start>[2]) =>
      start({ manifest: join(folder, 'Kraftfile'), stopOnEntry: false, ...options }, [], configure);

    it(
      'has its tracepoints read, with their arguments as they are printed',
      async () => {
        const session = await launch({ args: ['crash'] });
        expect((await session.stopped()).text).toMatch(/^Unikraft crashed/);
        const { events } = (await session.client.customRequest('unikernel/trace')).body;
        expect(events.map((event: { name: string }) => event.name)).toEqual(Array(3).fill('app_round'));
        expect(events[0].meaning).toBe('round -1 of crash, at 0x1234');
        expect(events[2].meaning).toBe('round 1 of crash, at 0x1234');
        expect(events[2].time).toBeGreaterThanOrEqual(events[0].time);
      },
      BUILD_LIMIT_MS,
    );

    it(
      'has its exceptions told apart, and those that nobody chose passed over',
      async () => {
        const kindOf = async (what: string) => {
          const session = await launch({ args: [what] });
          const { text } = await session.stopped();
          const { body } = await session.client.exceptionInfoRequest({ threadId: 1 });
          return [body.exceptionId, text];
        };
        expect(await kindOf('assert')).toEqual(['assertion', expect.stringContaining('argc == 0')]);
        expect(await kindOf('opcode')).toEqual(['invalid-opcode', expect.stringContaining('Invalid opcode')]);
        expect((await kindOf('crash'))[0]).toBe('panic');

        const choose =
          (filters: string[]) => (opening: Parameters<NonNullable<Parameters<typeof start>[2]>>[0]) =>
            opening.client.setExceptionBreakpointsRequest({ filters });
        const passed = await launch({ args: ['assert'] }, choose(['panic', 'page-fault']));
        await passed.take('terminated');
        expect(passed.count('stopped')).toBe(0);
        const ended = ({ body }: DebugProtocol.OutputEvent) =>
          /ended in a kernel panic|powered/.test(body.output);
        await passed.take<DebugProtocol.OutputEvent>('output', ended);
        const chosen = await launch({ args: ['opcode'] }, choose(['invalid-opcode']));
        expect((await chosen.stopped()).reason).toBe('exception');
      },
      BUILD_LIMIT_MS,
    );
  },
);
