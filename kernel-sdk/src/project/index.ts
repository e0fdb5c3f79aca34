/** project/: a folder in, a {@link Project} out. The one room that reads workspace files. */
export {
  assignmentsOf,
  blockers,
  evaluateTarget,
  libraryOption,
  namedProblems,
  optionsOfTarget,
  platArch,
  valueProblems,
} from './assignments';
export {
  type ConfigureResult,
  configureProject,
  describeErrors,
  type FoundTarget,
  findTarget,
  isEnabled,
  targetName,
} from './configure';
export { type CreateResult, createProject, describeTemplate, listTemplates } from './create';
export { attempt, realFileSystem, withTexts } from './file-system';
export {
  type FileKind,
  type FoundFile,
  fileKind,
  isBelow,
  MANIFEST_NAMES,
  WATCHED_NAMES,
  walk,
} from './files';
export { KeptFile } from './kept-file';
export {
  type FindResult,
  findManifest,
  type LoadOptions,
  type LoadResult,
  libraryFolder,
  loadProject,
  projectSteps,
} from './load';
export * from './model';
export { sdkFolder } from './sdk-folder';
export { readSnapshot, type Snapshot } from './snapshot';
export { type KernelKind, kernelKind, type LibraryTree, type Tree, type TreeSources } from './tree';
export { version } from './version';
export { type FoundVersion, type KnownVersions, knownVersions, versionOf } from './versions';
export { isProject, Workspace, type WorkspaceOptions } from './workspace';
