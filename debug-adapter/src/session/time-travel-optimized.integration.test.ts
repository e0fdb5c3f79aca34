/** Going back in code as compilers optimize it: lines of one instruction, and functions that are inlined. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lineOf } from '../testing/debuggee';
import { useBareImages } from '../testing/sessions';

const { images, start } = useBareImages();
const MAIN = `#include "machine.h"
static volatile int sum;
void second_main(void) {}

static inline __attribute__((always_inline)) void inner(void) {
  sum += 1; /* mark: inner */
  sum += 2;
  sum += 3;
}

__attribute__((noinline, optimize("O2"))) static void outer(void) {
  inner();
  sum += 4; /* mark: outer */
}

__attribute__((noinline)) static void nops(void) {
  sum = 0;
  __asm__ volatile("nop");
  __asm__ volatile("nop");
  __asm__ volatile("nop"); /* mark: nops */
}

int main(void) {
  nops(); /* mark: main */
  outer();
  for (;;) sum++;
}
`;

describe.each(['x86_64', 'arm64'])('a step back on %s', (architecture) => {
  const line = (mark: string, offset = 0) => lineOf(images().source('main.c'), `mark: ${mark} `) + offset;

  async function backFrom(mark: string, times: number): Promise<string[]> {
    const path = images().source('main.c');
    writeFileSync(path, MAIN);
    const program = architecture === 'x86_64' ? images().multiboot() : images().arm64();
    const session = await start({ program, timeTravel: true, stopOnEntry: false }, [
      { path, line: line(mark) },
    ]);
    expect((await session.stopped()).reason).toBe('breakpoint');
    const places: string[] = [];
    for (let turn = 0; turn < times; turn++) {
      await session.client.stepBackRequest({ threadId: 1 });
      await session.stopped();
      places.push(await session.place());
    }
    return places;
  }

  it('passes no line over that is one instruction', async () => {
    expect(await backFrom('nops', 2)).toEqual([`nops:${line('nops', -1)}`, `nops:${line('nops', -2)}`]);
  });

  it('goes into an inlined function, and out of it to whoever called', async () => {
    expect(await backFrom('outer', 4)).toEqual([
      `inner:${line('inner', 2)}`,
      `inner:${line('inner', 1)}`,
      `main:${line('main', 1)}`,
      `main:${line('main')}`,
    ]);
  });
});
