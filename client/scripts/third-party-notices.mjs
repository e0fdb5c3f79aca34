/** Writes down which packages and sources are shipped, each with its version, source and licence. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that ask for the place of the source, and their own text's address. @type {Record<string, string>} */
const SOURCE_LICENCES = {
  'MPL-2.0':
    'The source form of this package is available, under the Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/), at the address above and as the npm package of this name and version. It is bundled unmodified.',
};

/**
 * Throws when a package names no licence: what may not be shipped must not be shipped silently.
 * @param {string} root The project's folder.
 * @param {readonly string[]} inputs Bundled files, relative to it.
 * @returns {string}
 */
export function thirdPartyNotices(root, inputs) {
  const parts = [
    ...packageFolders(inputs).map((folder) => noticeOf(join(root, folder))),
    ...sourceNotices(join(root, 'kernel-sdk')),
  ];
  const rule = `\n${'-'.repeat(80)}\n\n`;
  return `Unikernel Tools contains the following packages.\n\n${parts.join(rule)}`;
}

/** @param {readonly string[]} inputs @returns {string[]} Sorted, each once. */
function packageFolders(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  return [...folders].sort();
}

/** @param {string} folder @returns {string} */
function noticeOf(folder) {
  const { name, version, license, repository, homepage } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const texts = readdirSync(folder).filter((entry) => /^(?:licen[cs]e|copying|notice)/i.test(entry));
  if (!license && texts.length === 0) throw new Error(`The package ${name} in ${folder} names no licence.`);
  const address = (typeof repository === 'string' ? repository : repository?.url) ?? homepage;
  const source = address ? webAddress(address) : `https://www.npmjs.com/package/${name}`;
  const text = texts.map((entry) => readFileSync(join(folder, entry), 'utf8').trim()).join('\n\n');
  return [
    `${name} ${version} (${license ?? 'see below'})`,
    `Source: ${source}`,
    ...(license in SOURCE_LICENCES ? [SOURCE_LICENCES[license]] : []),
    '',
    text || `Licence: ${license}`,
    '',
  ].join('\n');
}

/**
 * Of the sources that libraries of the kernel are compiled from, as far as they are there.
 * @param {string} sdk @returns {string[]}
 */
function sourceNotices(sdk) {
  const folder = join(sdk, 'third-party');
  if (!existsSync(join(folder, 'stamp'))) return [];
  /** @type {Record<string, import('./third-party.mjs').Pin>} */
  const pins = JSON.parse(readFileSync(join(sdk, 'third-party.json'), 'utf8'));
  return Object.entries(pins).map(([name, { title, homepage, licence, note, debian, npm }]) => {
    const source = debian
      ? `the Debian source package ${debian.package} ${debian.version}`
      : `the npm package ${npm?.package} ${npm?.version}`;
    return [
      `${title} (kernel-sdk/third-party/${name})`,
      `Source: ${homepage}, taken unmodified from ${source}.`,
      ...(note === undefined ? [] : [note]),
      '',
      readFileSync(join(folder, name, licence), 'utf8').trim(),
      '',
    ].join('\n');
  });
}

/** @param {string} repository As package.json has it. @returns {string} */
function webAddress(repository) {
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(repository);
  if (short) return `https://github.com/${short[1]}`;
  return repository
    .replace(/^git\+/, '')
    .replace(/^git@([^:/]+):/, 'https://$1/')
    .replace(/^(?:git|ssh):\/\/(?:git@)?/, 'https://')
    .replace(/\.git$/, '');
}
