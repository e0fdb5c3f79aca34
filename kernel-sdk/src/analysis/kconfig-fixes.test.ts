import { expect, it } from 'vitest';
import { parseKconfig } from '../kconfig';
import type { TextChange } from '../problem';
import { withFixes } from './kconfig-fixes';

function problemsOf(text: string) {
  const { problems } = parseKconfig('/Config.uk', text, () => undefined);
  return withFixes(problems, text);
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
  ['prompt-redefined', `${A}\tprompt "b"\n`, A, `Remove 'prompt "b"'`],
  ['range-type', `${A}\trange 1 2\n`, A, "Remove 'range 1 2'"],
  [
    'choice-default',
    `choice\n\tprompt "c"\n${A}\tdefault y\nendchoice\n`,
    `choice\n\tprompt "c"\n${A}endchoice\n`,
    "Remove 'default y'",
  ],
  ['select-type', `${A}config B\n\tint "b"\n\tselect A\n`, `${A}config B\n\tint "b"\n`, "Remove 'select A'"],
])('%s is mended', (code, text, mended, title) => {
  const problem = problemsOf(text).find((one) => one.code === code);
  const [fix] = problem?.fixes ?? [];
  expect(fix?.title).toBe(title);
  const [change] = fix?.changes ?? [];
  if (change === undefined) throw new Error('The fix changes nothing.');
  expect(changed(text, change)).toBe(mended);
  expect(problemsOf(mended).map((one) => one.code)).not.toContain(code);
});

it('what could be meant in more than one way has no fix', () => {
  const text = `${A}\tint "b"\nconfig C\n\tint "c"\n\tdefault many\nzzzzzz\n`;
  const problems = problemsOf(text);
  expect(problems.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['type-redefined', 'number', 'unknown-keyword']),
  );
  expect(problems.flatMap(({ fixes }) => fixes ?? [])).toEqual([]);
});
