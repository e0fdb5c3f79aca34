/** Code that is elsewhere than it was: sources that have moved since a build, and lines that have moved since a boot. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe, expect, it } from 'vitest';
import { lineOf } from '../testing/debuggee';
import { useDebuggee } from '../testing/launches';
import { useBareImages } from '../testing/sessions';

describe('sources that have moved', () => {
  const { images, start } = useBareImages();

  /** Built with these flags more, or elsewhere; then the sources are moved to a folder that nobody knows. */
  function build(name: string, { flags = [], from = '.' }: { flags?: readonly string[]; from?: string }) {
    const folder = images().source(`${name}-built`);
    const sources = ['main.c', 'weak_main.c', 'efi.c', 'x86_64'];
    mkdirSync(join(folder, from), { recursive: true });
    execFileSync('cp', ['-r', ...sources.map((source) => images().source(source)), folder]);
    const [program = '', ...args] = images().linkCommand(join(images().folder, name), 'x86_64', ...flags);
    const up = from === '.' ? '' : '../';
    const there = args.map((arg) => (/^(x86_64|weak_main|main)/.test(arg) ? `${up}${arg}` : arg));
    execFileSync(program, there, { cwd: join(folder, from), stdio: 'pipe' });
    const moved = images().source(`${name}-moved`);
    renameSync(folder, moved);
    return { program: images().source(name), built: folder, moved };
  }

  async function expectMoved(program: string, moved: string, sourceMap: unknown) {
    const path = join(moved, 'main.c');
    const line = lineOf(path, 'mark: loop');
    const session = await start({ program, sourceMap, cpus: 2 }, [{ path, line }]);
    await session.stopped();
    expect((await session.frames())[0]).toMatchObject({ name: 'main', source: { path } });
    expect((await session.goOn()).reason).toBe('breakpoint');
    expect((await session.frames())[0]).toMatchObject({ line, source: { path } });
    const { sources } = await session.request<DebugProtocol.LoadedSourcesResponse>('loadedSources');
    expect(sources.map((source) => source.path)).toContain(path);
  }

  it('are found by pairs of prefixes, of which the first that fits counts', async () => {
    const { program, built, moved } = build('pairs', {});
    await expectMoved(program, moved, [
      ['/nowhere', '/elsewhere'],
      [built, moved],
      [images().folder, '/wrong'],
    ]);
  });

  it('are found where a build names them relative to its folder', async () => {
    const flags = [`-fdebug-prefix-map=${images().source('relative-built')}=.`];
    const { program, moved } = build('relative', { flags });
    await expectMoved(program, moved, { '.': moved });
  });

  it('are found where a build in a folder of its own names them by the way to them', async () => {
    const { program, built, moved } = build('beside', { from: 'objects' });
    await expectMoved(program, moved, { [built]: moved });
  });
});

describe('lines that have moved', () => {
  const { debuggee, launch } = useDebuggee('debuggee-values');

  it('have their breakpoints told again when the project is built anew', async () => {
    const path = debuggee().path('main.c');
    const text = readFileSync(path, 'utf8');
    const line = debuggee().mark('main.c', 'sum');
    const session = await launch({}, [{ path, line }]);
    await session.stopped();
    await session.goOn();
    expect(await session.place()).toBe(`main:${line}`);
    const id = await session.take<DebugProtocol.BreakpointEvent>('breakpoint');
    const lines = text.split('\n');
    try {
      // Where the breakpoint is now, there is no code: it stands at the next line that has some.
      writeFileSync(path, [...lines.slice(0, line - 1), '', '', '', ...lines.slice(line - 1)].join('\n'));
      await session.request('restart');
      const { body } = await session.take<DebugProtocol.BreakpointEvent>(
        'breakpoint',
        (event) => event.body.breakpoint.line !== line,
      );
      expect(body).toMatchObject({
        reason: 'changed',
        breakpoint: { id: id.body.breakpoint.id, verified: true, line: line + 3, source: { path } },
      });
      await session.stopped();
      await session.goOn();
      expect(await session.place()).toBe(`main:${line + 3}`);

      // And what an editor says after it has moved its own marks.
      const { body: set } = await session.client.setBreakpointsRequest({
        source: { path },
        breakpoints: [{ line: line + 3 }],
      });
      expect(set.breakpoints).toMatchObject([{ verified: true, line: line + 3 }]);

      // Lines that are gone: it is told that it stands nowhere.
      const count = lines.findIndex((each) => /^int main\(/.test(each));
      writeFileSync(path, [...lines.slice(0, count), 'int main(void) { return 0; }', ''].join('\n'));
      await session.request('restart');
      const gone = await session.take<DebugProtocol.BreakpointEvent>(
        'breakpoint',
        (event) => !event.body.breakpoint.verified,
      );
      expect(gone.body.breakpoint.message).toContain('No code in the image');
    } finally {
      writeFileSync(path, text);
    }
  });
});
