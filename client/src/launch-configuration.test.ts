import { describe, expect, test } from 'vitest';
import {
  isWithoutProject,
  launchOf,
  withAbsolutePaths,
  withDefaults,
  withIdentity,
} from './launch-configuration';

describe('F5 without a launch.json', () => {
  test('is a launch of type unikernel', () => {
    expect(withIdentity({})).toEqual({ type: 'unikernel', request: 'launch', name: 'Debug unikernel' });
  });

  test('is named after the project, as far as it has no name', () => {
    expect(withIdentity({}, 'hello').name).toBe('Debug hello');
    expect(withIdentity({ name: 'Mine' }, 'hello').name).toBe('Mine');
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

describe('a configuration without a project', () => {
  test('is one with a program, or an attach with symbols', () => {
    expect(isWithoutProject({ request: 'launch', program: '/w/image' })).toBe(true);
    expect(isWithoutProject({ request: 'attach', symbols: '/w/image.dbg' })).toBe(true);
    expect(isWithoutProject({ request: 'attach', connect: ':1234' })).toBe(false);
    expect(isWithoutProject({ request: 'launch', symbols: '/w/image.dbg' })).toBe(false);
    expect(isWithoutProject({ request: 'launch', program: '' })).toBe(false);
  });

  test('has its paths from the workspace folder on', () => {
    const written = { ...withIdentity({}), program: 'build/image', symbols: '/s/image.dbg' };
    expect(withAbsolutePaths(written, '/w')).toMatchObject({
      program: '/w/build/image',
      symbols: '/s/image.dbg',
    });
    expect(withAbsolutePaths({ ...written, program: 5 }, '/w').program).toBe(5);
    expect(withAbsolutePaths(written, undefined)).toEqual(written);
  });
});
