/** For tests and benchmarks: a project with more of everything than anybody writes by hand. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const LARGE = {
  name: 'large',
  /** Lines of `lines` in lines.c that have code, one after the other; the first is this one. */
  lines: 1_000,
  firstLine: 5,
  /** Calls of `dig` that wait for one another, in main.c; the innermost calls `bottom`. */
  depth: 5_000,
  /** Bytes of `bulk`, which hold the words that {@link bulk} gives. */
  bytes: 1 << 20,
};

/** What differs from word to word. */
const STEP = 0x9e3779b97f4a7c15n;

export function bulk(): Buffer {
  const words = Array.from({ length: LARGE.bytes / 8 }, (_, i) => BigInt.asUintN(64, BigInt(i) * STEP));
  return Buffer.from(BigUint64Array.from(words).buffer);
}

export function writeLargeProgram(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write(
    'Kraftfile',
    `spec: v0.7
name: ${LARGE.name}
x-kernel: sdk
libraries:
  uksched:
    kconfig:
      CONFIG_LIBUKSCHED_STACK_SIZE: "4194304"
targets:
  - qemu/x86_64
`,
  );
  write(
    'Makefile.uk',
    `$(eval $(call addlib,applarge))

APPLARGE_SRCS-y += $(APPLARGE_BASE)/main.c
APPLARGE_SRCS-y += $(APPLARGE_BASE)/lines.c
`,
  );
  write(
    'main.c',
    `#include <uk/sched.h>

volatile unsigned long sum;
void lines(void);
extern const unsigned char bulk[${LARGE.bytes}];

__asm__(".section .rodata\\n"
        ".balign 8\\n"
        ".globl bulk\\n"
        "bulk:\\n"
        ".set i, 0\\n"
        ".rept ${LARGE.bytes / 8}\\n"
        ".quad i * 0x${STEP.toString(16)}\\n"
        ".set i, i + 1\\n"
        ".endr\\n"
        ".previous\\n");

static __attribute__((noinline)) void bottom(void) {
    sum += bulk[8];
}

static __attribute__((noinline)) void dig(unsigned long depth) {
    if (depth > 0)
        dig(depth - 1);
    else
        bottom();
    sum += depth;
}

static void work(void *argument) {
    (void)argument;
    dig(${LARGE.depth});
}

int main(void) {
    uk_thread_join(uk_thread_create("digger", work, NULL));
    lines();
    return 0;
}
`,
  );
  const lines = Array.from({ length: LARGE.lines }, (_, i) => `    sum += ${i};`);
  write(
    'lines.c',
    `extern volatile unsigned long sum;\nvoid lines(void);\n\nvoid lines(void) {\n${lines.join('\n')}\n}\n`,
  );
}
