/** What a kernel can give up for, as a user chooses from it: the exception breakpoints. */

export interface ExceptionKind {
  /** Stable: launch configurations and clients store it. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** The processor's vector (Intel SDM 3A, table 6-1), for its exceptions. */
  readonly vector?: number;
  /** Exception classes of arm64 that mean the same (ESR_EL1.EC; Arm ARM, D24.2.40). */
  readonly classes?: readonly number[];
}

export type ExceptionArchitecture = 'x86_64' | 'arm64';

const processor = (
  vector: number,
  id: string,
  label: string,
  sign: string,
  classes: readonly number[] = [],
): ExceptionKind => ({
  id,
  label,
  vector,
  classes,
  description: `Vector ${vector} (${sign}) of an x86 processor`,
});

export const PANIC = 'panic';
export const ASSERTION = 'assertion';
export const TRIPLE_FAULT = 'triple-fault';

export const EXCEPTION_KINDS: readonly ExceptionKind[] = [
  {
    id: PANIC,
    label: 'Kernel panic',
    description: 'The kernel gives up for a reason that is not listed here',
  },
  { id: ASSERTION, label: 'Failed assertion', description: 'A condition of UK_ASSERT does not hold' },
  processor(14, 'page-fault', 'Page fault', '#PF', [0x20, 0x21, 0x24, 0x25]),
  processor(13, 'general-protection', 'General protection fault', '#GP'),
  processor(6, 'invalid-opcode', 'Invalid opcode', '#UD', [0]),
  processor(0, 'divide-error', 'Divide error', '#DE'),
  processor(8, 'double-fault', 'Double fault', '#DF'),
  {
    id: TRIPLE_FAULT,
    label: 'Triple fault',
    description: 'The processor cannot report a fault any more and resets; shown where it happened',
  },
  processor(1, 'debug', 'Debug exception', '#DB'),
  processor(2, 'nmi', 'Non-maskable interrupt', 'NMI'),
  processor(3, 'breakpoint', 'Breakpoint instruction', '#BP', [0x3c]),
  processor(4, 'overflow', 'Overflow', '#OF'),
  processor(5, 'bound-range', 'Bound range exceeded', '#BR'),
  processor(7, 'device-not-available', 'Device not available', '#NM'),
  processor(10, 'invalid-tss', 'Invalid task-state segment', '#TS'),
  processor(11, 'segment-not-present', 'Segment not present', '#NP'),
  processor(12, 'stack-segment', 'Stack-segment fault', '#SS'),
  processor(16, 'floating-point', 'Floating-point error', '#MF'),
  processor(17, 'alignment-check', 'Alignment check', '#AC', [0x22, 0x26]),
  processor(18, 'machine-check', 'Machine check', '#MC'),
  processor(19, 'simd', 'SIMD floating-point exception', '#XM'),
  processor(21, 'control-protection', 'Control protection exception', '#CP'),
];

/** The numbers by which an architecture's processor knows an exception; none for what is not one of its. */
export function vectorsOf(kind: ExceptionKind, architecture: ExceptionArchitecture): readonly number[] {
  if (architecture === 'arm64') return kind.classes ?? [];
  return kind.vector === undefined ? [] : [kind.vector];
}

/** The kind of a processor's exception; undefined for one that has no name. */
export function exceptionOfVector(
  vector: number,
  architecture: ExceptionArchitecture,
): ExceptionKind | undefined {
  return EXCEPTION_KINDS.find((kind) => vectorsOf(kind, architecture).includes(vector));
}
