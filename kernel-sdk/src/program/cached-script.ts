/** Runs a bundle with the bytecode that V8 made of it in an earlier process: most of a short start is compiling. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire, wrap } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { cacheFolder } from './cache-folder';

/** Node's modules that take a while to load and that no start needs: each is loaded when something of it is used. */
const LATER: readonly string[] = ['node:crypto', 'node:fs/promises'];

/**
 * Runs a CommonJS file as `require` would, and gives what it exports. Its bytecode is kept in the user's cache folder when
 * this process exits; without that folder it runs all the same.
 */
export function runCached(file: string): unknown {
  const source = wrap(readFileSync(file, 'utf8'));
  const kept = join(cacheFolder(), 'bytecode', `${basename(file)}-${process.versions.v8}-${process.arch}`);
  const { size, mtimeMs } = statSync(file);
  // V8 itself compares no more of the source than its length.
  const key = Buffer.from(`${file} ${size} ${mtimeMs}\n`);
  const cachedData = readKept(kept, key);
  const script = new Script(source, { filename: file, ...(cachedData && { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    process.once('exit', () => keep(kept, Buffer.concat([key, script.createCachedData()])));
  }
  const module = { exports: {} };
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  run.call(module.exports, module.exports, requireLater(createRequire(file)), module, file, dirname(file));
  return module.exports;
}

function requireLater(require: NodeRequire): (id: string) => unknown {
  return (id) =>
    // A bundle reads each name when it uses it.
    LATER.includes(id) ? new Proxy({}, { get: (_, name) => Reflect.get(require(id), name) }) : require(id);
}

function readKept(path: string, key: Buffer): Buffer | undefined {
  try {
    const all = readFileSync(path);
    return all.subarray(0, key.length).equals(key) ? all.subarray(key.length) : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: what V8 is given, it trusts. */
function keep(path: string, content: Buffer): void {
  const partial = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(partial, content, { mode: 0o600 });
    renameSync(partial, path);
  } catch {
    rmSync(partial, { force: true });
  }
}
