/** library/: the declarative subset of `Makefile.uk` and `exportsyms.uk`: text in, {@link Library} out. */
export { type ExportLine, NONE, parseExports, readExports } from './exports';
export { MAKEFILE_LIMIT, type ParsedMakefile, parseMakefile, variablePrefix } from './makefile';
export * from './model';
export {
  listsSystemCalls,
  type ProvidedSystemCall,
  readProvidedSystemCalls,
} from './provided-system-calls';
export { libraryOfSource } from './source-place';
