import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Workspace } from '../project';
import { unconditionalIncludes } from './c';
import { problemsOf } from './index';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'c-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const HEAD = 'spec: v0.7\nx-kernel: sdk\ntargets: [qemu/x86_64]\n';

function check(source: string, manifest = HEAD) {
  const files = {
    Kraftfile: manifest,
    'Makefile.uk': '$(eval $(call addlib,appx))\nAPPX_SRCS-y += $(APPX_BASE)/main.c\n',
    'main.c': source,
  };
  const workspace = new Workspace([folder]);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    workspace.open(join(folder, name), text);
  }
  return problemsOf(workspace, join(folder, 'main.c'));
}

describe('a header of a library that is off', () => {
  it('is an error, and enabling the library mends it', () => {
    const source = '#include <stdio.h>\n#include <uk/sched.h>\nint main(void) { return 0; }\n';
    const [problem, ...others] = check(source);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'library-off',
      message: "<uk/sched.h> belongs to 'uksched', which the Kraftfile does not enable.",
      range: { start: { line: 1, character: 10 }, end: { line: 1, character: 20 } },
    });
    const change = problem?.fixes?.[0]?.changes[0];
    expect(change).toMatchObject({ file: join(folder, 'Kraftfile'), newText: 'libraries:\n  uksched: {}\n' });
    expect(check(source, `${HEAD}${change?.newText}`)).toEqual([]);
  });

  it('is put beside other libraries', () => {
    const manifest = `${HEAD}libraries:\n    uktrace: {}\n`;
    const [problem] = check('#include <uk/sched.h>\n', manifest);
    expect(problem?.fixes?.[0]?.changes[0]).toMatchObject({
      newText: '    uksched: {}\n',
      range: { start: { line: 4, character: 0 } },
    });
  });

  it('is nothing to say under a condition, in a comment, or where nobody has it', () => {
    expect(
      check(
        '#if CONFIG_X\n#include <uk/sched.h>\n#endif\n/*\n#include <uk/sched.h>\n*/\n#include <none.h>\n',
      ),
    ).toEqual([]);
  });
});

it('includes outside of conditions are found with their places', () => {
  expect(
    unconditionalIncludes(
      '#ifndef X\n#include <a.h>\n#endif\n  # include <b/c.h> // <d.h>\n#include "e.h"\n',
    ),
  ).toEqual([{ header: 'b/c.h', line: 3, start: 13, end: 18 }]);
});
