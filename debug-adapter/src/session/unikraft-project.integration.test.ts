/**
 * F5 on a Kraftfile whose kernel other tools build. Unikraft's tree is not part of this project: what a Makefile, or kraft,
 * makes here stands where they put theirs and is debugged the same. With UNIKRAFT_TREE, a checkout of Unikraft, its own
 * make builds the real thing; without it that test is skipped.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, describe, expect, it } from 'vitest';
import { lineOf, processOf } from '../testing/debuggee';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();
const thread = { threadId: 1 };
const PATH = process.env.PATH ?? '';
afterEach(() => {
  process.env.PATH = PATH;
});

/** A machine without kraft, whatever this one has. */
function onPath(...folders: string[]): void {
  const others = PATH.split(delimiter).filter((folder) => !/kraft/.test(folder));
  process.env.PATH = [...folders, ...others].join(delimiter);
}

function write(name: string, text: string): string {
  const path = images().source(name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function kraftfile(more = ''): string {
  return write('Kraftfile', `spec: v0.6\nname: bare\nunikraft: stable\ntargets: [qemu/x86_64]\n${more}`);
}

/** Unikraft's names: the image that boots, and `.dbg` beside it. */
function recipe(): string {
  const link = images().linkCommand('build/bare_qemu-x86_64.dbg', 'x86_64', '-DMULTIBOOT').join(' ');
  const convert = 'objcopy -O elf32-i386 --strip-all build/bare_qemu-x86_64.dbg build/bare_qemu-x86_64';
  return `mkdir -p build && ${link} && ${convert}`;
}

describe('a Unikraft project', () => {
  it('is built by its own Makefile, booted as its manifest says, and built again after an edit', async () => {
    onPath();
    const tree = images().source('workdir/unikraft');
    mkdirSync(tree, { recursive: true });
    write('Makefile', `UK_ROOT ?= $(PWD)/workdir/unikraft\nall:\n\t${recipe()}\n`);
    const manifest = kraftfile('cmd: [one, "two words"]\nx-memory: 96M\n');
    const main = images().source('main.c');
    const line = lineOf(main, 'mark: loop');
    const session = await start({ manifest, cpus: 2 }, [{ path: main, line }]);
    expect(await session.stopped()).toMatchObject({ reason: 'entry' });
    expect((await session.frames())[0]).toMatchObject({ name: 'main', source: { path: main } });
    const command = readFileSync(`/proc/${processOf(images().folder, 'qemu')}/cmdline`, 'utf8').split('\0');
    expect(command[command.indexOf('-m') + 1]).toBe('96M');
    expect(command[command.indexOf('-append') + 1]).toBe('one "two words"');
    expect((await session.goOn()).reason).toBe('breakpoint');

    const text = readFileSync(main, 'utf8');
    writeFileSync(main, `/* One line more. */\n${text}`);
    try {
      await session.request('restart');
      await session.stopped();
      await session.goOn();
      // The breakpoint's line is another statement's now.
      expect((await session.place()).split(':')[1]).not.toBe(String(line + 1));
      writeFileSync(main, text.replace('int known = 1;', 'int known = nothing;'));
      const refused = await start({ manifest }).catch((error: Error) => error.message);
      expect(refused).toMatch(/^The project does not build \(make\): .*main\.c:\d+:\d+: .*nothing/);
    } finally {
      writeFileSync(main, text);
    }
  });

  it('is built by kraft where that is installed, for the target that is chosen', async () => {
    // The real one fetches Unikraft; what counts here is how it is called, and that its product is what boots.
    const script = `#!/bin/sh\nfor word in "$@"; do echo "[$word]"; done\necho "prompt: $KRAFTKIT_NO_PROMPT"\ncd "${images().folder}" && ${recipe().replaceAll('build/', '.unikraft/build/').replace('-p build', '-p .unikraft/build')}\n`;
    chmodSync(write('tools/kraft', script), 0o755);
    onPath(images().source('tools'));
    const manifest = kraftfile();
    const session = await start({ manifest, target: 'qemu/x86_64', cpus: 2 });
    expect((await session.stopped()).reason).toBe('entry');
    expect((await session.frames())[0]?.name).toBe('main');
    const words = await session.outputUntil('stderr', 'prompt: true');
    expect(words).toContain(`[--kraftfile]\n[${manifest}]\n[--plat]\n[qemu]\n[--arch]\n[x86_64]`);
  });

  it('that nothing here can build is booted as it was built last, and says so', async () => {
    onPath();
    mkdirSync(images().source('app/.unikraft/build'), { recursive: true });
    const image = images().copy(images().multiboot(), 'app/.unikraft/build/bare_qemu-x86_64');
    images().copy(images().source('bare-multiboot.dbg'), 'app/.unikraft/build/bare_qemu-x86_64.dbg');
    const manifest = write('app/Kraftfile', readFileSync(kraftfile(), 'utf8'));
    const session = await start({ manifest, cpus: 2 });
    expect((await session.stopped()).reason).toBe('entry');
    expect((await session.frames())[0]?.name).toBe('main');
    const note = await session.output('console', 'is taken as it is');
    expect(note).toContain(`'${image}'`);
    await session.client.nextRequest(thread);
    expect((await session.stopped()).reason).toBe('step');
  });

  it('that is not built and cannot be says what to do', async () => {
    onPath();
    const manifest = write('empty/Kraftfile', readFileSync(kraftfile(), 'utf8'));
    const refusal = (options: object) => start(options).catch((error: Error) => error.message);
    expect(await refusal({ manifest })).toMatch(
      /^'.*Kraftfile' builds Unikraft, and kraft, which fetches its sources, is not on PATH\. Install kraft \(/,
    );
    expect(await refusal({ manifest, target: 'qemu/arm64' })).toContain(
      "has no target 'qemu/arm64'; it has qemu/x86_64",
    );
    const runtime = write(
      'empty/Kraftfile.runtime',
      'spec: v0.6\nruntime: base:latest\ntargets: [qemu/x86_64]\n',
    );
    expect(await refusal({ manifest: runtime })).toContain("'program'");
  });
});

const TREE = process.env.UNIKRAFT_TREE?.split(delimiter)[0];
describe.skipIf(TREE === undefined)(`Unikraft’s own tree ${TREE ?? '(UNIKRAFT_TREE is not set)'}`, () => {
  it.each([
    ['x86_64', 'pc'],
    ['arm64', 'virt'],
  ])(
    'builds an application for %s by its make, and F5 stops at its main',
    async (architecture) => {
      onPath();
      const app = write(
        'greeting/main.c',
        '#include <stdio.h>\n\nint main(int argc, char *argv[]) {\n  printf("hello %s\\n", argv[argc - 1]);\n  return 0;\n}\n',
      );
      write(
        'greeting/Makefile.uk',
        '$(eval $(call addlib,appgreeting))\n\nAPPGREETING_SRCS-y += $(APPGREETING_BASE)/main.c\n',
      );
      // QEMU 7.2 emulates no RDSEED.
      const manifest = write(
        'greeting/Kraftfile',
        `spec: v0.6\nname: greeting\nunikraft:\n  source: ${TREE}\n  kconfig: {CONFIG_OPTIMIZE_NONE: 'y', CONFIG_LIBUKRANDOM: 'n'}\ntargets: [qemu/x86_64, qemu/arm64]\ncmd: [one, two words]\n`,
      );
      const session = await start({ manifest, target: `qemu/${architecture}` });
      expect((await session.stopped()).reason).toBe('entry');
      const frames = await session.frames();
      expect(frames[0]).toMatchObject({ name: 'main', source: { path: app } });
      expect(frames.map(({ name }) => name)).toContain('uk_boot_entry');
      expect((await session.evaluate('argc', frames[0]?.id)).result).toBe('3');
      await session.client.continueRequest(thread);
      await session.output('stdout', 'hello two words');
      const ended = ({ body }: DebugProtocol.OutputEvent) => body.output.includes('powered the machine off');
      await session.take<DebugProtocol.OutputEvent>('output', ended);
    },
    600_000,
  );
});
