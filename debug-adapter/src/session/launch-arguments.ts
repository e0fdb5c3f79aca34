/** The launch configuration: what a client may say, checked once. */
import { dirname, isAbsolute, resolve } from 'node:path';
import type { MachineOverrides } from '@unikernel-tools/kernel-sdk/machine';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { invalidArguments } from '../errors';
import type { LibraryWishes } from './frame-libraries';
import { machineOverrides, textList } from './launch-machine';
import type { ConsoleKind } from './serial-console';

/** A project to build and boot. */
export interface ManifestLaunch {
  readonly kind: 'manifest';
  /** Absolute path of the Kraftfile. */
  readonly manifest: string;
  /** A target's name, or `platform/architecture`; the manifest's first unless told. */
  readonly target?: string;
  /** A folder or a cpio archive in place of the manifest's root file system. */
  readonly rootfs?: string;
  readonly compiler?: string;
}

/** An image that was built elsewhere. */
export interface ProgramLaunch {
  readonly kind: 'program';
  /** Absolute path of what QEMU boots. */
  readonly program: string;
  /** Absolute path of the ELF file with its symbols; looked for beside it unless told. */
  readonly symbols?: string;
  /** Relative to the program's folder. */
  readonly initrd?: string;
  /** The kernel command line as it is. */
  readonly append?: string;
}

/** What a launch and an attach have in common. */
export interface SessionArguments extends LibraryWishes {
  readonly subject: ManifestLaunch | ProgramLaunch;
  /**
   * True: stop at `main`, or where a machine is that runs already. `kernel`: at the image's first instruction. False: run
   * to a breakpoint.
   */
  readonly stopOnEntry: boolean | 'kernel';
  readonly gdbPath?: string;
  /** Prefixes of the image's source paths, and where those sources are here. */
  readonly sourceMap: readonly (readonly [string, string])[];
  /** Where the guest's serial line is shown. */
  readonly console: ConsoleKind;
  /** Show the MI conversation in the debug console. */
  readonly trace: boolean;
  /** Run without a debugger. */
  readonly noDebug: boolean;
}

export interface LaunchArguments extends SessionArguments {
  /** Record the run, so that one can go back in it. */
  readonly timeTravel: boolean;
  /** What is said of the machine, which the manifest describes. */
  readonly machine: MachineOverrides;
  /** Restart puts the machine back to where it stopped first, unless the image has changed. */
  readonly instantRestart: boolean;
}

/** The attributes of a configuration, read one by one. */
export interface Attributes {
  readonly fields: ReadonlyMap<string, unknown>;
  /** A text; undefined for none and for an empty one. Throws a DebugError for another type. */
  readonly string: (name: string) => string | undefined;
}

export function attributesOf(raw: object): Attributes {
  const fields = new Map<string, unknown>(Object.entries(raw));
  return {
    fields,
    string(name) {
      const value = fields.get(name);
      if (value === undefined || value === null || value === '') return undefined;
      if (typeof value !== 'string') throw invalidArguments(`'${name}' takes a text.`);
      return value;
    },
  };
}

/** Throws a DebugError that names the attribute and what it takes. */
export function readLaunchArguments(raw: DebugProtocol.LaunchRequestArguments): LaunchArguments {
  const attributes = attributesOf(raw);
  const { fields, string } = attributes;
  const missing =
    "'manifest' is missing: name the project's Kraftfile, or an image that is built already in 'program'.";
  return {
    ...sessionArguments(attributes, () => subject(string, missing)),
    noDebug: raw.noDebug === true,
    machine: machineOverrides(fields, string),
    instantRestart: fields.get('instantRestart') !== false,
    timeTravel: fields.get('timeTravel') === true,
  };
}

export function sessionArguments(
  { fields, string }: Attributes,
  readSubject: () => SessionArguments['subject'],
): SessionArguments {
  return {
    subject: readSubject(),
    stopOnEntry: stopOnEntry(fields.get('stopOnEntry')),
    sourceMap: sourceMap(fields.get('sourceMap')),
    console: consoleKind(string('console')),
    trace: fields.get('trace') === true,
    skipLibraries: textList('skipLibraries', fields.get('skipLibraries')) ?? [],
    showLibraries: fields.get('showLibraries') === true,
    noDebug: false,
    ...defined({ gdbPath: string('gdbPath') }),
  };
}

/** The folder that GDB works in: the project's. */
export function folderOf({ subject }: SessionArguments): string {
  return dirname(subject.kind === 'manifest' ? subject.manifest : subject.program);
}

/** A program counts where there is one; a manifest beside it is then its project's, whose folder is of no use. */
export function subject(string: Attributes['string'], missing: string): SessionArguments['subject'] {
  const path = (name: string): string | undefined => {
    const value = string(name);
    if (value === undefined || isAbsolute(value)) return value && resolve(value);
    throw invalidArguments(`'${name}' takes an absolute path, not '${value}'.`);
  };
  const program = path('program');
  if (program !== undefined) {
    const optional = { symbols: path('symbols'), initrd: string('initrd'), append: string('append') };
    return { kind: 'program', program, ...defined(optional) };
  }
  const manifest = path('manifest');
  if (manifest === undefined) throw invalidArguments(missing);
  const optional = { target: string('target'), compiler: string('compiler'), rootfs: string('rootfs') };
  return { kind: 'manifest', manifest, ...defined(optional) };
}

function stopOnEntry(value: unknown): boolean | 'kernel' {
  if (value === undefined) return true;
  if (typeof value === 'boolean' || value === 'kernel') return value;
  throw invalidArguments("'stopOnEntry' takes true, false or 'kernel'.");
}

/** A client that has no terminal of ours shows output events, as every client does. */
function consoleKind(value: string | undefined): ConsoleKind {
  if (value === undefined) return 'debugConsole';
  if (value === 'terminal' || value === 'debugConsole') return value;
  throw invalidArguments(`'console' takes 'terminal' or 'debugConsole', not '${value}'.`);
}

/** `{"/build/place": "/here"}`, or a list of such pairs. */
function sourceMap(value: unknown): readonly (readonly [string, string])[] {
  if (value === undefined || value === null) return [];
  const pairs: unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'object'
      ? Object.entries(value)
      : [value];
  return pairs.map((pair) => {
    const [from, to, more]: unknown[] = Array.isArray(pair) ? pair : [];
    if (
      typeof from !== 'string' ||
      typeof to !== 'string' ||
      from === '' ||
      to === '' ||
      more !== undefined
    ) {
      throw invalidArguments('\'sourceMap\' takes pairs of paths: {"/build/place": "/here"}.');
    }
    return [from, to] as const;
  });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the fields that are undefined, which `exactOptionalPropertyTypes` tells apart from absent. */
function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
