/** gdb/: GDB understood. Typed MI commands by family, over one connection; nothing outside sees MI. */
export * from './breakpoint';
export * from './completion';
export { ConditionFailures } from './condition-failure';
export { type AsyncRecord, GdbConnection, GdbGone, GdbRefusal } from './connection';
export * from './console';
export * from './disassembly';
export * from './exec';
export * from './frame-context';
export { LogReader, type LogText } from './log-text';
export * from './logpoint';
export * from './memory';
export { text, tuple } from './mi-value';
export * from './registers';
export * from './setup';
export * from './skip';
export * from './stack';
export * from './symbols';
export * from './variables';
