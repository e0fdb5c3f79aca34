import { expect, it } from 'vitest';
import { parseKconfig } from '../kconfig';
import type { TextChange } from '../problem';
import { withFixes } from './kconfig-fixes';

function problemsOf(text: string) {
  const read = (file: string) => {
    if (file === '/Config.uk') return { file, text };
    return file === '/kernel/lib/Config.uk' ? { file, text: '' } : undefined;
  };
  const { problems } = parseKconfig('/Config.uk', text, read);
  return withFixes(problems, text, (path) => path.replace('Confg', 'Config'));
}

function changed(text: string, { range: { start, end }, newText }: TextChange): string {
  const lines = text.split('\n');
  const offset = ({ line, character }: typeof start) =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return text.slice(0, offset(start)) + newText + text.slice(offset(end));
}

const A = 'config A\n\tbool "a"\n';

it.each([
  ['old-help', `${A}\t---help---\n\t  Words.\n`, `${A}\thelp\n\t  Words.\n`, "Replace with 'help'"],
  ['unknown-keyword', 'cofnig A\n\tbool "a"\n', A, "Replace with 'config'"],
  ['unknown-keyword', `${A}\tdependson A\n`, `${A}\tdepends on A\n`, "Replace with 'depends on'"],
  ['unknown-keyword', `${A}\tdepens on A\n`, `${A}\tdepends on A\n`, "Replace with 'depends'"],
  ['syntax', `${A}\tdepends X\n`, `${A}\tdepends on X\n`, "Add 'on'"],
  ['syntax', `${A}\tselect X Y\n`, `${A}\tselect X\n`, "Remove 'Y'"],
  ['unclosed-string', 'config A\n\tbool "a\n', A, `Add '"'`],
  ['unbalanced-block', `${A}endmenu\n`, A, "Remove 'endmenu'"],
  ['unclosed-block', `menu "m"\n${A}`, `menu "m"\n${A}endmenu\n`, "Add 'endmenu'"],
  ['menuconfig-prompt', 'menuconfig A\n\tbool\n', 'config A\n\tbool\n', "Replace with 'config'"],
  ['no-type', 'config A\n\tprompt "a"\n', 'config A\n\tbool\n\tprompt "a"\n', "Add 'bool'"],
  ['no-type', 'config A', 'config A\n\tbool', "Add 'bool'"],
  ['prompt-redefined', `${A}\tprompt "b"\n`, A, `Remove 'prompt "b"'`],
  ['range-type', `${A}\trange 1 2\n`, A, "Remove 'range 1 2'"],
  [
    'choice-default',
    `choice\n\tprompt "c"\n${A}\tdefault y\nendchoice\n`,
    `choice\n\tprompt "c"\n${A}endchoice\n`,
    "Remove 'default y'",
  ],
  ['select-type', `${A}config B\n\tint "b"\n\tselect A\n`, `${A}config B\n\tint "b"\n`, "Remove 'select A'"],
  ['stray-character', `${A}\tdepends on B & C\n`, `${A}\tdepends on B && C\n`, "Replace with '&&'"],
  ['stray-character', `${A}\tdepends on B;\n`, `${A}\tdepends on B\n`, "Remove ';'"],
  ['invalid-expression', `${A}\tdepends on B == y\n`, `${A}\tdepends on B = y\n`, "Remove '='"],
  ['invalid-expression', `${A}\tdepends on (B && C\n`, `${A}\tdepends on (B && C)\n`, "Add ')'"],
  ['invalid-expression', `${A}\tdepends on B &&\n`, `${A}\tdepends on B\n`, "Remove '&&'"],
  ['unclosed-macro', 'source "$(BASE/x"\n', 'source "$(BASE)/x"\n', "Add ')'"],
  ['syntax', 'config A\n\tbool What it is\n', 'config A\n\tbool "What it is"\n', 'Replace with "What it is"'],
  ['syntax', 'menu Net things\nendmenu\n', 'menu "Net things"\nendmenu\n', 'Replace with "Net things"'],
  [
    'syntax',
    'config A\n\tbool\n\tprompt Some if B\n',
    'config A\n\tbool\n\tprompt "Some" if B\n',
    'Replace with "Some"',
  ],
  [
    'unknown-option-name',
    `${A}\toption allnoconfig\n`,
    `${A}\toption allnoconfig_y\n`,
    "Replace with 'allnoconfig_y'",
  ],
  ['invalid-option', 'config A.B\n\tbool "a"\n', 'config A_B\n\tbool "a"\n', "Replace with 'A_B'"],
  [
    'missing-source',
    'source "/kernel/lib/Confg.uk"\n',
    'source "/kernel/lib/Config.uk"\n',
    "Replace with 'Config.uk'",
  ],
  ['source-cycle', `${A}source "/Config.uk"\n`, A, `Remove 'source "/Config.uk"'`],
  [
    'modules-twice',
    `${A}\toption modules\nconfig B\n\tbool "b"\n\toption modules\n`,
    `${A}\toption modules\nconfig B\n\tbool "b"\n`,
    "Remove 'option modules'",
  ],
  [
    'choice-prompt',
    `choice\n${A}endchoice\n`,
    `choice\n\tprompt "Which one"\n${A}endchoice\n`,
    `Add 'prompt "Which one"'`,
  ],
  [
    'choice-prompt',
    'choice\n\tprompt "c"\nconfig THE_A\n\tbool\nendchoice\n',
    'choice\n\tprompt "c"\nconfig THE_A\n\tprompt "the a"\n\tbool\nendchoice\n',
    `Add 'prompt "the a"'`,
  ],
  [
    'choice-default',
    `choice\n\tprompt "c"\n\tdefault B\n${A}endchoice\n`,
    `choice\n\tprompt "c"\n${A}endchoice\n`,
    "Remove 'default B'",
  ],
  [
    'number',
    'config A\n\tint "a"\n\tdefault 0x10\n',
    'config A\n\tint "a"\n\tdefault 16\n',
    "Replace with '16'",
  ],
  ['select-type', `${A}\tselect B\nconfig B\n\tint "b"\n`, `${A}config B\n\tint "b"\n`, "Remove 'select B'"],
])('%s is mended', (code, text, mended, title) => {
  const problem = problemsOf(text).find((one) => one.code === code);
  const [fix] = problem?.fixes ?? [];
  expect(fix?.title).toBe(title);
  const [change] = fix?.changes ?? [];
  if (change === undefined) throw new Error('The fix changes nothing.');
  expect(changed(text, change)).toBe(mended);
  expect(problemsOf(mended).map((one) => one.code)).not.toContain(code);
});

it('what could be meant in more than one way has no fix that is preferred', () => {
  const text = `${A}\tint "b"\nconfig C\n\tint "c"\n\tdefault many\nzzzzzz\n`;
  const problems = problemsOf(text);
  expect(problems.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['type-redefined', 'number', 'unknown-keyword']),
  );
  const fixes = problems.flatMap((problem) => problem.fixes ?? []);
  expect(fixes.filter(({ isAlternative }) => !isAlternative)).toEqual([]);
});

it.each([
  ['no-type', 'config A\n\tprompt "a"\n', ["Add 'bool'", "Add 'string'", "Add 'int'"]],
  ['type-redefined', `${A}\tint\n`, ["Replace with 'bool'", "Remove 'int'"]],
  [
    'choice-default',
    `choice\n\tprompt "c"\n\tdefault X if Y\n${A}config B\n\tbool "b"\nendchoice\n`,
    ["Remove 'default X if Y'", "Replace with 'A'", "Replace with 'B'"],
  ],
])('%s leaves a choice', (code, text, titles) => {
  const found = problemsOf(text).find((problem) => problem.code === code);
  expect(found?.fixes?.map(({ title }) => title)).toEqual(titles);
  expect(found?.fixes?.every(({ isAlternative }) => isAlternative)).toBe(true);
  // Each of them is one.
  for (const { changes } of found?.fixes ?? []) {
    const mended = changes.reduce(changed, text);
    expect(problemsOf(mended).map((problem) => problem.code)).not.toContain(code);
  }
});
