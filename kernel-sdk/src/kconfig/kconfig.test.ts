/** Options: what is declared, and the values that assignments give. */
import { describe, expect, it } from 'vitest';
import { configHeader, dotConfig, evaluateKconfig, parseKconfig, rangeOf } from './index';

/** The options that are on, or have a value, under some assignments. */
function evaluate(text: string, assigned: Record<string, string> = {}): string[] {
  const model = parseKconfig('/Config.uk', text, () => undefined);
  expect(model.problems).toEqual([]);
  const { values } = evaluateKconfig(model, new Map(Object.entries(assigned)));
  return [...values]
    .filter(([, v]) => v !== 'n' && v !== '')
    .map(([n, v]) => (v === 'y' ? n.slice(7) : `${n.slice(7)}=${v}`));
}

function problems(text: string): string[] {
  return parseKconfig('/Config.uk', text, () => undefined).problems.map(
    ({ code, range }) => `${range.start.line} ${code}`,
  );
}

describe('values', () => {
  it('come from assignments where the option can be set, else from defaults', () => {
    const text =
      'config A\n\tbool "a"\nconfig B\n\tbool\n\tdefault y if A\nconfig C\n\tint "c"\n\tdefault 3\n';
    expect(evaluate(text)).toEqual(['C=3']);
    expect(evaluate(text, { A: 'y', B: 'n', C: '4' })).toEqual(['A', 'B', 'C=4']);
  });

  it('are off where a dependency is not met, in blocks too', () => {
    const text =
      'config A\n\tbool "a"\nif A\nconfig B\n\tbool "b"\nendif\nmenu "m"\n\tdepends on B\nconfig C\n\tbool "c"\n\tdepends on !D || A = y\nendmenu\nconfig D\n\tbool "d"\n';
    expect(evaluate(text, { B: 'y', C: 'y', D: 'y' })).toEqual(['D']);
    expect(evaluate(text, { A: 'y', B: 'y', C: 'y', D: 'y' })).toEqual(['A', 'B', 'C', 'D']);
  });

  it('follow select and imply through several steps', () => {
    const text =
      'config A\n\tbool "a"\n\tselect B\nconfig B\n\tbool\n\tselect C\n\timply D\nconfig C\n\tbool\n\tdepends on E\nconfig D\n\tbool "d"\nconfig E\n\tbool "e"\n';
    expect(evaluate(text, { A: 'y' })).toEqual(['A', 'B', 'C', 'D']);
    expect(evaluate(text, { A: 'y', D: 'n' })).toEqual(['A', 'B', 'C']);
  });

  it('of a choice are exactly one', () => {
    const text =
      'choice WHICH\n\tprompt "which"\n\tdefault B\nconfig A\n\tbool "a"\nconfig B\n\tbool "b"\nendchoice\n';
    expect(evaluate(text)).toEqual(['B']);
    expect(evaluate(text, { A: 'y' })).toEqual(['A']);
  });

  it('stay in their range', () => {
    const text = 'config A\n\tint "a"\n\trange 2 256\n\tdefault 60\n';
    expect(evaluate(text, { A: '1' })).toEqual(['A=2']);
    expect(evaluate(text, { A: '0x200' })).toEqual(['A=256']);
  });
});

it('tells the range that counts, and where it stands', () => {
  const text = 'config A\n\tbool "a"\nconfig B\n\thex "b"\n\trange 0x1 0x8 if A\n\trange 0x2 0x4\n';
  const model = parseKconfig('/Config.uk', text, () => undefined);
  const under = (a: string) => rangeOf(model, evaluateKconfig(model, new Map([['A', a]])), 'B');
  expect(under('y')).toMatchObject({ low: '0x1', high: '0x8', place: { range: { start: { line: 4 } } } });
  expect(under('n')).toMatchObject({ low: '0x2', high: '0x4', place: { file: '/Config.uk' } });
  expect(rangeOf(model, evaluateKconfig(model, new Map()), 'A')).toBeUndefined();
});

describe('parsing', () => {
  it('passes over help, comments and continued lines', () => {
    const text =
      '# A\nconfig A\n\tbool "has # and if"\n\thelp\n\t  config B\n\n\t  bool\n\tdefault y if \\\n\t  A2\nconfig A2\n\tdef_bool y\n';
    expect(evaluate(text)).toEqual(['A', 'A2']);
    const model = parseKconfig('/f', text, () => undefined);
    expect(model.options.get('A')).toMatchObject({
      help: 'config B\n\nbool',
      prompt: { value: 'has # and if' },
    });
  });

  it('reads sourced files, and stops at a cycle', () => {
    const files: Record<string, string> = {
      'lib/Config.uk': 'config B\n\tbool "b"\n',
      self: 'source "self"\n',
    };
    const read = (path: string) =>
      files[path] === undefined ? undefined : { file: `/${path}`, text: files[path] };
    const model = parseKconfig('/Config.uk', 'source "lib/Config.uk"\nsource "none"\n', read);
    expect([...model.options.keys()]).toEqual(['B']);
    expect(model.problems).toMatchObject([
      { code: 'missing-source', file: '/Config.uk', range: { start: { line: 1 } } },
    ]);
    expect(parseKconfig('/self', 'source "self"\n', read).problems).toMatchObject([{ code: 'source-cycle' }]);
  });

  it('reports what it does not understand and goes on', () => {
    expect(problems('config A\n\tbool "a"\n\tfrobnicate\n')).toEqual(['2 unknown-keyword']);
    expect(problems('if A &&\nendif\n')).toEqual(['0 invalid-expression']);
    expect(problems('menu "m"\nconfig A\n\tbool\n')).toEqual(['3 unclosed-block']);
    expect(problems('endif\n')).toEqual(['0 unbalanced-block']);
    expect(problems('source "$(shell,ls)"\n')).toEqual(['0 unsupported-source']);
  });

  it('never throws on a truncated file', () => {
    const text =
      'choice X\n\tprompt "x"\nconfig A\n\tbool "a" if !(B = "c")\n\tselect C if D && E\n\trange 1 2\nendchoice\n';
    for (let length = 0; length < text.length; length++)
      parseKconfig('/f', text.slice(0, length), () => undefined);
  });
});

describe('texts', () => {
  it('are those that Kconfig writes', () => {
    const model = parseKconfig(
      '/f',
      'config A\n\tdef_bool y\nconfig B\n\tbool "b"\nconfig S\n\tstring "s"\n\tdefault "a\\"b"\nconfig H\n\thex "h"\n\tdefault 0x10\n',
      () => undefined,
    );
    const configuration = evaluateKconfig(model, new Map());
    expect(dotConfig(configuration)).toBe(
      'CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_S="a\\"b"\nCONFIG_H=0x10\n',
    );
    expect(configHeader(configuration)).toContain(
      '#define CONFIG_A 1\n#define CONFIG_S "a\\"b"\n#define CONFIG_H 0x10\n',
    );
    expect(configHeader(configuration)).not.toContain('CONFIG_B');
  });
});
