/** kconfig/: Kconfig text and assignments in, an evaluated {@link Configuration} out. */
export { type KconfigOptions, kconfigSteps, parseKconfig, type SourceReader } from './build';
export { KCONFIG_CODES, type KconfigCode } from './codes';
export { defaultsOf, evaluateKconfig, evaluationSteps, fillKconfig } from './configure';
export { DIALECTS, type Dialect, type DialectName } from './dialect';
export { type Assignments, Evaluation, type FillMode, type Reason, type ValueWarning } from './evaluate';
export { isValue } from './finalize';
export { MACRO_FUNCTIONS } from './macro';
export * from './model';
export { rangeOf } from './range';
export {
  type ExpressionSyntax,
  type FileSyntax,
  KEYWORDS,
  parseSyntax,
  type StatementSyntax,
} from './syntax';
export { configHeader, defconfig, dotConfig, minimalConfig, readDotConfig } from './text';
export type { Token } from './tokens';
