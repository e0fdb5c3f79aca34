/** Files and folders that a manifest names. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Manifest } from '../../manifest';
import { type Fix, type Problem, type Ranged, replacement, textAt } from '../../problem';
import type { Workspace } from '../../project';
import { nearFile } from '../near-file';

export interface NamedPath {
  /** The attribute, in words. */
  readonly what: string;
  readonly place: Ranged<string>;
  /** Absolute. */
  readonly path: string;
  /** A run makes it where it is not there. */
  readonly isMade: boolean;
}

/** What a manifest names on this disk; not what another tool fetches. */
export function namedPaths(manifest: Manifest, manifestPath: string): readonly NamedPath[] {
  const { rootfs, roms, volumes, disks, libraries, kernel } = manifest;
  const sources = [
    ...(kernel?.kind === 'unikraft' ? [kernel.source] : []),
    ...libraries.map(({ source }) => source),
  ].map((place) => ({ what: 'source', place, isMade: false }));
  return [
    { what: 'rootfs', place: rootfs?.source, isMade: false },
    ...roms.map(({ source }) => ({ what: 'rom', place: source, isMade: false })),
    ...volumes.map(({ source }) => ({ what: 'volume', place: source, isMade: false })),
    ...disks.map(({ path, size }) => ({ what: 'disk', place: path, isMade: size !== undefined })),
    ...sources,
  ].flatMap(({ what, place, isMade }) =>
    place === undefined || !isLocal(place.value)
      ? []
      : [{ what, place, isMade, path: resolve(dirname(manifestPath), place.value) }],
  );
}

/** Says that it is a path: a bare word can be the name of an image or a volume. */
function isLocal(source: string): boolean {
  return !/[$`*]/.test(source) && (/^\.{0,2}\//.test(source) || /^\.{1,2}$/.test(source));
}

/** A path in the place of another one, which may be quoted or a part of a longer text. */
function inPlace({ value, range }: Ranged<string>, path: string, text: string): readonly Fix[] {
  const written = textAt(text, range);
  const at = written.indexOf(value);
  if (at < 0 || range.start.line !== range.end.line) return [];
  const { line, character } = range.start;
  const start = { line, character: character + at };
  return replacement({ start, end: { line, character: start.character + value.length } }, path);
}

export function pathProblems(
  workspace: Workspace,
  manifest: Manifest,
  path: string,
  text: string,
): readonly Problem[] {
  return namedPaths(manifest, path).flatMap(({ what, place, path: named, isMade }): Problem[] => {
    const { range } = place;
    if (!isMade && workspace.files.kind(named) === undefined) {
      const message = `The ${what} '${place.value}' does not exist: there is no '${named}'.`;
      const near = nearFile(dirname(path), place.value, workspace.files);
      const fixes = near === undefined ? {} : { fixes: inPlace(place, near, text) };
      return [{ code: 'missing-file', severity: 'warning', message, range, ...fixes }];
    }
    const isInside = workspace.folders.some((folder) => {
      const way = relative(folder, workspace.files.realPath(named) ?? named);
      return !way.startsWith('..') && !isAbsolute(way);
    });
    if (isInside || workspace.folders.length === 0) return [];
    const message = `The ${what} '${place.value}' is outside of the workspace, at '${named}'.`;
    return [{ code: 'outside-workspace', severity: 'information', message, range }];
  });
}
