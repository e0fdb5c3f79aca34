/** kconfig/: `Config.uk` text and assignments in, an evaluated {@link Configuration} out. */
export { evaluateKconfig, rangeOf } from './evaluate';
export * from './model';
export { type ParsedKconfig, parseKconfig, type SourceReader } from './parse';
export { configHeader, dotConfig } from './text';
