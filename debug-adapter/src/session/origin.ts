/** Where a run's image comes from. */
import type { MachineSpec } from '@unikernel-tools/kernel-sdk/machine';

/** The files of an image, absolute paths. */
export interface RunImage {
  /** What the machine boots. */
  readonly image: string;
  /** The ELF file with its symbols. */
  readonly symbols: string;
  /** The linker's map, where one is known. */
  readonly map?: string;
}

export interface Made {
  readonly image: RunImage;
  readonly spec: MachineSpec;
  /** Firmware loads it, at an address of the firmware's choice. */
  readonly loadedByFirmware?: boolean;
}

export interface Origin {
  /** What the user knows the unikernel by. */
  readonly name: string;
  readonly architecture: string;
  /** Builds what is to be built, and says what boots it. Throws a DebugError. */
  make(signal: AbortSignal): Promise<Made>;
}
