/** A build for another architecture than the host's, of a kernel as small as it can be. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configureProject, loadProject } from '../project';
import { build } from './index';

const FILES = {
  'app/Kraftfile': 'spec: v0.7\nname: tiny\nx-kernel: sdk\ntargets: [qemu/arm64]\n',
  'app/Makefile.uk': '$(eval $(call addlib,apptiny))\nAPPTINY_SRCS-y += main.c\n',
  'app/main.c': 'int main(void) { return 42; }\n',
  'kernel/Config.uk': 'config ARCH_ARM_64\n\tbool "arm64"\nconfig PLAT_KVM\n\tbool "kvm"\n',
  'kernel/Makefile.uk': [
    '$(eval $(call addlib,libboot))',
    'LIBBOOT_SRCS-y += head.S',
    'CFLAGS-y += -ffreestanding -nostdinc -fno-pie -O1',
    'LDFLAGS-y += -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-T,$(LIBBOOT_BASE)/link.lds',
    '',
  ].join('\n'),
  // Documentation/arm64/booting.rst: the header of a Linux image.
  'kernel/head.S': `
    .section .head, "ax"
    .globl _start
_start:
    b 1f
    .long 0
    .quad 0, 0x10000, 0xa, 0, 0, 0
    .ascii "ARM\\144"
    .long 0
1:  bl main
    b .
`,
  'kernel/link.lds':
    'ENTRY(_start)\nSECTIONS { . = 0x40080000; .text : { KEEP(*(.head)) *(.text*) } .data : { *(.data*) } .bss : { *(.bss*) } }\n',
};

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cross test-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configured() {
  const loaded = loadProject(join(folder, 'app/Kraftfile'), { kernelFolder: join(folder, 'kernel') });
  if (!loaded.ok) throw new Error(loaded.message);
  const result = configureProject(loaded.project);
  if (!result.ok) throw new Error(result.message);
  return result.configured;
}

describe('a build for arm64', () => {
  it('makes a flat binary with the header of a Linux image, and keeps the symbols in ELF beside it', async () => {
    const result = await build(configured());
    if (!result.ok) throw new Error(result.message);
    const image = readFileSync(result.image);
    expect(image.toString('latin1', 56, 60)).toBe('ARM\x64');
    expect(image.length).toBeLessThan(200);
    const symbols = execFileSync('file', ['-b', result.symbols]).toString();
    expect(symbols).toMatch(/ELF 64-bit LSB executable, ARM aarch64.*with debug_info, not stripped/);
    expect(await build(configured())).toMatchObject({ upToDate: true });
  });

  it("refuses a compiler for the host's architecture", async () => {
    const result = await build(configured(), { compiler: 'gcc' });
    expect(result).toMatchObject({
      ok: false,
      message: expect.stringMatching(/gcc' compiles for 'x86_64-linux-gnu', but the target is arm64/),
    });
  });

  it('says what to install where the compiler is missing', async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      rmSync(join(folder, 'app/.unikernel'), { recursive: true, force: true });
      const result = await build(configured());
      expect(result).toMatchObject({
        ok: false,
        message: expect.stringMatching(/C compiler for arm64.*apt install gcc-aarch64-linux-gnu/),
      });
    } finally {
      process.env.PATH = path;
    }
  });
});
