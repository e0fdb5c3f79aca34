/** From Kraftfile text to its {@link Manifest}: what it says, and what is wrong with it. */
import {
  type Fix,
  insertion,
  type Position,
  type Problem,
  type Range,
  type Ranged,
  removal,
  replacement,
} from '../problem';
import { splitArguments } from './arguments';
import { ATTRIBUTES, LATEST_SPEC, PLATFORMS } from './attributes';
import type { ManifestCode } from './codes';
import { type PortForward, readMemory, readPort, readSize } from './devices';
import { type Report, readDocument, type YamlEntry, type YamlValue } from './document';
import type {
  KernelSource,
  Manifest,
  ManifestDisk,
  ManifestLibrary,
  ManifestRootfs,
  ManifestTarget,
  ManifestVolume,
  OptionAssignment,
  SpecVersion,
} from './model';
import { validateMap } from './validate';

const KERNEL_KEYS: readonly string[] = ['x-kernel', 'unikraft', 'runtime', 'template'];

interface ReadManifest {
  readonly entries: readonly YamlEntry[];
  readonly manifest: Manifest;
}

/** Several ask about one text in a row. */
let last: (ReadManifest & { readonly text: string }) | undefined;

function read(text: string): ReadManifest {
  if (last?.text !== text) last = { text, ...readNew(text) };
  return last;
}

/** The top-level map of a text as far as it can be read: what an outline is made of. */
export function readEntries(text: string): readonly YamlEntry[] {
  return read(text).entries;
}

/** Never throws and reads nothing but `text`. */
export function parseManifest(text: string): Manifest {
  return read(text).manifest;
}

function readNew(text: string): ReadManifest {
  const problems: Problem[] = [];
  const report = (
    code: ManifestCode,
    range: Range,
    message: string,
    severity: Problem['severity'] = 'error',
    fixes: Problem['fixes'] = [],
  ) => {
    problems.push({ code, severity, message, range, ...(fixes.length === 0 ? {} : { fixes }) });
  };
  const entries = readDocument(text, report);
  const broken = problems.some(({ code }) => code !== 'several-documents');
  const spec = readSpec(entries, broken, report);
  const version = spec?.value ?? LATEST_SPEC;
  // Half of a broken file says too little to be judged; what can be read is still handed on.
  if (!broken) {
    checkKernel(entries, report);
    validateMap(entries, ATTRIBUTES, '', version, report);
  }
  problems.sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
  const name = textOf(find(entries, 'name'));
  const kernel = readKernel(entries);
  const rootfs = readRootfs(find(entries, 'rootfs'));
  const manifest: Manifest = {
    ...(spec === undefined ? {} : { spec }),
    ...(name === undefined ? {} : { name }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(rootfs === undefined ? {} : { rootfs }),
    ...readMachine(entries),
    kconfig: [
      ...readOptions(field(find(entries, 'unikraft'), 'kconfig')),
      ...readOptions(find(entries, 'x-kconfig')),
    ],
    libraries: mapOf(find(entries, 'libraries')).map(readLibrary),
    targets: itemsOf(find(entries, 'targets')).flatMap(readTarget),
    cmd: readCommand(find(entries, 'cmd'), version),
    env: readEnvironment(find(entries, 'env')),
    roms: itemsOf(find(entries, 'roms')).flatMap((rom) => readRootfs(rom) ?? []),
    volumes: readVolumes(find(entries, 'volumes')),
    ports: itemsOf(find(entries, 'x-ports')).flatMap(readPortItem),
    disks: itemsOf(find(entries, 'x-disks')).flatMap(readDisk),
    problems,
  };
  return { entries, manifest };
}

function readSpec(
  entries: readonly YamlEntry[],
  broken: boolean,
  report: Report,
): Ranged<SpecVersion> | undefined {
  const named = entries.filter(({ key }) => key === 'spec' || key === 'specification');
  const [first, second] = named;
  if (first === undefined) {
    const at = entries[0]?.keyRange ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    if (!broken)
      report(
        'missing-spec',
        at,
        "The manifest does not name its specification: add 'spec: v0.7'.",
        // Nothing is wrong with a file that is only just begun, or that keeps a place.
        entries.length === 0 ? 'information' : 'error',
        insertion({ line: at.start.line, character: 0 }, 'spec: v0.7\n'),
      );
    return undefined;
  }
  if (second !== undefined && second.key !== first.key) {
    report(
      'double-spec',
      second.keyRange,
      "'spec' and 'specification' are one attribute: remove one of them.",
      'error',
      second.lines && removal(second.lines, `'${second.key}'`),
    );
  }
  const { value } = first;
  if (value.form === 'null' || value.form === 'list' || value.form === 'map') {
    report('unknown-spec', value.range, "'spec' takes a version: v0.7, v0.6 or v0.5.");
    return undefined;
  }
  const written = value.form === 'number' ? value.source : value.text;
  const known = /^v?(0\.[567])(\.0)?$/.exec(written);
  if (known === null) {
    // Loaders take any other version for one of those before v0.7.
    const isOld = /^v?0\.[0-4](\.\d+)?$/.test(written);
    const isVersion = /^v?\d+(\.\d+){1,2}$/.test(written) && value.form === 'string';
    const read: SpecVersion | undefined = isOld ? '0.5' : isVersion ? '0.6' : undefined;
    report(
      'unknown-spec',
      value.range,
      `There is no specification '${value.text}'; v0.7, v0.6 and v0.5 are known.${read === undefined ? '' : ` It is read as v${read}.`}`,
      isVersion ? 'warning' : 'error',
      replacement(value.range, `v${isOld ? '0.5' : LATEST_SPEC}`),
    );
    return read && { value: read, range: value.range };
  }
  const spec = known[1] as SpecVersion;
  if (value.form === 'number' && spec !== '0.7') {
    report(
      'unquoted-spec',
      value.range,
      `YAML reads this as a number, and loaders as no version at all. Write 'v${spec}'.`,
      'error',
      replacement(value.range, `v${spec}`),
    );
  }
  return { value: spec, range: value.range };
}

function checkKernel(entries: readonly YamlEntry[], report: Report): void {
  const named = entries.filter(({ key }) => KERNEL_KEYS.includes(key));
  const distinct = new Set(named.map(({ key }) => key));
  if (distinct.size === 0 && entries[0] !== undefined) {
    report(
      'missing-kernel',
      entries[0].keyRange,
      "Nothing names the kernel: add 'x-kernel: sdk' for the built-in one, or one of 'unikraft', 'runtime' and 'template'.",
      'error',
      entries[0].lines && kernels({ line: entries[0].lines.end.line, character: 0 }),
    );
  }
  for (const extra of named.slice(1)) {
    const first = named[0]?.key ?? '';
    if (extra.key === first || isOverlay(first, extra.key)) continue;
    report(
      'several-kernels',
      extra.keyRange,
      `'${first}' names the kernel already; keep exactly one of 'x-kernel', 'unikraft', 'runtime' and 'template'.`,
      'error',
      extra.lines && removal(extra.lines, `'${extra.key}'`),
    );
  }
}

/** What could name the kernel: nobody knows which is meant. */
function kernels(at: Position): readonly Fix[] {
  const lines = ['x-kernel: sdk', 'unikraft: stable', 'runtime: base:latest'];
  return lines
    .flatMap((line) => insertion(at, `${line}\n`))
    .map((fix): Fix => ({ ...fix, isAlternative: true }));
}

/** A project of its own Unikraft that is laid over a template, as public catalogs have dozens of. */
function isOverlay(one: string, other: string): boolean {
  return [one, other].sort().join() === 'template,unikraft';
}

function readKernel(entries: readonly YamlEntry[]): KernelSource | undefined {
  const named = entries.filter(({ key }) => KERNEL_KEYS.includes(key));
  const [first, second] = named;
  const overlay = first !== undefined && second !== undefined && isOverlay(first.key, second.key);
  const entry = overlay ? named.find(({ key }) => key === 'unikraft') : first;
  if (entry === undefined) return undefined;
  const { key, keyRange: range, value } = entry;
  if (key === 'x-kernel') return { kind: 'sdk', range };
  if (key === 'unikraft') {
    const text = textOf(value);
    const version = text ?? textOf(field(value, 'version'));
    const source = textOf(field(value, 'source'));
    return { kind: 'unikraft', range, ...(version ? { version } : {}), ...(source ? { source } : {}) };
  }
  const reference = textOf(value) ?? textOf(field(value, 'source'));
  return { kind: key === 'runtime' ? 'runtime' : 'template', range, ...(reference ? { reference } : {}) };
}

function readOptions(value: YamlValue | undefined): OptionAssignment[] {
  const fromMap = mapOf(value).flatMap(({ key, keyRange, value: v }) => {
    const text = textOf(v);
    return text === undefined
      ? []
      : [{ name: { value: key, range: keyRange }, value: { ...text, value: tristate(v, text.value) } }];
  });
  const fromList = itemsOf(value).flatMap((item) => {
    const text = textOf(item);
    const at = text?.value.indexOf('=') ?? -1;
    if (text === undefined || at < 0) return [];
    const { range } = text;
    const [name, value] = [text.value.slice(0, at), text.value.slice(at + 1)];
    const isPlain = item.form === 'string' && !item.quoted && range.start.line === range.end.line;
    const cut = { line: range.start.line, character: range.start.character + at };
    const behind = { line: cut.line, character: cut.character + 1 };
    return [
      {
        name: { value: name, range: isPlain ? { start: range.start, end: cut } : range },
        value: { value, range: isPlain ? { start: behind, end: range.end } : range },
      },
    ];
  });
  return [...fromMap, ...fromList];
}

/** `CONFIG_X: true` is meant as `y`. */
function tristate(value: YamlValue, text: string): string {
  return value.form === 'boolean' ? (text === 'true' ? 'y' : 'n') : text;
}

function readLibrary({ key, keyRange, value }: YamlEntry): ManifestLibrary {
  const version = textOf(value) ?? textOf(field(value, 'version'));
  const source = textOf(field(value, 'source'));
  return {
    name: { value: key, range: keyRange },
    ...(version ? { version } : {}),
    ...(source ? { source } : {}),
    kconfig: readOptions(field(value, 'kconfig')),
  };
}

function readTarget(value: YamlValue): ManifestTarget[] {
  const text = textOf(value);
  const platform = text ?? textOf(field(value, 'platform') ?? field(value, 'plat'));
  if (platform === undefined) return [];
  const [half = '', behind] = platform.value.split('/');
  const written =
    behind === undefined ? textOf(field(value, 'architecture') ?? field(value, 'arch')) : undefined;
  const architecture = written ?? { value: behind ?? '', range: platform.range };
  const name = textOf(field(value, 'name'));
  return [
    {
      range: value.range,
      ...(name ? { name } : {}),
      platform: { value: PLATFORMS[half] ?? half, range: platform.range },
      architecture,
      kconfig: readOptions(field(value, 'kconfig')),
    },
  ];
}

function readCommand(value: YamlValue | undefined, spec: SpecVersion): Ranged<string>[] {
  const text = textOf(value);
  if (text === undefined) return itemsOf(value).flatMap((item) => textOf(item) ?? []);
  return spec === '0.7'
    ? splitArguments(text.value).map((word) => ({ value: word, range: text.range }))
    : [text];
}

function readEnvironment(value: YamlValue | undefined): Manifest['env'] {
  const fromMap = mapOf(value).flatMap(({ key, keyRange, value: v }) => {
    const text = textOf(v) ?? { value: '', range: v.range };
    return [{ name: { value: key, range: keyRange }, value: text }];
  });
  const fromList = itemsOf(value).flatMap((item) => {
    const text = textOf(item);
    if (text === undefined) return [];
    const at = text.value.indexOf('=');
    const name = at < 0 ? text.value : text.value.slice(0, at);
    return [
      {
        name: { value: name, range: text.range },
        value: { value: at < 0 ? '' : text.value.slice(at + 1), range: text.range },
      },
    ];
  });
  return [...fromMap, ...fromList];
}

function readRootfs(value: YamlValue | undefined): ManifestRootfs | undefined {
  const inner = field(value, 'source');
  const source = textOf(value) ?? textOf(inner) ?? textOf(field(inner, 'path'));
  if (source === undefined) return undefined;
  const type = textOf(field(inner, 'type'));
  // What v0.7 calls the format was the type before.
  const format = textOf(field(value, 'format')) ?? textOf(field(value, 'type'));
  return { source, ...(type ? { type } : {}), ...(format ? { format } : {}) };
}

/** One stands for a list of one before v0.7. */
function readVolumes(value: YamlValue | undefined): ManifestVolume[] {
  if (value === undefined) return [];
  return (value.form === 'list' ? value.items : [value]).flatMap(readVolumeItem);
}

function readVolumeItem(value: YamlValue): ManifestVolume[] {
  const written = textOf(value);
  if (written !== undefined) {
    const [path = '', destination = '/', mode = ''] = written.value.split(':');
    return [{ source: { value: path, range: written.range }, destination, readOnly: isReadOnly(mode) }];
  }
  const source = textOf(field(value, 'source'));
  if (source === undefined) return [];
  const driver = textOf(field(value, 'driver'));
  const mode = textOf(field(value, 'mode'))?.value ?? '';
  return [
    {
      source,
      ...(driver ? { driver } : {}),
      destination: textOf(field(value, 'destination'))?.value ?? '/',
      readOnly: readsOnly(value) || isReadOnly(mode),
    },
  ];
}

function readPortItem(value: YamlValue): Ranged<PortForward>[] {
  const written = textOf(value);
  const port = written === undefined ? undefined : readPort(written.value);
  return port?.ok === true ? [{ value: port.value, range: value.range }] : [];
}

function readDisk(value: YamlValue): ManifestDisk[] {
  const path = textOf(value) ?? textOf(field(value, 'path'));
  if (path === undefined) return [];
  const size = readSize(textOf(field(value, 'size'))?.value ?? '');
  return [{ path, ...(size.ok ? { size: size.value } : {}), readOnly: readsOnly(value) }];
}

function readMachine(entries: readonly YamlEntry[]): Pick<Manifest, 'memory' | 'machine'> {
  const written = textOf(find(entries, 'x-memory'));
  const memory = written === undefined ? undefined : readMemory(written.value);
  const machine = textOf(find(entries, 'x-machine'));
  return {
    ...(written && memory?.ok ? { memory: { value: memory.value, range: written.range } } : {}),
    ...(machine ? { machine } : {}),
  };
}

function readsOnly(value: YamlValue): boolean {
  return textOf(field(value, 'readonly') ?? field(value, 'readOnly'))?.value === 'true';
}

function isReadOnly(mode: string): boolean {
  return mode.split(',').includes('ro');
}

/** The last of a key counts, as for the loaders. */
function find(entries: readonly YamlEntry[], key: string): YamlValue | undefined {
  return entries.findLast((entry) => entry.key === key)?.value;
}

function field(value: YamlValue | undefined, key: string): YamlValue | undefined {
  return value?.form === 'map' ? find(value.entries, key) : undefined;
}

function mapOf(value: YamlValue | undefined): readonly YamlEntry[] {
  return value?.form === 'map' ? value.entries : [];
}

function itemsOf(value: YamlValue | undefined): readonly YamlValue[] {
  return value?.form === 'list' ? value.items : [];
}

function textOf(value: YamlValue | undefined): Ranged<string> | undefined {
  if (value?.form !== 'string' && value?.form !== 'number' && value?.form !== 'boolean') return undefined;
  return { value: value.form === 'number' ? value.source : value.text, range: value.range };
}
