/** The extension manifest against the code that it promises. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST_NAMES } from '@unikernel-tools/kernel-sdk/project';
import { describe, expect, test } from 'vitest';
import { TASK_COMMANDS } from './task-arguments';

interface ExtensionManifest {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string }[];
    languages: { id: string; filenames?: string[]; configuration?: string; icon?: Record<string, string> }[];
    walkthroughs: { steps: Step[] }[];
    viewsWelcome: { contents: string }[];
    menus: Record<string, { command: string; when: string }[]>;
    problemMatchers: { pattern: { regexp: string } }[];
    configuration: { properties: Record<string, { scope: string }> };
    debuggers: { configurationAttributes: Record<string, { properties: object }> }[];
    taskDefinitions: { properties: { command: { enum: string[] } } }[];
  };
}

interface Step {
  description: string;
  media: { markdown?: string; image?: string };
  completionEvents?: string[];
}

const root = join(__dirname, '..', '..');
const extension = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as ExtensionManifest;
const { contributes } = extension;
const source = (name: string) => readFileSync(join(__dirname, name), 'utf8');

test('a Kraftfile is every file name that loaders take', () => {
  const kraftfile = contributes.languages.find(({ id }) => id === 'kraftfile');
  expect([...(kraftfile?.filenames ?? [])].sort()).toEqual([...MANIFEST_NAMES].sort());
});

describe('activation', () => {
  test('never happens on start-up', () => {
    expect(extension.activationEvents).not.toContain('*');
    expect(extension.activationEvents).not.toContain('onStartupFinished');
  });

  test.each(MANIFEST_NAMES)('happens in a workspace with a %s', (name) => {
    expect(extension.activationEvents).toContain(`workspaceContains:**/${name}`);
  });

  test('happens for every contributed language', () => {
    const expected = contributes.languages.map(({ id }) => `onLanguage:${id}`);
    expect(extension.activationEvents).toEqual(expect.arrayContaining(expected));
  });
});

test('the commands that are contributed are those that are registered', () => {
  const registered = [...source('commands.ts').matchAll(/'(unikernel\.\w+)': \(/g)].map(([, id]) => id);
  expect(registered.sort()).toEqual(contributes.commands.map(({ command }) => command).sort());
});

/** Menus that are the debugger's, or a view's; all others are opened on files. */
const OF_SESSIONS = /^(commandPalette|view\/title|debug\/.*)$/;

test('menus name contributed commands and show them on Kraftfiles, or in sessions of ours, alone', () => {
  const known = contributes.commands.map(({ command }) => command);
  for (const [menu, entries] of Object.entries(contributes.menus)) {
    for (const { command, when } of entries) {
      expect(known).toContain(command);
      if (OF_SESSIONS.test(menu)) expect(when).toMatch(/debugType == unikernel|^view == unikernel\.\w+$/);
    }
  }
  const onFiles = Object.entries(contributes.menus).filter(([menu]) => !OF_SESSIONS.test(menu));
  for (const { when } of onFiles.flatMap(([, entries]) => entries)) {
    const pattern = new RegExp(/resourceFilename =~ \/(.*)\//.exec(when)?.[1] ?? '$^');
    for (const name of [...MANIFEST_NAMES, 'Kraftfile.fc']) expect(name).toMatch(pattern);
    for (const name of ['main.c', 'kraft.yaml.orig', 'MyKraftfile']) expect(name).not.toMatch(pattern);
  }
});

test('the walkthrough shows files that are there, and leads to commands that are', () => {
  const known = new Set(contributes.commands.map(({ command }) => command));
  const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  for (const { media } of steps)
    expect(existsSync(join(root, media.markdown ?? media.image ?? ''))).toBe(true);
  const texts = [
    ...steps.map((step) => step.description),
    ...contributes.viewsWelcome.map((view) => view.contents),
  ];
  const led = texts.flatMap((text) =>
    [...text.matchAll(/command:(unikernel\.\w+)/g)].map(([, id = '']) => id),
  );
  const events = steps.flatMap((step) => step.completionEvents ?? []);
  const waited = events.flatMap((event) => /^onCommand:(.+)/.exec(event)?.[1] ?? []);
  for (const id of [...led, ...waited]) expect(known).toContain(id);
});

test('every language of files has its icon', () => {
  for (const { icon } of contributes.languages.filter(({ filenames }) => filenames !== undefined))
    for (const file of Object.values(icon ?? { none: 'none' }))
      expect(existsSync(join(root, file))).toBe(true);
});

test('tasks.json offers the commands that tasks have', () => {
  expect(contributes.taskDefinitions.map((task) => task.properties.command.enum)).toEqual([
    [...TASK_COMMANDS],
  ]);
});

/** The names of attributes that files of the debug adapter read. */
function attributesRead(...files: string[]): string[] {
  const text = files
    .map((name) => readFileSync(join(root, 'debug-adapter/src/session', name), 'utf8'))
    .join();
  const read = text.matchAll(/\b(?:string|path|texts|endpoint|fields\.get)\('(\w+)'/g);
  return [...new Set([...read].map(([, name = '']) => name))].sort();
}

/** Those that mean nothing for a machine that runs already. */
const OF_A_BOOT = ['append', 'compiler', 'initrd', 'instantRestart', 'rootfs', 'timeTravel'];

test('launch.json offers the attributes that the debug adapter reads', () => {
  const { launch, attach } = contributes.debuggers[0]?.configurationAttributes ?? {};
  const common = attributesRead('launch-arguments.ts');
  expect(Object.keys(launch?.properties ?? {}).sort()).toEqual(
    [...common, ...attributesRead('launch-machine.ts')].sort(),
  );
  const expected = [...common, ...attributesRead('attach-arguments.ts')];
  expect(Object.keys(attach?.properties ?? {}).sort()).toEqual(
    [...new Set(expected)].filter((name) => !OF_A_BOOT.includes(name)).sort(),
  );
});

test('a workspace cannot name programs before it is trusted', () => {
  const programs = Object.entries(contributes.configuration.properties)
    .filter(([, { scope }]) => scope === 'machine-overridable')
    .map(([name]) => name);
  const read = [...source('settings.ts').matchAll(/text\('(\w+)'\)/g)].map(([, name]) => `unikernel.${name}`);
  expect(programs.sort()).toEqual(read.sort());
  expect([...extension.capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(programs);
});

describe('the problem matcher', () => {
  const pattern = new RegExp(contributes.problemMatchers[0]?.pattern.regexp ?? '$^');

  test.each([
    ["/w/main.c:3:7: error: expected ';'", ['/w/main.c', '3', '7', 'error', "expected ';'"]],
    ['main.c:1:10: fatal error: no.h: No such file', ['main.c', '1', '10', 'error', 'no.h: No such file']],
    ['C:\\w\\a b.c:2:1: warning: unused', ['C:\\w\\a b.c', '2', '1', 'warning', 'unused']],
    ['/w/Kraftfile:4:3: hint: x [y]', ['/w/Kraftfile', '4', '3', 'hint', 'x [y]']],
  ])('reads %s', (line, parts) => {
    expect(pattern.exec(line)?.slice(1)).toEqual(parts);
  });

  test.each(['[1/9] CC libukalloc heap.c', 'unikernel: build failed', 'main.c: In function main:'])(
    'passes over %s',
    (line) => {
      expect(pattern.exec(line)).toBeNull();
    },
  );
});
