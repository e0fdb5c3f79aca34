/** EFI images, which firmware puts where there is room: found there, and debugged from their first instruction on. */
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lineOf } from '../testing/debuggee';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();
const thread = { threadId: 1 };
/** Firmware takes its seconds where it is emulated. */
const LIMIT_MS = 120_000;

function copies(): string[] {
  const own = readdirSync(tmpdir()).filter((name) => name.startsWith('unikernel-'));
  return own.filter((name) => existsSync(join(tmpdir(), name, 'image.efi')));
}

describe.each(['x86_64', 'arm64'] as const)('an EFI image for %s', (architecture) => {
  it(
    'stops at main, where its firmware has put it, and at breakpoints that were there before',
    async () => {
      const source = images().source('efi.c');
      const line = lineOf(source, 'mark: round');
      const session = await start({ program: images().efi(architecture) }, [{ path: source, line }]);
      expect(await session.stopped()).toMatchObject({ reason: 'entry' });
      expect(await session.place()).toBe(`main:${lineOf(source, 'say("efi: ready')}`);
      const { stackFrames } = (await session.client.stackTraceRequest(thread)).body;
      expect(stackFrames.slice(0, 2).map(({ name }) => name)).toEqual(['main', 'efi_main']);
      // It is linked to below 64 KiB, or above 5 GiB, where there is no memory.
      const place = BigInt(stackFrames[0]?.instructionPointerReference ?? 0);
      expect(place > 0x1_0000n && place < 0x1_4000_0000n).toBe(true);
      expect((await session.goOn()).reason).toBe('breakpoint');
      expect(await session.place()).toBe(`main:${line}`);
      expect((await session.evaluate('rounds')).result).toBe('0');
      await session.output('stdout', 'efi: ready');
      await session.client.setBreakpointsRequest({ source: { path: source }, breakpoints: [] });
      await session.client.continueRequest(thread);
      await session.output('stdout', 'efi: done');
      expect(copies()).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'stops at its first instruction, which is its own',
    async () => {
      const session = await start({ program: images().efi(architecture), stopOnEntry: 'kernel' });
      expect(await session.stopped()).toMatchObject({ reason: 'entry' });
      const frame = await session.frame();
      expect(frame.name).toBe('efi_main');
      await session.client.nextRequest({ ...thread, granularity: 'instruction' });
      await session.stopped();
      const [first, second] = [frame, await session.frame()].map((at) =>
        BigInt(at.instructionPointerReference ?? 0),
      );
      const length = Number((second ?? 0n) - (first ?? 0n));
      expect(length).toBe(architecture === 'arm64' ? 4 : 1);
    },
    LIMIT_MS,
  );
});

it(
  'an EFI image whose firmware is ended, and one that it does not start, leave nothing',
  async () => {
    const refusal = (options: object) => start(options).catch((error: Error) => error.message);
    const program = images().efi('x86_64');
    expect(await refusal({ program, machine: 'virt' })).toContain("take 'microvm' or 'pc' or 'q35'");
    // No file of its name: QEMU says so.
    expect(await refusal({ program, qemuArguments: ['-bios', '/nowhere/firmware'] })).toContain(
      '/nowhere/firmware',
    );
    expect(copies()).toEqual([]);
    expect(existsSync(program)).toBe(true);
  },
  LIMIT_MS,
);
