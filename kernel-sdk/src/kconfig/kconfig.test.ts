/** Options: what is declared, and the values that assignments give. */
import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time';
import {
  configHeader,
  DIALECTS,
  dotConfig,
  evaluateKconfig,
  fillKconfig,
  type KconfigOptions,
  minimalConfig,
  parseKconfig,
  rangeOf,
  readDotConfig,
  type ValueWarning,
} from './index';

type Files = Record<string, string>;

function parse(text: string, files: Files = {}, options: KconfigOptions = {}) {
  const read = (path: string) => {
    const found = files[path];
    return found === undefined ? undefined : { file: path, text: found };
  };
  return parseKconfig('Config.uk', text, read, options);
}

function configure(text: string, assigned: Record<string, string> = {}) {
  const model = parse(text);
  expect(model.problems).toEqual([]);
  return evaluateKconfig(model, Object.entries(assigned));
}

/** The options that are on, or have a value, under some assignments. */
function evaluate(text: string, assigned: Record<string, string> = {}): string[] {
  return [...configure(text, assigned).values]
    .filter(([, v]) => v !== 'n' && v !== '')
    .map(([n, v]) => (v === 'y' ? n.slice(7) : `${n.slice(7)}=${v}`));
}

function problems(text: string, files: Files = {}, options: KconfigOptions = {}): string[] {
  return parse(text, files, options).problems.map(({ code, range }) => `${range.start.line} ${code}`);
}

function warnings(text: string, assigned: Record<string, string>): string[] {
  const say = (warning: ValueWarning) =>
    `${warning.kind} ${warning.kind === 'unknown-option' ? warning.name : warning.option.name}`;
  return configure(text, assigned).evaluation.warnings.map(say);
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

  it('follow select and imply through several steps, and say which dependencies a select passes over', () => {
    const text =
      'config A\n\tbool "a"\n\tselect B\nconfig B\n\tbool\n\tselect C\n\timply D\nconfig C\n\tbool\n\tdepends on E\nconfig D\n\tbool "d"\nconfig E\n\tbool "e"\n';
    expect(evaluate(text, { A: 'y' })).toEqual(['A', 'B', 'C', 'D']);
    expect(evaluate(text, { A: 'y', D: 'n' })).toEqual(['A', 'B', 'C']);
    expect(warnings(text, { A: 'y' })).toEqual(['unmet-dependencies C']);
    expect(warnings(text, { A: 'y', E: 'y' })).toEqual([]);
  });

  it('of a choice are exactly one', () => {
    const text =
      'choice WHICH\n\tprompt "which"\n\tdefault B\nconfig A\n\tbool "a"\nconfig B\n\tbool "b"\nendchoice\n';
    expect(evaluate(text)).toEqual(['B']);
    expect(evaluate(text, { A: 'y' })).toEqual(['A']);
  });

  it('out of their range are dropped with a warning, and defaults are brought into it', () => {
    const text = 'config A\n\tint "a"\n\trange 2 256\n\tdefault 1\n';
    expect(evaluate(text, { A: '7' })).toEqual(['A=7']);
    expect(evaluate(text, { A: '300' })).toEqual(['A=2']);
    expect(warnings(text, { A: '300', B: 'y' })).toEqual(['unknown-option B', 'out-of-range A']);
    expect(warnings(text, { A: '0x20' })).toEqual(['invalid-value A']);
  });

  it('know m, which is y without modules', () => {
    const text =
      'config MODULES\n\tbool "m"\n\tmodules\nconfig A\n\ttristate "a"\nconfig B\n\ttristate "b"\n\tdepends on A\nconfig C\n\tbool "c"\n\tdepends on B\nconfig D\n\ttristate "d"\n\tdepends on m\n';
    const all = { A: 'm', B: 'y', C: 'y', D: 'y' };
    expect(evaluate(text, { ...all, MODULES: 'y' })).toEqual(['MODULES', 'A=m', 'B=m', 'C', 'D=m']);
    expect(evaluate(text, all)).toEqual(['A', 'B', 'C']);
  });

  it('compare as numbers of their types, else as texts', () => {
    const test = (condition: string) =>
      evaluate(
        `config I\n\tint\n\tdefault 16\nconfig H\n\thex\n\tdefault 0x10\nconfig S\n\tstring\n\tdefault "16"\nconfig T\n\tdef_bool y if ${condition}\n`,
      ).includes('T');
    expect(['I = H', 'I > 9', 'H < 0x11', 'S = I', 'S > "9"', 'S = "16"'].map(test)).toEqual(
      Array(6).fill(true),
    );
    expect(['I < 9', 'S = H && S = "17"', 'H = 0x1'].map(test)).toEqual([false, false, false]);
  });
});

it('tells the range that counts, and where it stands', () => {
  const text = 'config A\n\tbool "a"\nconfig B\n\thex "b"\n\trange 0x1 0x8 if A\n\trange 0x2 0x4\n';
  const model = parse(text);
  const under = (a: string) => rangeOf(model, evaluateKconfig(model, [['A', a]]), 'B');
  expect(under('y')).toMatchObject({ low: '0x1', high: '0x8', place: { range: { start: { line: 4 } } } });
  expect(under('n')).toMatchObject({ low: '0x2', high: '0x4', place: { file: 'Config.uk' } });
  expect(rangeOf(model, evaluateKconfig(model, []), 'A')).toBeUndefined();
});

describe('reasons', () => {
  const text = `config A
	bool "a"
	select B if D
	imply C
config B
	bool "b"
config C
	bool "c"
config D
	bool "d"
	default y
config E
	int "e"
	range 5 9
	default 1
config F
	bool "f"
	depends on G
config G
	bool "g"
choice
	prompt "which"
config H
	bool "h"
config I
	bool "i"
endchoice
`;
  const why = (name: string, assigned: Record<string, string> = {}) => {
    const { evaluation } = configure(text, assigned);
    const option = evaluation.model.options.get(name);
    if (option === undefined) throw new Error(`no ${name}`);
    const reason = evaluation.explain(option);
    const place = 'place' in reason ? reason.place : 'by' in reason ? reason.by[0]?.place : undefined;
    return `${reason.kind}${place === undefined ? '' : ` ${place.range.start.line}`}`;
  };

  it('are data that a hover can show', () => {
    expect(why('A', { A: 'y' })).toBe('user');
    expect(why('B', { A: 'y' })).toBe('selected 2');
    expect(why('C', { A: 'y' })).toBe('implied 3');
    expect(why('D')).toBe('default 10');
    expect(why('E')).toBe('range 13');
    expect(why('E', { E: '6' })).toBe('user');
    expect(why('F')).toBe('unreachable');
    expect(why('G')).toBe('unset');
    expect(why('H')).toBe('choice');
  });
});

describe('a tree of files', () => {
  it('follows sources, relative ones, optional ones and patterns', () => {
    const files = {
      'lib/Config.uk': 'config B\n\tbool "b"\nrsource "more/Config.uk"\norsource "none"\n',
      'lib/more/Config.uk': 'config C\n\tbool "c"\n',
      'lib/b/K': 'config D\n\tbool "d"\n',
      'lib/a/K': 'config E\n\tbool "e"\n',
    };
    const list = (folder: string) => (folder === 'lib' ? ['b', 'a', 'Config.uk', '.hidden'] : ['K']);
    const model = parse(
      'source "lib/Config.uk"\nosource "none"\nsource "lib/[ab]/K*"\nsource "none"\n',
      files,
      { list },
    );
    expect([...model.options.keys()]).toEqual(['B', 'C', 'E', 'D']);
    expect(model.problems).toMatchObject([
      { code: 'missing-source', file: 'Config.uk', range: { start: { line: 3 } } },
    ]);
  });

  it('stops where a file sources itself, and says by which way', () => {
    const model = parse('source "a"\n', { a: 'source "b"\n', b: 'source "a"\n' });
    expect(model.problems).toMatchObject([{ code: 'source-cycle', file: 'b' }]);
    expect(model.problems[0]?.message).toContain('a → b → a');
  });

  it('reads a file again only when its text is another', () => {
    const cache = new Map();
    const files = { a: 'config A\n\tbool "a"\n' };
    const first = parse('source "a"\n', files, { cache }).files;
    const second = parse('source "a"\nconfig B\n\tbool "b"\n', files, { cache });
    expect(second.files.get('a')).toBe(first.get('a'));
    expect(second.files.get('Config.uk')).not.toBe(first.get('Config.uk'));
    expect([...second.options.keys()]).toEqual(['A', 'B']);
  });

  it("has the libraries that Unikraft's scan finds", () => {
    const files = {
      '/uk/lib/b/Config.uk': 'config LIBB\n\tbool "b"\n',
      '/uk/lib/a/Config.uk': 'config LIBA\n\tbool "a"\n',
      '/uk/lib/Config.uk': 'config LIB\n\tbool "all"\n',
      '/ext/Config.uk': 'config LIBEXT\n\tbool "ext"\n',
      '/skip/Config.uk': 'config LIBSKIP\n\tbool "skip"\n',
    };
    const text = `source "$(shell,$(UK_BASE)/support/build/config-submenu.sh -q -o '$(DIR)/libs.uk' -t "Libraries" -r '$(UK_BASE)/lib/' -l '$(UK_BASE)/lib' -c '$(EXTERNAL)' -e '/skip')"
config SAME
	def_bool $(shell,test $(UK_BASE) = /uk && echo y || echo n)
`;
    const variables = { UK_BASE: '/uk', DIR: '/out', EXTERNAL: '/ext:/skip' };
    const list = (folder: string) => (folder === '/uk/lib' ? ['b', 'a', 'empty'] : []);
    const model = parse(text, files, { variables, list });
    expect(model.problems).toEqual([]);
    expect([...model.options.keys()]).toEqual(['LIBA', 'LIBB', 'LIB', 'LIBEXT', 'SAME']);
    expect(model.root.children[0]).toMatchObject({ kind: 'menu', title: 'Libraries' });
    expect(evaluateKconfig(model, []).values.get('CONFIG_SAME')).toBe('y');
  });

  it('has what the scan of Unikraft before 0.14 finds', () => {
    const files = {
      '/uk/lib/a/Config.uk': 'config LIBA\n\tbool "a"\n',
      '/ext/Config.uk': 'config LIBEXT\n\tbool "ext"\n',
      '/app/Config.uk': 'config APP\n\tbool "app"\n',
      '/uk/Config.uk': 'config ROOT\n\tbool "root"\n',
    };
    const scan = (rest: string) => `source "$(shell,/uk/support/scripts/uk_build_configure.sh ${rest})"\n`;
    const text = `${scan("-e '$(LIBS)' -o '/out/libs.uk'")}${scan("-a '/app'")}${scan("-a '/other'")}${scan("-a '/uk'")}`;
    const variables = { LIBS: '/uk/lib/a /uk/lib/none  /ext /uk/lib/a' };
    const model = parse(text, files, { variables });
    expect(model.problems).toEqual([]);
    expect([...model.options.keys()]).toEqual(['LIBA', 'LIBEXT', 'APP']);
  });
});

describe('macros', () => {
  it('are expanded where they stand, and no command is run', () => {
    const text =
      'now := $(NAME)\nlater = $(now) $(1)\nNAME-2 = x\nconfig $(NAME)_A\n\tstring "$(later,b)"\n\tdefault "$(shell,touch /tmp/x)$(lineno) $(filename)"\n$(warning-if,y,careful)\n';
    const model = parse(text, {}, { variables: { NAME: 'ENV' } });
    expect(model.options.get('ENV_A')?.prompts[0]?.value).toBe('ENV b');
    expect(evaluateKconfig(model, []).values.get('CONFIG_ENV_A')).toBe('6 Config.uk');
    expect(model.problems.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'shell-not-run information',
      'macro-warning warning',
    ]);
  });

  it('that have no end are one error', () => {
    expect(problems('a = $(a)\nconfig A\n\tstring\n\tdefault "$(a)"\n')).toEqual(['3 macro']);
    const bomb = Array.from({ length: 40 }, (_, i) => `x${i} = $(x${i + 1})$(x${i + 1})`).join('\n');
    expect(problems(`${bomb}\nx40 = boom\nconfig A\n\tstring "$(x0)"\n`)).toEqual(['42 macro']);
    expect(problems('config A\n\tstring "$(unclosed"\n')).toEqual(['1 unclosed-macro']);
  });
});

describe('parsing', () => {
  it('passes over help, comments and continued lines', () => {
    const text =
      '# A\nconfig A\n\tbool "has # and if"\n\thelp\n\t  config B\n\n\t    bool\n\tdefault y if \\\n\t  A2\nconfig A2\n\tdef_bool y\n';
    expect(evaluate(text)).toEqual(['A', 'A2']);
    const option = parse(text).options.get('A');
    expect(option?.help).toBe('config B\n\n  bool');
    expect(option?.prompts[0]?.value).toBe('has # and if');
  });

  it('has one problem for each line that it does not understand, and goes on', () => {
    expect(problems('config A\n\tbool "a"\n\tfrobnicate\n')).toEqual(['2 unknown-keyword']);
    expect(problems('if A &&\nendif\n')).toEqual(['0 invalid-expression']);
    expect(problems('menu "m"\nconfig A\n\tbool\n')).toEqual(['0 unclosed-block']);
    expect(problems('endif\n')).toEqual(['0 unbalanced-block']);
    expect(problems('menu\nconfig\n\tbool "a"\n\thelp\n\t  x\nendmenu\n')).toEqual(['0 syntax', '1 syntax']);
    expect(problems('if A\nmenu "m"\nendif\nconfig A\n\tbool "a"\n')).toEqual(['2 unbalanced-block']);
    expect(problems('config A\n\tbool "a\n\tdefault y ) (\n\tdepends A\n\trange 1\n')).toEqual([
      '1 unclosed-string',
      '2 syntax',
      '3 syntax',
      '4 invalid-expression',
    ]);
    expect(problems('config A\n\tbool ?? "a" ?? if é\n')).toEqual(['1 stray-character']);
  });

  it('takes one word without quotation marks for a text, and says that others do not', () => {
    const text =
      'mainmenu Mine\nmenu Network\nvisible if X\nconfig A\n\tbool Fast if B\nconfig B\n\tbool\n\tprompt Bee\nendmenu\ncomment done\n';
    const { options, problems, root } = parse(text);
    expect(problems.map(({ code, severity }) => `${code} ${severity}`)).toEqual(Array(5).fill('syntax hint'));
    expect(root.title).toBe('Mine');
    expect(options.get('A')?.prompts[0]?.value).toBe('Fast');
    expect(options.get('B')?.prompts[0]?.value).toBe('Bee');
  });

  it('does not look for files whose names are made of what is not known', () => {
    const source = 'config A\n\tbool "a"\nsource "$FROM_MAKE"\nsource "$(FROM_MAKE)/Config.uk"\n';
    expect(problems(source)).toEqual([]);
    expect(problems('source "none/Config.uk"\n')).toEqual(['0 missing-source']);
    expect(problems('NAME = none\nsource "$(NAME)/Config.uk"\n')).toEqual(['1 missing-source']);
  });

  it('tells a place as an editor counts it', () => {
    const [problem] = parse('config A\n\tbool "ä🙂" wrong\n').problems;
    expect(problem?.range).toEqual({ start: { line: 1, character: 12 }, end: { line: 1, character: 17 } });
  });

  it('warns of what the reference warns of', () => {
    const text =
      'config A\n\tstring "a"\n\tselect B\n\tbool\nconfig B\n\tint "b"\n\tdefault x1\n\trange a b\nconfig C\n\tprompt "c"\nchoice\n\tprompt "d"\n\tbool\n\tdefault A\nconfig D\n\tbool "d"\n\tdefault y\nendchoice\n';
    expect(parse(text).problems.map(({ code, severity }) => `${code} ${severity}`)).toEqual(
      [
        'type-redefined',
        'select-type',
        'number',
        'number',
        'no-type',
        'choice-default',
        'choice-default',
      ].map((code) => `${code} warning`),
    );
  });

  it('tells the way of a dependency that comes back', () => {
    const text =
      'config A\n\tbool "a"\n\tdepends on B\nconfig B\n\tbool "b"\n\tselect C\nconfig C\n\tbool\n\tdefault A\n';
    expect(parse(text).problems).toEqual([]);
    const [cycle, ...others] = parse(text.replace('select C', 'depends on C')).problems;
    expect(others).toEqual([]);
    expect(cycle?.code).toBe('dependency-cycle');
    expect(cycle?.message).toBe(
      'The value depends on itself: A depends on B (Config.uk:1); B depends on C (Config.uk:4); C has as default A (Config.uk:9).',
    );
  });
});

describe('bad input', () => {
  it('never throws on a truncated file', () => {
    const text =
      'choice X\n\tprompt "x$(y,z)"\nconfig A\n\tbool "a" if !(B = "c")\n\tselect C if D && E\n\trange 1 2\n\thelp\n\t  text\nendchoice\nv := 1\n';
    for (let length = 0; length < text.length; length++) {
      const model = parse(text.slice(0, length));
      dotConfig(evaluateKconfig(model, [['A', 'y']]));
    }
  });

  it('ends soon, however deep or long it is', () => {
    const chain = Array.from(
      { length: 30_000 },
      (_, i) => `config C${i}\n\tbool "c"\n\tdepends on C${i + 1}\n`,
    ).join('');
    const ring = `${chain}config C30000\n\tbool "c"\n\tdepends on C0\n`;
    for (const text of [
      chain,
      ring,
      'if A\n'.repeat(50_000),
      `config A\n\tdepends on ${'('.repeat(50_000)}\n`,
      `config A\n\tbool "a"\n\tdepends on ${'!'.repeat(50_000)}A\n`,
      `config A\n\tbool "a"\n\tdepends on ${'B && '.repeat(50_000)}B\n`,
      `config A\n\tbool "${'$('.repeat(50_000)}"\n`,
      'choice\n'.repeat(20_000),
      'config A\n\tbool "a"\n\tdepends on B\n'.repeat(20_000),
      `config A\n\tbool "a"\n${'\tdepends on B || C\n'.repeat(20_000)}`,
      '?'.repeat(1_000_000),
    ]) {
      expect(
        processorMs(() => dotConfig(evaluateKconfig(parse(text), [['A', 'y']]))),
        text.slice(0, 20),
      ).toBeLessThan(4000);
    }
  });

  it('ends where files source files without end', () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`f${i}`, `source "f${i + 1}"\n`.repeat(2)]),
    );
    expect(problems('source "f0"\n', files).length).toBeGreaterThan(0);
  });
});

describe('texts', () => {
  const text =
    'mainmenu "Title"\nconfig A\n\tdef_bool y\nmenu "Menu"\nconfig B\n\tbool "b"\nmenu "Inner"\n\tdepends on B\nendmenu\nendmenu\ncomment "Said"\nconfig S\n\tstring "s"\n\tdefault "a\\"b"\nconfig H\n\thex "h"\n\tdefault 10\n';

  it('are those that Kconfig writes', () => {
    expect(dotConfig(configure(text))).toBe(
      '#\n# Automatically generated file; DO NOT EDIT.\n# Title\n#\nCONFIG_A=y\n\n#\n# Menu\n#\n# CONFIG_B is not set\n# end of Menu\n\n#\n# Said\n#\nCONFIG_S="a\\"b"\nCONFIG_H=10\n',
    );
    const old = parse(text, {}, { dialect: DIALECTS['4.11'] });
    expect(dotConfig(evaluateKconfig(old, []))).not.toContain('end of');
    expect(dotConfig(fillKconfig(old, 'yes'))).toContain('CONFIG_B=y\n\n#\n# Inner\n#\n');
  });

  it('of a header have what is on', () => {
    const header = configHeader(configure(text));
    expect(header).toContain('#define CONFIG_A 1\n#define CONFIG_S "a\\"b"\n#define CONFIG_H 0x10\n');
    expect(header).not.toContain('CONFIG_B');
  });

  it('are read back, and leave out what is so by default', () => {
    const assigned = readDotConfig('# CONFIG_A is not set\nCONFIG_B=y\r\nCONFIG_S="x\\\\y\\"z"\nnonsense\n');
    expect(assigned).toEqual([
      ['A', 'n'],
      ['B', 'y'],
      ['S', 'x\\y"z'],
    ]);
    expect(minimalConfig(evaluateKconfig(parse(text), assigned))).toBe('CONFIG_B=y\nCONFIG_S="x\\\\y\\"z"\n');
  });
});
