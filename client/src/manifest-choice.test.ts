import { describe, expect, test } from 'vitest';
import { chooseManifest, isInside, orderManifests } from './manifest-choice';

const active = (path: string, isManifest = false) => ({ path, isManifest });

describe('the manifest that F5 means', () => {
  test('is the only one there is', () => {
    expect(chooseManifest(['/w/Kraftfile'])).toEqual({ kind: 'one', path: '/w/Kraftfile' });
  });

  test('is the one in the active editor, whatever else the workspace holds', () => {
    const choice = chooseManifest(['/w/a/Kraftfile', '/w/b/Kraftfile'], active('/w/b/Kraftfile.fc', true));
    expect(choice).toEqual({ kind: 'one', path: '/w/b/Kraftfile.fc' });
  });

  test('is that of the project which the active file belongs to', () => {
    const choice = chooseManifest(['/w/a/Kraftfile', '/w/b/Kraftfile'], active('/w/b/src/main.c'));
    expect(choice).toEqual({ kind: 'one', path: '/w/b/Kraftfile' });
  });

  test('is asked for among several, where the active file does not tell', () => {
    const paths = ['/w/a/Kraftfile', '/w/b/Kraftfile'];
    expect(chooseManifest(paths)).toEqual({ kind: 'several', paths });
    expect(chooseManifest(paths, active('/w/README.md'))).toEqual({ kind: 'several', paths });
    const rivals = ['/w/a/Kraftfile', '/w/a/kraft.yaml'];
    expect(chooseManifest(rivals, active('/w/a/main.c'))).toEqual({ kind: 'several', paths: rivals });
  });

  test('is missing in a workspace without one', () => {
    expect(chooseManifest([], active('/w/main.c'))).toEqual({ kind: 'none' });
  });
});

describe('the order of manifests', () => {
  test('puts the nearest enclosing folder before those further up', () => {
    const paths = ['/w/Kraftfile', '/w/apps/a/Kraftfile', '/w/apps/b/Kraftfile'];
    expect(orderManifests(paths, '/w/apps/b/main.c')).toEqual([
      '/w/apps/b/Kraftfile',
      '/w/Kraftfile',
      '/w/apps/a/Kraftfile',
    ]);
  });

  test('without an active file goes from the top down, then by name', () => {
    const paths = ['/w/b/c/Kraftfile', '/w/b/Kraftfile', '/w/a/Kraftfile'];
    expect(orderManifests(paths)).toEqual(['/w/a/Kraftfile', '/w/b/Kraftfile', '/w/b/c/Kraftfile']);
  });
});

test('a folder whose name only begins alike holds nothing of the other', () => {
  expect(isInside('/w/app2/main.c', '/w/app')).toBe(false);
  expect(isInside('/w/app/..main.c', '/w/app')).toBe(true);
  expect(isInside('/w/app', '/w/app')).toBe(false);
});
