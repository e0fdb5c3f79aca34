/** New projects from the templates that ship with this package. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { messageOf, suggest } from '../problem';
import { sdkFolder } from './sdk-folder';

export type CreateResult =
  | { readonly ok: true; readonly folder: string }
  | { readonly ok: false; readonly message: string };

export function listTemplates(): string[] {
  return readdirSync(join(sdkFolder(), 'templates')).sort();
}

/** What a template is, in the first sentence of its README. */
export function describeTemplate(template: string): string {
  const readme = readFileSync(join(sdkFolder(), 'templates', template, 'README.md'), 'utf8');
  const paragraph = /^# .*\n+([\s\S]*?)(?:\n\n|$)/.exec(readme)?.[1] ?? '';
  return (/^.*?\.(?=\s|$)/s.exec(paragraph)?.[0] ?? paragraph)
    .replace(/\s+/g, ' ')
    .replaceAll('`', '')
    .trim();
}

/** Copies a template into a folder that is new or empty, and names the project after the folder. */
export function createProject(template: string, folder: string): CreateResult {
  const templates = listTemplates();
  if (!templates.includes(template)) {
    const near = suggest(template, templates);
    const hint = near === undefined ? `There are: ${templates.join(', ')}.` : `Did you mean '${near}'?`;
    return { ok: false, message: `There is no template '${template}'. ${hint}` };
  }
  const path = resolve(folder);
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    if (there !== undefined && (!there.isDirectory() || readdirSync(path).length > 0)) {
      return { ok: false, message: `'${path}' is there already and not empty. Choose another folder.` };
    }
    mkdirSync(path, { recursive: true });
    const built = join(sdkFolder(), 'templates', template, '.unikernel');
    cpSync(join(sdkFolder(), 'templates', template), path, {
      recursive: true,
      filter: (from) => !from.startsWith(built),
    });
    const manifest = join(path, 'Kraftfile');
    const name = basename(path)
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-');
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace(/^name:.*$/m, `name: ${JSON.stringify(name)}`),
    );
    return { ok: true, folder: path };
  } catch (error) {
    return {
      ok: false,
      message: `The project could not be written: ${messageOf(error)}.`,
    };
  }
}
