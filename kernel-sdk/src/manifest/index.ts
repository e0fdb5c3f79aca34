/** manifest/: Kraftfile text in, {@link Manifest} with its problems out. Never throws, reads no disk. */
export { splitArguments } from './arguments';
export * from './attributes';
export { MANIFEST_CODES, type ManifestCode } from './codes';
export * from './devices';
export type { YamlEntry, YamlValue } from './document';
export { formatManifest } from './format';
export { type Migration, migrateManifest } from './migrate';
export * from './model';
export { parseManifest, readEntries } from './parse';
export { type Expected, expectedAt, isInComment, type Place, placeAt, specOf } from './place';
export { type JsonSchema, kraftfileSchema } from './schema';
