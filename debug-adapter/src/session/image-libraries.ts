/** Which libraries an image is made of, where its linker has left a map of it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type ImageLibrary, readImageMap } from '../target/image-map';
import type { RunImage } from './origin';

/** The map that a build of ours leaves beside its image. */
export function mapBeside(image: string): { readonly map?: string } {
  const map = `${image}.map`;
  return existsSync(map) ? { map } : {};
}

export async function librariesOf({ map }: RunImage): Promise<readonly ImageLibrary[]> {
  return map === undefined ? [] : readFile(map, 'utf8').then(readImageMap, () => []);
}
