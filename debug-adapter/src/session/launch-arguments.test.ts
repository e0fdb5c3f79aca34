import { expect, it } from 'vitest';
import { readLaunchArguments } from './launch-arguments';

// DAP's type leaves a debugger's own attributes out.
const read = (fields: Record<string, unknown>) => {
  const raw: Record<string, unknown> = { manifest: '/app/Kraftfile', ...fields };
  return readLaunchArguments(raw);
};

it('has a default for everything but the manifest', () => {
  expect(read({})).toEqual({
    manifest: '/app/Kraftfile',
    memory: '128M',
    stopOnEntry: true,
    accelerator: 'tcg',
    trace: false,
    noDebug: false,
  });
  expect(() => readLaunchArguments({})).toThrow("'manifest' is missing");
  expect(() => read({ manifest: 'Kraftfile' })).toThrow('absolute path');
});

it('takes what is given, and nothing for empty texts', () => {
  expect(read({ target: '', args: ['a'], stopOnEntry: 'kernel', memory: '1G', gdbPath: '/g' })).toMatchObject(
    {
      args: ['a'],
      stopOnEntry: 'kernel',
      memory: '1G',
      gdbPath: '/g',
    },
  );
  expect(read({ target: '' })).not.toHaveProperty('target');
});

it.each([
  [{ memory: 5 }, "'memory' takes a text"],
  [{ memory: '-1M' }, "'memory' takes a size"],
  [{ args: [1] }, "'args' takes a list"],
  [{ stopOnEntry: 'main' }, "'stopOnEntry' takes"],
  [{ accelerator: 'hvf' }, "'accelerator' takes"],
])('refuses %j', (fields, words) => {
  expect(() => read(fields)).toThrow(words);
});
