/** Requests about what the image is made of. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { hex, listSourceFiles } from '../../gdb';
import type { ImageLibrary } from '../../target/image-map';
import type { Handlers } from '../context';
import type { Run } from '../run';

export const imageRequests: Handlers = {
  async modules(context, args: DebugProtocol.ModulesArguments) {
    const all = context.run === undefined ? [] : await presentModules(context.run);
    const start = args.startModule ?? 0;
    const count = args.moduleCount || all.length;
    return { modules: all.slice(start, start + count), totalModules: all.length };
  },

  async loadedSources(context) {
    const files = await listSourceFiles(context.target().gdb);
    const sources = await Promise.all(files.map(presentSource));
    return { sources: sources.filter((source) => source !== undefined) };
  },
};

/** The image, then the libraries that it is made of. */
export async function presentModules(run: Run): Promise<DebugProtocol.Module[]> {
  const image: DebugProtocol.Module = {
    id: 'image',
    name: basename(run.image.image),
    path: run.image.image,
    symbolStatus: 'Symbols loaded.',
    symbolFilePath: run.image.symbols,
  };
  return [image, ...(await run.libraries()).map((library) => presentLibrary(library, run))];
}

function presentLibrary({ name, bytes, ranges }: ImageLibrary, run: Run): DebugProtocol.Module {
  const places = ranges.map(({ start, end }) => `${hex(start)}-${hex(end)}`);
  return {
    id: name,
    name,
    addressRange: places.join(', '),
    version: `${bytes} bytes`,
    symbolStatus: 'Symbols loaded.',
    symbolFilePath: run.image.symbols,
  };
}

/** Undefined for a file that is not here, such as the compiler's `<built-in>`. */
async function presentSource(path: string): Promise<DebugProtocol.Source | undefined> {
  try {
    const checksum = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    return { name: basename(path), path, checksums: [{ algorithm: 'SHA256', checksum }] };
  } catch {
    return undefined;
  }
}
