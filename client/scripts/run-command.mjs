/**
 * Runs one command in the terminal that the script itself was started in. What it prints is progress, and
 * goes to stderr: stdout is for the script's own result.
 */
import { spawnSync } from 'node:child_process';

/** What a user can act on: printed as it stands, without a stack. */
export class Failure extends Error {}

/**
 * Throws a Failure that names the command when it cannot start or exits with another code than 0.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 */
export function runCommand(command, args, { cwd, env } = {}) {
  const line = [command, ...args].join(' ');
  console.error(`$ ${line}`);
  const { error, status, signal } = spawnSync(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['inherit', process.stderr, 'inherit'],
  });
  if (error) throw new Failure(`'${line}' could not start: ${error.message}`);
  if (signal) throw new Failure(`'${line}' was ended by ${signal}.`);
  if (status !== 0) throw new Failure(`'${line}' failed with exit code ${status}.`);
}

/**
 * Runs a script's main function; a Failure becomes its message and exit code 1.
 * @param {() => Promise<number | void>} main Resolves to the exit code, 0 unless told.
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
