/** project/: a folder in, a {@link Project} out. The one room that reads workspace files. */
export { type ConfigureResult, configureProject, isEnabled, platArch, targetName } from './configure';
export { type CreateResult, createProject, listTemplates } from './create';
export { realFileSystem } from './file-system';
export { type FindResult, findManifest, type LoadResult, loadProject, MANIFEST_NAMES } from './load';
export * from './model';
export { sdkFolder } from './sdk-folder';
