/** The Kraftfile's editor features; `$0` is the cursor. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODES, problemsOf } from '@unikernel-tools/kernel-sdk/analysis';
import { Workspace } from '@unikernel-tools/kernel-sdk/project';
import { describe, expect, it } from 'vitest';
import type { Position } from 'vscode-languageserver';
import { diagnosticOf, fixesIn } from '../diagnostics';
import { completeKraftfile } from './completion';
import { hoverKraftfile } from './hover';

function cursor(marked: string): { text: string; position: Position } {
  const before = marked.slice(0, marked.indexOf('$0')).split('\n');
  return {
    text: marked.replace('$0', ''),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

function labels(marked: string): string[] {
  const { text, position } = cursor(marked);
  return completeKraftfile(text, position).map(({ label }) => label);
}

function hover(marked: string): string {
  const { text, position } = cursor(marked);
  const { contents } = hoverKraftfile(text, position) ?? { contents: '' };
  return typeof contents === 'object' && 'value' in contents ? contents.value : '';
}

/** Of a Kraftfile with this text that is open. */
function problems(text: string) {
  const workspace = new Workspace([]);
  workspace.open('/app/Kraftfile', text);
  return problemsOf(workspace, '/app/Kraftfile');
}

const WHOLE = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
const HEAD = 'spec: v0.7\nx-kernel: sdk\n';

describe('completion', () => {
  it('offers the keys of the top that are not there yet, of this version', () => {
    const keys = labels(`${HEAD}$0`);
    expect(keys).toContain('targets');
    expect(keys).not.toContain('spec');
    expect(keys).not.toContain('x-kernel');
    expect(labels('spec: v0.6\nrootfs:\n  $0')).toEqual(['source', 'type']);
    expect(labels('spec: v0.7\nrootfs:\n  $0')).toEqual(['source', 'format']);
  });

  it('knows what is there above a list, and in the items of one', () => {
    const list = `${HEAD}name: x\ntargets:\n  - qemu/x86_64\n`;
    expect(labels(`${list}$0`)).not.toContain('name');
    expect(labels(`${list.replace('  -', '-')}$0`)).not.toContain('name');
    expect(labels(`${HEAD}targets:\n  - name: a\n    plat: qemu\n  - plat: xen\n    $0`)).toEqual([
      ...['name', 'architecture', 'kconfig'],
    ]);
    expect(labels(`${HEAD}targets:\n- name: a\n- plat: xen\n  $0\n- arch: arm64\n`)).toContain(
      'architecture',
    );
  });

  it('offers the same in brackets and braces, on one line', () => {
    expect(labels(`${HEAD}targets: [$0]`)).toEqual(expect.arrayContaining(['qemu/x86_64', 'platform']));
    expect(labels(`${HEAD}targets: [qemu/x86_64, fc/$0]`)).toContain('fc/arm64');
    expect(labels(`${HEAD}targets:\n  - {name: a, plat: $0}`)).toContain('xen');
    expect(labels(`${HEAD}targets: [{name: a, $0}]`)).toEqual(['platform', 'architecture', 'kconfig']);
    expect(labels(`${HEAD}rootfs: {source: ./a, format: $0`)).toEqual(['cpio', 'erofs']);
    expect(labels(`${HEAD}rootfs: {source: {type: $0`)).toContain('dockerfile');
    expect(labels(`${HEAD}libraries: {"a": {$0`)).toEqual(['source', 'version', 'kconfig']);
    const { text, position } = cursor(`${HEAD}libraries: {lwip: {kc$0}}`);
    const kconfig = completeKraftfile(text, position).find(({ label }) => label === 'kconfig');
    expect(kconfig?.textEdit?.newText).toBe('kconfig: {$0}');
    expect(kconfig?.textEdit).toMatchObject({ range: { start: { character: 19 }, end: { character: 21 } } });
  });

  it('works on a key that is half typed, with text behind it', () => {
    expect(labels(`${HEAD}tar$0\nname: x\n`)).toContain('targets');
    expect(labels(`${HEAD}na$0\ncmd: []\nname: x\n`)).not.toContain('name');
  });

  it('offers values: targets, platforms, formats, versions', () => {
    expect(labels(`${HEAD}targets:\n  - $0`)).toEqual(
      expect.arrayContaining(['qemu/x86_64', 'fc/arm64', 'platform']),
    );
    expect(labels(`${HEAD}targets:\n- $0`)).toContain('qemu/x86_64');
    expect(labels(`${HEAD}targets:\n  - plat: $0`)).toContain('xen');
    expect(labels(`${HEAD}targets:\n  - plat: qemu\n    arch: $0`)).toContain('x86_64');
    expect(labels(`${HEAD}rootfs:\n  format: e$0`)).toEqual(['cpio', 'erofs']);
    expect(labels('spec: $0')).toEqual(['v0.7', 'v0.6', 'v0.5']);
  });

  it('offers the other keys of a list’s item', () => {
    expect(labels(`${HEAD}targets:\n  - plat: qemu\n    $0`)).toEqual(['name', 'architecture', 'kconfig']);
    expect(labels(`${HEAD}targets:\n  - arch: arm64\n  - plat: qemu\n    $0`)).toContain('architecture');
  });

  it('offers what a library takes', () => {
    expect(labels(`${HEAD}libraries:\n  musl:\n    $0`)).toEqual(['source', 'version', 'kconfig']);
    expect(labels(`${HEAD}libraries:\n  $0`)).toEqual([]);
  });

  it('replaces the word under the cursor', () => {
    const { text, position } = cursor(`${HEAD}targets:\n  - qe$0mu/x86_64`);
    const item = completeKraftfile(text, position).find(({ label }) => label === 'fc/arm64');
    expect(item?.textEdit).toEqual({
      newText: 'fc/arm64',
      range: { start: { line: 3, character: 4 }, end: { line: 3, character: 15 } },
    });
  });

  it('never throws, wherever the cursor is', () => {
    const text = readFileSync(join(__dirname, '../../../kernel-sdk/templates/hello/Kraftfile'), 'utf8');
    for (const [line, content] of text.split('\n').entries()) {
      for (let character = 0; character <= content.length; character++) {
        completeKraftfile(text, { line, character });
        hoverKraftfile(text, { line, character });
      }
    }
  });
});

describe('hover', () => {
  it('tells what an attribute is for and which versions have it', () => {
    expect(hover(`${HEAD}tar$0gets: []`)).toMatch(/What to build for.*Specification v0\.5, v0\.6, v0\.7/s);
    expect(hover(`${HEAD}targets:\n  - pl$0at: qemu`)).toContain('Firecracker');
    expect(hover(`${HEAD}libraries:\n  musl:\n    ver$0sion: 1`)).toContain('A release');
  });

  it('tells of a value that is known what it is for, and of no other', () => {
    expect(hover('spec: v0$0.7')).toMatch(/^\*\*v0\.7\*\*.*version of the Kraftfile/s);
    expect(hover(`${HEAD}targets:\n  - qemu/x8$06_64`)).toContain('`platform/architecture`');
    expect(hover(`${HEAD}name: x$0yz`)).toBe('');
    expect(hover(`${HEAD}targets:\n  - some/th$0ing`)).toBe('');
    expect(hover(`${HEAD}unk$0nown: 1`)).toBe('');
  });
});

describe('diagnostics and their mends', () => {
  it('carry a stable code, its documentation and a replacement', async () => {
    const found = await problems(`${HEAD}targets:\n  - qmeu/x86_64\n`);
    const diagnostics = found.map(diagnosticOf);
    expect(diagnostics).toMatchObject([{ code: 'unknown-platform', source: 'unikernel', severity: 1 }]);
    expect(diagnostics[0]?.codeDescription?.href).toMatch(/#unknown-platform$/);
    expect(fixesIn(found, WHOLE, 'file:///k')).toMatchObject([
      {
        title: "Replace with 'qemu'",
        edit: {
          changes: {
            'file:///k': [
              {
                newText: 'qemu',
                range: { start: { line: 3, character: 4 }, end: { line: 3, character: 8 } },
              },
            ],
          },
        },
      },
    ]);
  });

  it.each([
    [`${HEAD}targets: [x86_64/qemu]`, 'qemu/x86_64'],
    ['spec: 0.6\nunikraft: stable', 'v0.6'],
    [`${HEAD}cmd: [1]`, '"1"'],
    [`${HEAD}x-kconfig: {CONIFG_X: y}`, 'CONFIG_X'],
  ])('mend %j', async (text, replacement) => {
    const actions = fixesIn(await problems(text), WHOLE, 'file:///k');
    expect(actions.map(({ edit }) => edit?.changes?.['file:///k']?.[0]?.newText)).toEqual([replacement]);
  });

  it('are all documented', () => {
    const documentation = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    for (const [code, meaning] of Object.entries(CODES))
      expect(documentation).toContain(`### ${code}\n\n${meaning}`);
  });
});
