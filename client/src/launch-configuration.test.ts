import { describe, expect, test } from 'vitest';
import { launchOf, withDefaults, withIdentity } from './launch-configuration';

describe('F5 without a launch.json', () => {
  test('is a launch of type unikernel', () => {
    expect(withIdentity({})).toEqual({ type: 'unikernel', request: 'launch', name: 'Debug unikernel' });
  });

  test('keeps noDebug, which Ctrl+F5 sets', () => {
    expect(withIdentity({ noDebug: true })).toMatchObject({ type: 'unikernel', noDebug: true });
  });
});

describe('defaults of a configuration', () => {
  test('fill what is left out or empty', () => {
    const filled = withDefaults({ ...launchOf('/w/Kraftfile'), gdbPath: '' }, { gdbPath: 'g', target: 't' });
    expect(filled).toMatchObject({ gdbPath: 'g', target: 't' });
  });

  test('never replace what the user wrote', () => {
    const written = { ...launchOf('/w/Kraftfile'), gdbPath: '/opt/gdb', target: 'small', stopOnEntry: false };
    expect(withDefaults(written, { gdbPath: 'g', target: 't', stopOnEntry: 'kernel' })).toEqual(written);
  });

  test('that are unset leave the attribute out', () => {
    const filled = withDefaults(launchOf('/w/Kraftfile'), { qemuPath: undefined, compiler: '' });
    expect(Object.keys(filled)).toEqual(Object.keys(launchOf('/w/Kraftfile')));
  });
});
