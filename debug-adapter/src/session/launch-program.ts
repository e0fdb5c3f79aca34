/** What a launch of a program boots: an image that was built elsewhere, with the symbols that belong to it. */
import { basename, dirname } from 'node:path';
import {
  elfArchitecture,
  findSymbols,
  isUnikraft,
  planProgram,
  readImageFile,
  readsFstab,
} from '@unikernel-tools/kernel-sdk/machine';
import { machineFailed, noImage, symbolsMissing } from '../errors';
import { mapBeside } from './image-libraries';
import type { LaunchArguments, ProgramLaunch } from './launch-arguments';
import type { Origin } from './origin';

/** Throws a DebugError when QEMU would not boot it, or nothing of it could be shown. */
export async function programOrigin(launch: LaunchArguments, subject: ProgramLaunch): Promise<Origin> {
  const { program: image, initrd, append } = subject;
  const read = await readImageFile(image);
  if (!read.ok) throw noImage(read.message);
  const symbols = subject.symbols ?? (await findSymbols(image));
  // Without a debugger nobody needs them.
  if (symbols === undefined && !launch.noDebug) throw symbolsMissing(image);
  const architecture = symbols === undefined ? undefined : await elfArchitecture(symbols);
  if (symbols !== undefined && architecture !== read.file.architecture) {
    const what = architecture === undefined ? 'is no ELF file for x86_64 or arm64' : `is for ${architecture}`;
    throw noImage(
      `The symbols '${symbols}' do not belong to '${image}': the file ${what}, and the image is for ${read.file.architecture}. Correct 'symbols'.`,
    );
  }
  const planned = planProgram(
    {
      image,
      initrd,
      append,
      file: read.file,
      folder: dirname(image),
      isUnikraft: symbols !== undefined && (await isUnikraft(symbols)),
      mountsInitrd: symbols !== undefined && (await readsFstab(symbols)),
    },
    launch.machine,
  );
  if (!planned.ok) throw machineFailed(planned.message);
  const { spec } = planned;
  return {
    name: basename(image),
    architecture: read.file.architecture,
    make: async () => ({
      image: { image, symbols: symbols ?? image, ...mapBeside(image) },
      spec,
      loadedByFirmware: read.file.boot === 'efi',
    }),
  };
}
