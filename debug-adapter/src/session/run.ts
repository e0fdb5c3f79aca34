/** One boot: from the launch configuration to a machine that waits at reset with GDB connected. */
import type { Duplex } from 'node:stream';
import type { BuildDiagnostic } from '@unikernel-tools/kernel-sdk/build';
import {
  type Accelerator,
  type AttachedEnd,
  elfArchitecture,
  elfEntry,
  type Machine,
  type QmpClient,
  RecordedMachine,
  recordingObstacle,
  recordMachine,
  type StartResult,
  startMachine,
} from '@unikernel-tools/kernel-sdk/machine';
import { turn } from '@unikernel-tools/kernel-sdk/steps';
import { cancelled, machineFailed } from '../errors';
import type { ImageLibrary } from '../target/image-map';
import { HERE, type Target } from '../target/target';
import { TimeTravel } from '../target/time-travel';
import { ConsoleTail } from './console-tail';
import { DebuggerStart } from './debugger-start';
import { EarlyMachine } from './early-machine';
import { EfiBoot } from './efi-boot';
import { librariesOf } from './image-libraries';
import { KeptMachine } from './kept-machine';
import { folderOf, type LaunchArguments } from './launch-arguments';
import { identityOf, originOf } from './made-run';
import type { RunImage } from './origin';
import type { ReadyDebugger } from './ready-debugger';
import { rememberMachine } from './remembered-machine';
import { ResetHold } from './reset-hold';
import { RunSnapshots } from './run-snapshots';

/** Told while a run comes up. */
export interface RunReporter {
  buildStep(step: { readonly label: string; readonly done: number; readonly total: number }): void;
  buildOutput(text: string): void;
  /** What a user should know of what is run, a sentence. */
  note(text: string): void;
  diagnostics(diagnostics: readonly BuildDiagnostic[]): void;
  /** MI lines, both ways. */
  trace(direction: 'to' | 'from', line: string): void;
}

/** What becomes of a machine whose session ends. */
export type Leaving = 'running' | 'suspended' | 'ended';

/** What of a machine is there, whoever started it. */
export interface RunMachine {
  readonly accelerator?: Accelerator;
  readonly qmp?: QmpClient;
  readonly serial?: Duplex;
  readonly ended: Promise<AttachedEnd>;
  dispose(): Promise<void>;
}

export interface Run {
  readonly name: string;
  /** Where the machine's debugger socket is, for one that somebody else started. */
  readonly place?: string;
  readonly image: RunImage;
  readonly machine: RunMachine;
  /** Absent without a debugger. */
  readonly target?: Target;
  /** The last of what the guest has printed. */
  readonly tail: ConsoleTail;
  /** Holds the machine where a triple fault would reset it; only one that we started. */
  readonly resets?: ResetHold;
  /** The machine stands at the image's first instruction, where its firmware has loaded it. */
  readonly atEntry?: boolean;
  /** Only of a machine that we started under a debugger. */
  readonly snapshots?: RunSnapshots;
  /** Whether the same machine could be started again with a recording. */
  readonly canBeRecorded?: boolean;
  /** Only of a run that is recorded. */
  readonly travel?: TimeTravel;
  /** Changes with the image and the machine; only of one that we started. */
  readonly identity?: string;
  /** Gives a machine of ours that goes on; nothing for one that somebody else started, or that is to be disposed of. */
  leave(how: Leaving | undefined): Promise<KeptMachine | undefined>;
  /** What the image is made of; none where the linker left no map that can be read. */
  libraries(): Promise<readonly ImageLibrary[]>;
}

/**
 * Builds, boots and connects; GDB starts beside it. Throws a DebugError with nothing left running;
 * `prepare` is called once the symbols are loaded, before the machine is connected.
 */
export async function bootRun(
  launch: LaunchArguments,
  reporter: RunReporter,
  prepare: (target: Target) => Promise<void>,
  signal: AbortSignal,
  ready: ReadyDebugger,
): Promise<Run> {
  const gdb = launch.noDebug ? undefined : new DebuggerStart(launch, ready, reporter.trace);
  // Nobody takes it any more where another one is used, or none.
  void ready.dispose();
  let early: EarlyMachine | undefined;
  let machine: Machine | undefined;
  let efi: EfiBoot | undefined;
  try {
    early = EarlyMachine.of(launch);
    if (early !== undefined) gdb?.expect(early.architecture);
    if (gdb?.found !== undefined) early?.load(gdb.found);
    // Reading the project takes this process for a while: QEMU and GDB have something to do then.
    await turn();
    const origin = await originOf(launch, reporter);
    gdb?.expect(origin.architecture);
    const made = await origin.make(signal);
    const { image, spec, loadedByFirmware } = made;
    const identity = identityOf(made);
    if (loadedByFirmware === true && gdb !== undefined) efi = await EfiBoot.of(spec);
    const isRecorded = launch.timeTravel && gdb !== undefined;
    const start = async (): Promise<StartResult> => {
      const taken = await early?.take(identity);
      if (taken !== undefined) return { ok: true, machine: taken };
      return isRecorded ? recordMachine(spec) : startMachine(efi?.spec ?? spec);
    };
    const starting = start().then((started) => {
      if (started.ok) machine = started.machine;
      return started;
    });
    // It is awaited behind GDB's work.
    starting.catch(() => undefined);
    try {
      // A build that fails is told before a GDB that is not there.
      const target = gdb?.target;
      if (target !== undefined) {
        const moved = await efi?.load(starting, image.symbols, signal);
        if (!(await early?.hasLoaded(target, identity))) {
          await target.load(image.symbols, { folder: folderOf(launch), sourceMap: launch.sourceMap, moved });
        }
        await prepare(target);
      }
    } finally {
      // Whatever GDB said, a machine that was started is waited for, so that it can be ended.
      await starting;
    }
    const started = await starting;
    if (!started.ok) throw machineFailed(started.message);
    if (signal.aborted) throw cancelled();
    const target = gdb?.target;
    // TCG has breakpoints in what it translates; under KVM they stand in the guest's code.
    await target?.connect(started.machine.gdb, {
      keepsBreakpoints: started.machine.accelerator === 'tcg',
    });
    if (target !== undefined) await efi?.release(target);
    if (machine !== undefined && !early?.isTaken) rememberMachine(launch, made);
    let libraries: Promise<readonly ImageLibrary[]> | undefined;
    const run: Run = {
      name: origin.name,
      image,
      machine: started.machine,
      tail: new ConsoleTail(),
      identity,
      canBeRecorded: recordingObstacle(spec) === undefined,
      resets: new ResetHold(started.machine.qmp),
      libraries() {
        // While the guest is on its way to its first stop there is time for it.
        libraries ??= librariesOf(image);
        return libraries;
      },
      ...(target ? { target, snapshots: new RunSnapshots(target, started.machine.snapshots) } : {}),
      ...(target !== undefined && machine instanceof RecordedMachine
        ? { travel: new TimeTravel(target, machine) }
        : {}),
      ...(efi === undefined ? {} : { atEntry: true }),
      async leave(how = 'ended') {
        return how === 'ended' ? undefined : KeptMachine.of(run, started.machine, how);
      },
    };
    return run;
  } catch (error) {
    await Promise.all([machine?.dispose(), early?.dispose(), gdb?.dispose()]);
    throw error;
  } finally {
    await efi?.dispose();
  }
}

/** Where a run stops first; undefined for nowhere. */
export async function entryOf({ stopOnEntry }: LaunchArguments, run: Run): Promise<string | undefined> {
  if (stopOnEntry !== 'kernel') return stopOnEntry ? 'main' : undefined;
  if (run.atEntry === true) return HERE;
  const { image, symbols } = run.image;
  const isElf = (await elfArchitecture(image)) !== undefined;
  return `*0x${(await elfEntry(isElf ? image : symbols)).toString(16)}`;
}
