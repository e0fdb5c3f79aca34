/** The commands that build and clean, as a user of the real workbench runs them. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenWorkbench, openWorkbench } from './workbench/workbench';

const ROOT = resolve(import.meta.dirname, '../..');
let workbench: OpenWorkbench;

beforeAll(async () => {
  workbench = await openWorkbench({ root: ROOT, pictures: join(ROOT, 'out/e2e/tasks'), say: console.log });
}, 300_000);

afterAll(() => workbench?.dispose());

it('an opened project has compile_commands.json before anything is built', async () => {
  const commands = join(workbench.folder, '.unikernel/compile_commands.json');
  await workbench.page.witness.until('the commands for editors', async () => existsSync(commands));
  expect(readFileSync(commands, 'utf8')).toContain(join(workbench.folder, 'main.c'));
  expect(existsSync(join(workbench.folder, '.unikernel/build/hello_qemu-x86_64'))).toBe(false);
});

it('Build makes the image by a task, and Clean removes it', async () => {
  const { editor, messages, witness } = workbench.page;
  const image = join(workbench.folder, '.unikernel/build/hello_qemu-x86_64');
  await editor.openFromExplorer('Kraftfile');
  await messages.command('Unikernel: Build');
  await witness.until('the image', async () => existsSync(image) && existsSync(`${image}.dbg`));
  await witness.picture('built');
  await messages.command('Unikernel: Clean');
  await witness.until('the end of the image', async () => !existsSync(image));
  expect(await messages.dialogs()).toEqual([]);
});

it('New Project shows what each template is, the smallest first', async () => {
  const { messages, witness } = workbench.page;
  await messages.command('Unikernel: New Project');
  const rows = witness.page.locator('.quick-input-list .monaco-list-row');
  await witness.see('the template hello', rows.filter({ hasText: 'hello' }).first().waitFor());
  const shown = (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  expect(shown[0]).toBe('hello A unikernel of two C files on the built-in kernel.');
  expect(shown).toHaveLength(5);
  await witness.picture('templates');
  await witness.page.keyboard.press('Escape');
});
