import { expect, test } from 'vitest';
import { isTaskCommand, taskArguments } from './task-arguments';

const everything = {
  manifest: '/w/my app/Kraftfile',
  target: 'qemu/x86_64',
  compiler: '/opt/gcc; rm -rf $HOME',
  qemuPath: '-qemu',
};

test('a run hands target, compiler and QEMU over, each value inside one argument', () => {
  expect(taskArguments({ ...everything, command: 'run' })).toEqual([
    'run',
    '/w/my app/Kraftfile',
    '--target=qemu/x86_64',
    '--compiler=/opt/gcc; rm -rf $HOME',
    '--qemu=-qemu',
  ]);
});

test('what is not set is not handed over', () => {
  const request = { command: 'build', manifest: '/w/Kraftfile', target: '', compiler: undefined } as const;
  expect(taskArguments(request)).toEqual(['build', '/w/Kraftfile']);
});

test('a build takes no QEMU, a clean nothing but the manifest', () => {
  expect(taskArguments({ ...everything, command: 'build' })).not.toContain('--qemu=-qemu');
  expect(taskArguments({ ...everything, command: 'clean' })).toEqual(['clean', '/w/my app/Kraftfile']);
});

test('a command of tasks.json that is none is told apart', () => {
  expect(isTaskCommand('build')).toBe(true);
  expect(isTaskCommand('toString')).toBe(false);
  expect(isTaskCommand(undefined)).toBe(false);
});
