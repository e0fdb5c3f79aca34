/** A run that somebody else started: from the configuration to GDB connected, and how it is left. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { findBuiltImage } from '@unikernel-tools/kernel-sdk/build';
import {
  type AttachedMachine,
  attachMachine,
  elfArchitecture,
  endpointText,
  findSymbols,
} from '@unikernel-tools/kernel-sdk/machine';
import { findTarget, loadProject, platArch } from '@unikernel-tools/kernel-sdk/project';
import { cancelled, machineFailed, noImage, noManifest, symbolsMissing } from '../errors';
import { readsPhysicalMemory } from '../gdb';
import type { Target } from '../target/target';
import type { AttachArguments } from './attach-arguments';
import { ConsoleTail } from './console-tail';
import { DebuggerStart } from './debugger-start';
import { librariesOf, mapBeside } from './image-libraries';
import { folderOf, type ManifestLaunch } from './launch-arguments';
import type { RunImage } from './origin';
import type { ReadyDebugger } from './ready-debugger';
import type { Run, RunReporter } from './run';

/** Throws a DebugError with nothing left connected; `prepare` is called once the symbols are loaded. */
export async function attachRun(
  args: AttachArguments,
  reporter: RunReporter,
  prepare: (target: Target) => Promise<void>,
  signal: AbortSignal,
  ready: ReadyDebugger,
): Promise<Run> {
  const gdb = new DebuggerStart(args, ready, reporter.trace);
  let machine: AttachedMachine | undefined;
  try {
    const { image, architecture } = await imageOf(args);
    gdb.expect(architecture);
    const { target } = gdb;
    await target.load(image.symbols, { folder: folderOf(args), sourceMap: args.sourceMap });
    await prepare(target);
    if (signal.aborted) throw cancelled();
    const attached = await attachMachine(args.remote);
    if (!attached.ok) throw machineFailed(attached.message);
    machine = attached.machine;
    await target.attach(args.remote.gdb);
    target.once('gone', () => attached.machine.lost());
    const { qmp } = machine;
    const lacks = await whatIsMissing(target, args);
    if (lacks !== undefined) reporter.note(lacks);
    return {
      name: basename(image.image),
      place: endpointText(args.remote.gdb),
      image,
      machine,
      target,
      tail: new ConsoleTail(),
      libraries: () => librariesOf(image),
      async leave(how = 'running') {
        // QEMU ends at once, and GDB sees it go.
        if (how === 'ended' && qmp !== undefined) await qmp.execute('quit').catch(() => undefined);
        else await target.leave(how);
        return undefined;
      },
    };
  } catch (error) {
    await Promise.all([machine?.dispose(), gdb.dispose()]);
    throw error;
  }
}

/** What a session on another's machine cannot show, in sentences; undefined where it has everything. */
async function whatIsMissing(target: Target, { remote }: AttachArguments): Promise<string | undefined> {
  const place = endpointText(remote.gdb);
  const sentences = [
    (await readsPhysicalMemory(target.gdb))
      ? []
      : `The stub at '${place}' reads no physical memory, as QEMU's of a whole machine does: page tables are not walked.`,
    remote.qmp === undefined
      ? "Without QEMU's QMP socket ('qmp') nobody tells how the machine ends, and a triple fault is not held."
      : [],
    remote.serial === undefined ? "Its serial line is not shown: name its socket in 'serial'." : [],
  ].flat();
  return sentences.length === 0 ? undefined : sentences.join(' ');
}

async function imageOf({
  subject,
}: AttachArguments): Promise<{ readonly image: RunImage; readonly architecture: string }> {
  const program = subject.kind === 'program' ? subject.program : builtImage(subject);
  for (const file of [program, ...(subject.kind === 'program' ? [subject.symbols ?? program] : [])]) {
    if (!existsSync(file)) throw noImage(`There is no file '${file}'. Correct the attach configuration.`);
  }
  const symbols = (subject.kind === 'program' ? subject.symbols : undefined) ?? (await findSymbols(program));
  if (symbols === undefined) throw symbolsMissing(program);
  const architecture = await elfArchitecture(symbols);
  if (architecture === undefined) {
    throw noImage(
      `'${symbols}' is no ELF file for x86_64 or arm64, so it has no symbols. Correct 'symbols'.`,
    );
  }
  return { image: { image: program, symbols, ...mapBeside(program) }, architecture };
}

/** What was built of a project last; nothing is built for a machine that runs. */
function builtImage({ manifest, target }: ManifestLaunch): string {
  const loaded = loadProject(manifest);
  if (!loaded.ok) throw noManifest(loaded.message);
  const { folder, name } = loaded.project;
  const chosen = findTarget(loaded.project, target);
  const wanted = chosen.ok ? platArch(chosen.target) : (target ?? 'qemu/x86_64');
  const found = findBuiltImage(folder, name, wanted);
  if (found !== undefined) return found;
  throw noImage(
    `'${manifest}' has no image for '${wanted}' that is built. Build it, or name the image that runs in 'program'.`,
  );
}
