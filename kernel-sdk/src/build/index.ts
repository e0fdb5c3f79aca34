/** build/: a configured project in, an image with symbols, map and `compile_commands.json` out. */
export { build, clean } from './build';
export { problemDiagnostics } from './diagnostics';
export * from './model';
export { prepareBuild } from './prepare';
export {
  type LibrarySize,
  type ObjectSize,
  type OptionCost,
  optionCost,
  type SizeKind,
  type SizeReport,
  type Sizes,
  type SymbolSize,
  sizeOf,
  sizeOfLinked,
} from './size';
export {
  buildUnikraft,
  cleanUnikraft,
  configureUnikraft,
  isUnikraftProject,
  type UnikraftImage,
  type UnikraftOptions,
} from './unikraft';
export { findBuiltImage } from './unikraft/built-image';
