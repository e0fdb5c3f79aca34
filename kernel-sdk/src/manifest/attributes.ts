/**
 * The attributes of a Kraftfile, v0.5 to v0.7: the one table that validation, completion, hover and the
 * schema read. Source: the loaders of KraftKit (`kraftfile/` and `schema/`) and the public specification.
 */
import type { SpecVersion } from './model';

/** What a value looks like in YAML. */
export type Form = 'string' | 'number' | 'boolean' | 'list' | 'map' | 'null';

export interface Attribute {
  readonly name: string;
  /** Other names of the same attribute. */
  readonly aliases?: readonly string[];
  /** The versions that have it; all of them unless told. */
  readonly specs?: readonly SpecVersion[];
  /** The name under which the other versions have it. */
  readonly counterpart?: string;
  /** The forms that its value may take. */
  readonly forms: readonly Form[];
  /** The forms in one version, where they differ. */
  readonly formsIn?: Partial<Readonly<Record<SpecVersion, readonly Form[]>>>;
  /** Markdown: what it is for, in a sentence or two. */
  readonly documentation: string;
  /** What is typed for it, as an editor snippet, behind `name:`. */
  readonly snippet?: string;
  /** Known values of a text, for completion; others are an `unknown-value` when `closed`. */
  readonly values?: readonly string[];
  readonly closed?: boolean;
  /** Keys of its map form. Absent: any key, each with a value as `entries` says. */
  readonly attributes?: readonly Attribute[];
  /** The value of each key of a map without fixed keys. */
  readonly entries?: Attribute;
  /** Each item of its list form. */
  readonly items?: Attribute;
  readonly deprecatedIn?: Partial<Readonly<Record<SpecVersion, string>>>;
}

export const SPEC_VERSIONS: readonly SpecVersion[] = ['0.5', '0.6', '0.7'];
export const LATEST_SPEC: SpecVersion = '0.7';

/** Platforms by the names that loaders take; the value is the canonical one. */
export const PLATFORMS: Readonly<Record<string, string>> = {
  qemu: 'qemu',
  kvm: 'qemu',
  fc: 'fc',
  firecracker: 'fc',
  xen: 'xen',
  hyperlight: 'hyperlight',
  hl: 'hyperlight',
  kraftcloud: 'kraftcloud',
  linuxu: 'linuxu',
};

export const ARCHITECTURES: readonly string[] = ['x86_64', 'arm64', 'arm'];

/** What completion offers for a target, most common first. */
export const TARGETS: readonly string[] = ['qemu', 'fc', 'xen'].flatMap((platform) =>
  ARCHITECTURES.slice(0, 2).map((architecture) => `${platform}/${architecture}`),
);

const LEGACY: readonly SpecVersion[] = ['0.5', '0.6'];

const kconfig: Attribute = {
  name: 'kconfig',
  forms: ['map', 'list'],
  documentation:
    'Options of Kconfig with their values: a map `CONFIG_X: "y"`, or a list of `CONFIG_X=y`. Quote numbers.',
  snippet: '\n  CONFIG_$1: "${2:y}"',
  entries: {
    name: 'option',
    forms: ['string', 'number', 'boolean'],
    documentation: 'The value of an option.',
  },
  items: { name: 'option', forms: ['string'], documentation: 'An option with its value: `CONFIG_X=y`.' },
};

const source: Attribute = {
  name: 'source',
  forms: ['string'],
  documentation:
    'Where the sources are: a folder, relative to the manifest, or a URL of an archive or a Git repository.',
};

const CHANNELS: readonly string[] = ['stable', 'staging'];

const version: Attribute = {
  name: 'version',
  forms: ['string', 'number'],
  documentation: 'A release (`0.17.0`), a channel (`stable`, `staging`), a branch, a tag or a commit.',
  values: CHANNELS,
};

const component: Pick<Attribute, 'attributes'> = { attributes: [source, version, kconfig] };

const path: Attribute = {
  name: 'path',
  forms: ['string'],
  documentation: 'A path, relative to the manifest.',
};

const rootfsTypes = ['oci', 'dir', 'file', 'tarball', 'cpio', 'erofs', 'dockerfile'];

/** A root file system, a ROM: the same forms. */
const imageAttributes: readonly Attribute[] = [
  {
    name: 'source',
    forms: ['string'],
    formsIn: { '0.7': ['string', 'map'] },
    documentation: 'What it is made from: a folder, an archive, a Dockerfile or an image.',
    attributes: [
      {
        name: 'type',
        forms: ['string'],
        documentation: 'The kind of the source; found out from the path unless told.',
        values: rootfsTypes,
        closed: true,
      },
      path,
      {
        name: 'dockerfile',
        forms: ['string'],
        documentation: 'The Dockerfile that the source is built with.',
      },
    ],
  },
  {
    name: 'type',
    specs: LEGACY,
    counterpart: 'format',
    forms: ['string'],
    documentation: 'The format of the file system: `cpio` unless told.',
    values: ['cpio', 'erofs'],
    closed: true,
  },
  {
    name: 'format',
    specs: ['0.7'],
    counterpart: 'type',
    forms: ['string'],
    documentation: 'The format that the unikernel sees: `cpio` (loaded into memory) or `erofs`.',
    values: ['cpio', 'erofs'],
    closed: true,
  },
];

const platform: Attribute = {
  name: 'platform',
  aliases: ['plat'],
  forms: ['string'],
  documentation:
    'Where it runs: `qemu` (also `kvm`), `fc` (Firecracker), `xen`, `hyperlight`. May be `platform/architecture`.',
  values: ['qemu', 'fc', 'xen', 'hyperlight'],
};

const architecture: Attribute = {
  name: 'architecture',
  aliases: ['arch'],
  forms: ['string'],
  documentation: 'The processor: `x86_64`, `arm64` or `arm`.',
  values: ARCHITECTURES,
};

export const ATTRIBUTES: readonly Attribute[] = [
  {
    name: 'spec',
    aliases: ['specification'],
    forms: ['string'],
    formsIn: { '0.7': ['string', 'number'] },
    documentation:
      'The version of the Kraftfile specification that the manifest follows: `v0.7` is the newest.',
    values: ['v0.7', 'v0.6', 'v0.5'],
  },
  {
    name: 'name',
    forms: ['string'],
    documentation:
      "The unikernel's name; the folder's name unless told. Before v0.7 it is normalised to `[a-z0-9_-]`.",
  },
  {
    name: 'x-kernel',
    forms: ['string'],
    documentation:
      'Builds with the kernel that comes with Unikernel Tools: `sdk`. An extension of Unikernel Tools; other tools ignore `x-` attributes. Exactly one of `x-kernel`, `unikraft`, `runtime` and `template` names the kernel.',
    values: ['sdk'],
    closed: true,
  },
  {
    ...kconfig,
    name: 'x-kconfig',
    documentation: 'Options of the built-in kernel (`x-kernel: sdk`), as under `unikraft: {kconfig: …}`.',
  },
  {
    name: 'unikraft',
    forms: ['string', 'map'],
    documentation:
      'The Unikraft core: a version, or a map of `source`, `version` and `kconfig`. Before v0.7 a text may also be a folder or a URL.',
    snippet: ' ${1:stable}',
    values: CHANNELS,
    ...component,
  },
  {
    name: 'runtime',
    forms: ['string', 'map'],
    formsIn: { '0.7': ['string'] },
    documentation: 'A pre-built unikernel that runs the application: `name:tag`, for example `base:latest`.',
    snippet: ' ${1:base:latest}',
    ...component,
  },
  {
    name: 'template',
    forms: ['string', 'map'],
    documentation: 'Another project that this one is laid over.',
    ...component,
  },
  {
    name: 'libraries',
    forms: ['map'],
    documentation:
      'External libraries by name: each a version, or a map of `source`, `version` and `kconfig`.',
    snippet: '\n  ${1:musl}: ${2:stable}',
    entries: {
      name: 'library',
      forms: ['string', 'map'],
      formsIn: { '0.7': ['string', 'map', 'null'] },
      documentation: 'A library: a version, or a map of `source`, `version` and `kconfig`.',
      values: CHANNELS,
      ...component,
    },
  },
  {
    name: 'targets',
    forms: ['list'],
    documentation:
      'What to build for: `platform/architecture`, or a map with `platform`, `architecture` and more.',
    snippet: '\n  - ${1:qemu/x86_64}',
    items: {
      name: 'target',
      forms: ['string', 'map'],
      documentation: 'A target: `platform/architecture`, or a map.',
      values: TARGETS,
      attributes: [
        {
          name: 'name',
          forms: ['string'],
          documentation: "The target's name, where several have one platform.",
        },
        platform,
        architecture,
        { name: 'kernel', specs: LEGACY, forms: ['string'], documentation: 'A pre-built kernel image.' },
        kconfig,
      ],
    },
  },
  {
    name: 'rootfs',
    forms: ['string', 'map'],
    documentation: 'The root file system: a folder, an archive or a Dockerfile; a map says more.',
    snippet: ' ${1:./rootfs}',
    attributes: imageAttributes,
  },
  {
    name: 'roms',
    forms: ['list'],
    documentation: 'Read-only images that the unikernel gets beside its root file system.',
    items: {
      name: 'rom',
      forms: ['string', 'map'],
      documentation: 'A read-only image.',
      attributes: imageAttributes,
    },
  },
  {
    name: 'cmd',
    forms: ['string', 'list'],
    documentation:
      "The application's arguments. A list has one text each; a single text is split as a shell would in v0.7, and is ONE argument before.",
    snippet: ' ["$1"]',
    items: { name: 'argument', forms: ['string'], documentation: 'One argument.' },
  },
  {
    name: 'env',
    forms: ['list', 'map'],
    documentation: 'Environment variables: a map, or a list of `NAME=value`.',
    snippet: '\n  ${1:NAME}: "${2:value}"',
    entries: {
      name: 'variable',
      forms: ['string', 'number', 'boolean', 'null'],
      documentation: 'The value of a variable.',
    },
    items: { name: 'variable', forms: ['string'], documentation: '`NAME=value`.' },
  },
  {
    name: 'labels',
    forms: ['map'],
    documentation: 'Labels of the image: texts by name.',
    entries: {
      name: 'label',
      forms: ['string', 'number', 'boolean'],
      documentation: 'The value of a label.',
    },
  },
  {
    name: 'volumes',
    forms: ['list'],
    // Loaders before v0.7 take one volume for a list of one.
    formsIn: { '0.5': ['list', 'string', 'map'], '0.6': ['list', 'string', 'map'] },
    documentation:
      'Folders of the host that the unikernel sees: `source:destination`, in v0.7 also `source:destination:mode`.',
    snippet: '\n  - ${1:./data}:${2:/data}',
    items: {
      name: 'volume',
      forms: ['string', 'map'],
      documentation: 'A folder of the host: `source:destination`, or a map.',
      attributes: [
        {
          name: 'driver',
          forms: ['string'],
          documentation: 'How it is shared, for example `9pfs` or `virtiofs`.',
          values: ['9pfs', 'virtiofs', 'initrd'],
        },
        {
          name: 'source',
          forms: ['string'],
          documentation: 'The folder on the host, relative to the manifest.',
        },
        { name: 'destination', forms: ['string'], documentation: 'Where the unikernel sees it.' },
        { name: 'mode', forms: ['string'], documentation: 'Options of the mount, for example `ro`.' },
        {
          name: 'readonly',
          aliases: ['readOnly'],
          forms: ['boolean'],
          documentation: 'The unikernel may not write to it.',
        },
      ],
    },
  },
  {
    name: 'x-ports',
    forms: ['list'],
    documentation:
      "Ports of the host that lead to the unikernel's: `HOST:GUEST`, with an address of the host before and `/tcp` or `/udp` behind; 127.0.0.1 and tcp unless told. An extension of Unikernel Tools. Needs `CONFIG_LIBVIRTIO_NET`.",
    snippet: '\n  - "${1:8080}:${2:80}"',
    items: {
      name: 'port',
      forms: ['string'],
      documentation: '`8080:80`, `127.0.0.1:8080:80/tcp` or `53:53/udp`.',
    },
  },
  {
    name: 'x-disks',
    forms: ['list'],
    documentation:
      'Disks of the machine by their files: raw, or qcow2 where the name ends in `.qcow2`. One with a `size` is made on the first run. An extension of Unikernel Tools. Needs `CONFIG_LIBVIRTIO_BLK`.',
    snippet: '\n  - path: ${1:data.img}\n    size: ${2:16M}',
    items: {
      name: 'disk',
      forms: ['string', 'map'],
      documentation: "A disk: its file's path, or a map.",
      attributes: [
        path,
        {
          name: 'size',
          forms: ['string'],
          documentation: 'How large the disk is made when its file is missing: `16M`, `1G`.',
        },
        {
          name: 'readonly',
          aliases: ['readOnly'],
          forms: ['boolean'],
          documentation: 'The unikernel may not write to it.',
        },
      ],
    },
  },
  {
    name: 'x-memory',
    forms: ['string'],
    documentation: 'Memory of the machine, `128M` unless told: `64M`, `1G`. An extension of Unikernel Tools.',
    snippet: ' ${1:256M}',
    values: ['64M', '128M', '256M', '512M', '1G'],
  },
  {
    name: 'x-machine',
    forms: ['string'],
    documentation:
      "QEMU's machine: `microvm` (the default), `pc` or `q35` for x86_64, `virt` for arm64. An extension of Unikernel Tools.",
    values: ['microvm', 'pc', 'q35', 'virt'],
    closed: true,
  },
  {
    name: 'outdir',
    forms: ['string'],
    documentation: 'The folder that build products go to.',
    deprecatedIn: { '0.7': 'Remove it, or give the folder on the command line.' },
  },
];

/** The attribute of a map that a key names, by its name or an alias. */
export function findAttribute(attributes: readonly Attribute[], key: string): Attribute | undefined {
  return attributes.find(({ name, aliases }) => name === key || aliases?.includes(key) === true);
}

/** Every key that a version has in a map, aliases included. */
export function keysOf(attributes: readonly Attribute[], spec: SpecVersion): string[] {
  return attributes
    .filter((a) => existsIn(a, spec))
    .flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
}

export function existsIn(attribute: Attribute, spec: SpecVersion): boolean {
  return attribute.specs?.includes(spec) ?? true;
}

export function formsOf(attribute: Attribute, spec: SpecVersion): readonly Form[] {
  return attribute.formsIn?.[spec] ?? attribute.forms;
}
