import { expect, it } from 'vitest';
import { buildFailed, invalidArguments, toolMissing } from '../errors';
import { wayOut } from './way-out';

it('a failure with problems leads to them, in editors that run commands', () => {
  const listed = buildFailed('main.c:1:1: expected ;', true);
  expect(wayOut(listed, 'vscode')).toEqual({
    url: 'command:workbench.actions.view.problems',
    urlLabel: 'Show Problems',
  });
  expect(wayOut(listed, 'nvim-dap')).toEqual({});
  expect(wayOut(listed, undefined)).toEqual({});
});

it('a program that is missing leads to the setting that names it', () => {
  const missing = toolMissing("GDB is missing. Install it, or name it in the setting 'unikernel.gdbPath'.");
  expect(wayOut(missing, 'vscode')).toEqual({
    url: 'command:workbench.action.openSettings?%22unikernel.gdbPath%22',
    urlLabel: 'Open Settings',
  });
  const wrong = toolMissing("'x', which is set as 'unikernel.qemuPath', is not a program that can be run.");
  expect(wayOut(wrong, 'vscode').url).toContain('unikernel.qemuPath');
});

it('what a launch configuration has wrong is mended in launch.json, which the editor offers itself', () => {
  expect(wayOut(invalidArguments("'cpus' takes a whole number."), 'vscode')).toEqual({});
});
