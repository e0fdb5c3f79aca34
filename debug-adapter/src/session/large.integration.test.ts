/** Much at once, on real QEMU and GDB: breakpoints, frames, memory. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bulk, LARGE, writeLargeProgram } from '../testing/large-program';
import { useSessions } from '../testing/sessions';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'large-')));
const { start } = useSessions(() => folder);
const manifest = join(folder, 'Kraftfile');
const thread = { threadId: 1 };
const lines = Array.from({ length: LARGE.lines }, (_, i) => LARGE.firstLine + i);

beforeAll(() => writeLargeProgram(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('sets 1,000 breakpoints in one request, stops at each that is reached, and steps among them', async () => {
  const session = await start({ manifest });
  await session.stopped();
  const source = { path: join(folder, 'lines.c') };
  const { body } = await session.client.setBreakpointsRequest({
    source,
    breakpoints: lines.map((line) => ({ line })),
  });
  expect(body.breakpoints.map(({ verified, line }) => [verified, line])).toEqual(
    lines.map((line) => [true, line]),
  );
  expect(new Set(body.breakpoints.map(({ id }) => id)).size).toBe(LARGE.lines);
  for (const line of lines.slice(0, 3)) {
    const { reason, hitBreakpointIds } = await session.goOn();
    expect(reason).toBe('breakpoint');
    expect(hitBreakpointIds).toEqual([body.breakpoints[line - LARGE.firstLine]?.id]);
    expect(await session.place()).toBe(`lines:${line}`);
  }
  // All but one are taken away: nothing of them stays behind.
  const last = lines.at(-1) ?? 0;
  await session.client.setBreakpointsRequest({ source, breakpoints: [{ line: last }] });
  await session.client.nextRequest(thread);
  expect((await session.stopped()).reason).toBe('step');
  expect(await session.place()).toBe(`lines:${LARGE.firstLine + 3}`);
  await session.goOn();
  expect(await session.place()).toBe(`lines:${last}`);
}, 60_000);

it('pages a stack of 5,000 frames to its end', async () => {
  const session = await start({ manifest }, [], (opened) =>
    opened.client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'bottom' }] }),
  );
  await session.stopped();
  await session.goOn();
  const page = async (startFrame: number, levels: number) =>
    (await session.client.stackTraceRequest({ ...thread, startFrame, levels })).body;
  // The innermost alone, as editors ask at first, then more: there is always more to ask for.
  expect((await page(0, 1)).stackFrames.map(({ name }) => name)).toEqual(['bottom']);
  const { stackFrames, totalFrames = 0 } = await page(1, 19);
  expect(stackFrames.map(({ name }) => name)).toEqual(Array.from({ length: 19 }, () => 'dig'));
  expect(totalFrames).toBeGreaterThan(20);
  let known = 20;
  let total = totalFrames;
  for (let pages = 0; known < total && pages < 100; pages++) {
    const next = await page(known, 500);
    expect(next.totalFrames).toBeGreaterThanOrEqual(Math.min(total, known + next.stackFrames.length));
    known += next.stackFrames.length;
    total = next.totalFrames ?? 0;
  }
  expect(known).toBe(total);
  // `bottom`, and `dig` with each depth down to 0, called by the thread's own function.
  expect(total).toBeGreaterThan(LARGE.depth + 2);
  const [outermost] = (await page(LARGE.depth + 2, 1)).stackFrames;
  expect(outermost?.name).toBe('work');
}, 60_000);

it('reads 1 MB of memory as the image has it', async () => {
  const session = await start({ manifest });
  await session.stopped();
  const { memoryReference = '', result } = await session.evaluate('bulk');
  // GDB renders no value of that length.
  expect(result).toBe(`[${LARGE.bytes}]`);
  const read = await session.request<DebugProtocol.ReadMemoryResponse>('readMemory', {
    ...{ memoryReference, count: LARGE.bytes },
  });
  expect(read?.unreadableBytes).toBeUndefined();
  expect(Buffer.from(read?.data ?? '', 'base64').equals(bulk())).toBe(true);
}, 60_000);
