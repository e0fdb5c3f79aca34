/** Packages the extension into out/unikernel-tools-VERSION.vsix, and checks what is in it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { listFiles, PackageManager } from '@vscode/vsce';
import { bundle } from './bundle.mjs';
import { Failure, runScript } from './run-command.mjs';
import { ensureThirdParty } from './third-party.mjs';
import { listZip } from './zip-listing.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

/** 9 MB, most of it SQLite, musl and lwIP: it is downloaded by everyone who tries the extension. */
const MOST_BYTES = 9_000_000;

/** What must be there, by its path in the package. */
const REQUIRED = [
  /^extension\.vsixmanifest$/,
  /^extension\/package\.json$/,
  /^extension\/readme\.md$/i,
  /^extension\/changelog\.md$/i,
  /^extension\/LICENSE(\.txt|\.md)?$/i,
  /^extension\/client\/icon\.png$/,
  /^extension\/dist\/client\.js$/,
  /^extension\/dist\/server\.js$/,
  /^extension\/dist\/unikernel-language-server\.js$/,
  /^extension\/dist\/debug-adapter\.js$/,
  /^extension\/dist\/unikernel\.js$/,
  /^extension\/dist\/typescript-worker\.js$/,
  /^extension\/dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^extension\/syntaxes\//,
  /^extension\/syntaxes\/icons\/kraftfile\.svg$/,
  /^extension\/client\/walkthrough\/tools\.md$/,
  /^extension\/server\/schemas\/kraftfile\.schema\.json$/,
  /^extension\/kernel-sdk\/kernel\/Config\.uk$/,
  /^extension\/kernel-sdk\/kernel\/.+\.c$/,
  /^extension\/kernel-sdk\/kernel\/lib\/ukalloc\/api\.ts$/,
  /^extension\/kernel-sdk\/templates\/hello\/Kraftfile$/,
  /^extension\/kernel-sdk\/third-party\/stamp$/,
  /^extension\/kernel-sdk\/third-party\/musl\/COPYRIGHT$/,
  /^extension\/kernel-sdk\/third-party\/musl\/generated\/aarch64\/bits\/alltypes\.h$/,
  /^extension\/kernel-sdk\/third-party\/lwip\/COPYING$/,
  /^extension\/kernel-sdk\/third-party\/sqlite\/LICENSE$/,
];

/** What must not be. */
const FORBIDDEN = [
  /node_modules\//,
  /(?<!^extension\/kernel-sdk\/kernel\/lib\/\w+\/api)\.(?:ts|mts|map|tsbuildinfo)$/,
  /\.(?:o|dbg|elf)$/,
  /\/\.unikernel\//,
  /^extension\/(?:out|test-fixtures|\.ci|\.git|debug-adapter)\//,
  /^extension\/server\/(?!schemas\/)/,
  /^extension\/client\/(?!icon\.png$|media\/kernel-stop\.png$|walkthrough\/[\w-]+\.md$)/,
  /^extension\/kernel-sdk\/(?!kernel\/|templates\/|third-party\/)/,
  /^extension\/kernel-sdk\/kernel\/.*\/test\//,
  /package-lock\.json$/,
];

/** @returns {string} The package's path: the same for everyone who reads this package.json. */
export function vsixPath() {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return join(ROOT, 'out', `${name}-${version}.vsix`);
}

/**
 * Bundles and packages. Throws a Failure at any warning of vsce, at a wrong file and at a package too large.
 * @returns {Promise<{ path: string, bytes: number, files: number }>}
 */
export async function packageExtension() {
  ensureThirdParty();
  await bundle({ minify: true });
  const path = vsixPath();
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  await checkSecrets();
  const vsce = join(ROOT, 'node_modules/@vscode/vsce/vsce');
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [
      ...[vsce, 'package', '--no-dependencies', '--out', path],
      // Looked for above.
      ...['--allow-package-all-secrets', '--allow-package-env-file'],
    ],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  const output = `${stdout}${stderr}`.trim();
  if (error || status !== 0) throw new Failure(`vsce failed: ${error?.message ?? output}`);
  if (/\bwarning\b/i.test(output)) throw new Failure(`vsce warns:\n${output}`);
  const files = listZip(path).map((file) => file.name);
  const problems = [
    ...REQUIRED.filter((wanted) => !files.some((file) => wanted.test(file))).map(
      (wanted) => `nothing matches ${wanted}`,
    ),
    ...files
      .filter((file) => FORBIDDEN.some((pattern) => pattern.test(file)))
      .map((file) => `${file} does not belong`),
  ];
  const bytes = statSync(path).size;
  if (bytes > MOST_BYTES) problems.push(`${bytes} bytes are more than ${MOST_BYTES}`);
  if (problems.length > 0) throw new Failure(`${path}:\n  ${problems.join('\n  ')}`);
  return { path, bytes, files: files.length };
}

/**
 * Throws a Failure where a file that we wrote holds a secret. vsce's own check, but for third-party sources,
 * which are public and would take it half a minute.
 */
async function checkSecrets() {
  const files = await listFiles({ cwd: ROOT, packageManager: PackageManager.None });
  const ours = files.filter((file) => !file.replaceAll('\\', '/').startsWith('kernel-sdk/third-party/'));
  const { lintFiles, prettyPrintLintResult } = createRequire(import.meta.url)(
    '@vscode/vsce/out/secretLint.js',
  );
  const { ok, results } = await lintFiles(
    ours.map((file) => join(ROOT, file)),
    true,
    true,
  );
  if (!ok)
    throw new Failure(`The package would hold secrets:\n${results.map(prettyPrintLintResult).join('\n')}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runScript(async () => {
    const { path, bytes, files } = await packageExtension();
    console.log(`${path}: ${files} files, ${(bytes / 1e6).toFixed(2)} MB.`);
  });
}
