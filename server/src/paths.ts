/** Between URIs and paths of files. */
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Absolute; a URI of another scheme stays as it is, without the scheme. */
export function pathOf(uri: string): string {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : uri.replace(/^[\w+.-]+:/, '');
  } catch {
    return uri;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}
