/** What a table cannot say of a value: references, targets, options, volumes. */
import { type Fix, insertion, replacement, suggest } from '../problem';
import { splitArguments } from './arguments';
import { ARCHITECTURES, PLATFORMS } from './attributes';
import type { ManifestCode } from './codes';
import { type Read, readMemory, readPort, readSize } from './devices';
import type { Report, YamlEntry, YamlValue } from './document';
import type { SpecVersion } from './model';

type Rule = (value: YamlValue, spec: SpecVersion, report: Report) => void;
type Text = Extract<YamlValue, { form: 'string' | 'number' | 'boolean' }>;

/** By the attribute's name in the table. */
export const SPECIAL_RULES: Readonly<Record<string, Rule>> = {
  kconfig: options,
  'x-kconfig': options,
  version: number,
  variable: number,
  label: number,
  target,
  platform: (value, _, report) => {
    if (value.form === 'string') checkPlatform(value.text.split('/')[0] ?? '', part(value, 0), report);
  },
  architecture: (value, _, report) => {
    if (value.form === 'string') checkArchitecture(value.text, value.range, report);
  },
  runtime,
  volume,
  volumes,
  port: text((written) => readPort(written), 'port-form', asPort),
  disk,
  size: text((written) => readSize(written), 'size-form', asSize),
  'x-memory': text((written) => readMemory(written), 'size-form', asSize),
  cmd: (value, spec, report) => {
    if (spec !== '0.7' && value.form === 'string' && /\s/.test(value.text.trim())) {
      report(
        'single-argument',
        value.range,
        `Before v0.7 this is ONE argument with blanks in it. Write a list, one item for each argument.`,
        'warning',
        replacement(
          value.range,
          `[${splitArguments(value.text)
            .map((word) => JSON.stringify(word))
            .join(', ')}]`,
        ),
      );
    }
  },
};

function options(value: YamlValue, spec: SpecVersion, report: Report): void {
  if (value.form === 'map') {
    for (const entry of value.entries) {
      optionName(entry.key, entry.keyRange, report);
      optionValue(entry, spec, report);
    }
  } else if (value.form === 'list') {
    for (const item of value.items) {
      if (item.form !== 'string') continue;
      const [name = '', ...rest] = item.text.split('=');
      if (rest.length > 0) optionName(name, part(item, 0, '='), report);
      else
        report(
          'option-form',
          item.range,
          `'${item.text}' sets nothing: write ${name}=y.`,
          'warning',
          replacement(item.range, `${name}=y`),
        );
    }
  }
}

/** Loaders keep an option without its prefix, and Kconfig passes it over. */
function optionName(name: string, range: YamlValue['range'], report: Report): void {
  if (name.startsWith('CONFIG_') || name === '') return;
  const head = /^([A-Za-z]+)_/.exec(name)?.[1];
  const misspelt = head !== undefined && suggest(head, ['CONFIG']) !== undefined;
  const meant = misspelt ? `CONFIG_${name.slice(head.length + 1)}` : `CONFIG_${name}`;
  report(
    'option-prefix',
    range,
    `Options begin with CONFIG_. Did you mean '${meant}'?`,
    misspelt ? 'error' : 'warning',
    replacement(range, meant),
  );
}

function optionValue({ key, value }: YamlEntry, spec: SpecVersion, report: Report): void {
  if (value.form !== 'number') return;
  if (/^0x/i.test(value.source)) {
    report(
      'unquoted-hex',
      value.range,
      `YAML turns this into ${value.text}. Quote it: "${value.source}".`,
      'warning',
      replacement(value.range, `"${value.source}"`),
    );
  } else if (spec !== '0.7') {
    // Loaders write whole numbers only as they stand.
    if (!isSame(value.source) || value.source.includes('.')) changed(value, report);
  } else {
    report(
      'unquoted-number',
      value.range,
      `An unquoted number does not reach ${key} as it stands here. Quote it: "${value.source}".`,
      'warning',
      replacement(value.range, `"${value.source}"`),
    );
  }
}

/** A number that is spelt as YAML would spell it arrives as it stands. */
function number(value: YamlValue, _: SpecVersion, report: Report): void {
  if (value.form === 'number' && !isSame(value.source)) changed(value, report);
}

function isSame(source: string): boolean {
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d*[1-9])?$/.test(source);
}

function changed({ range, source }: Text, report: Report): void {
  const message = `YAML takes ${source} for a number and keeps no more of it. Quote it: "${source}".`;
  report('unquoted-number', range, message, 'warning', replacement(range, `"${source}"`));
}

function target(value: YamlValue, _: SpecVersion, report: Report): void {
  if (value.form === 'string') {
    const [platform = '', architecture] = value.text.split('/');
    if (architecture === undefined || architecture === '' || platform === '') {
      report(
        'incomplete-target',
        value.range,
        `A target is platform/architecture, for example 'qemu/x86_64'; '${value.text}' is half of one.`,
        'error',
        replacement(
          value.range,
          isArchitecture(platform) ? `qemu/${platform}` : `${platform || 'qemu'}/x86_64`,
        ),
      );
      return;
    }
    if (isArchitecture(platform) && architecture in PLATFORMS) {
      report(
        'swapped-target',
        value.range,
        `The platform comes first: '${architecture}/${platform}'.`,
        'error',
        replacement(value.range, `${architecture}/${platform}`),
      );
      return;
    }
    checkPlatform(platform, part(value, 0), report);
    checkArchitecture(architecture, part(value, 1), report);
    return;
  }
  if (value.form !== 'map') return;
  const texts = new Map(
    value.entries.flatMap(({ key, value: v }) => (v.form === 'string' ? [[key, v]] : [])),
  );
  const platform = texts.get('platform') ?? texts.get('plat');
  const architecture =
    texts.get('architecture') ?? texts.get('arch') ?? (platform?.text.includes('/') ? platform : undefined);
  if (
    platform !== undefined &&
    isArchitecture(platform.text) &&
    architecture !== undefined &&
    architecture.text in PLATFORMS
  ) {
    report(
      'swapped-target',
      platform.range,
      `'${platform.text}' is an architecture, '${architecture.text}' a platform.`,
      'error',
      [
        {
          title: 'Swap them',
          changes: [
            { range: platform.range, newText: architecture.text },
            { range: architecture.range, newText: platform.text },
          ],
        },
      ],
    );
    return;
  }
  const missing = [...(platform ? [] : ['platform']), ...(architecture ? [] : ['architecture'])];
  if (missing.length > 0) {
    const message = `This target has no ${missing.join(' and no ')}.`;
    const [first] = value.entries;
    const usual = missing.map((key) => `${key}: ${USUAL[key] ?? ''}`);
    const { start } = first?.keyRange ?? value.range;
    const fixes = usual.map((line) => `${line}\n${' '.repeat(start.character)}`).join('');
    const isBlock = first !== undefined && value.range.start.character === start.character;
    report('incomplete-target', value.range, message, 'error', isBlock ? insertion(start, fixes) : []);
  }
}

/** What a target is most often. */
const USUAL: Readonly<Record<string, string>> = { platform: 'qemu', architecture: 'x86_64' };

function checkPlatform(platform: string, range: YamlValue['range'], report: Report): void {
  if (platform in PLATFORMS || platform === '') return;
  const near = suggest(platform, Object.keys(PLATFORMS));
  const known = 'qemu, fc, xen and hyperlight are known';
  report(
    'unknown-platform',
    range,
    `There is no platform '${platform}'. ${near === undefined ? `${known}.` : `Did you mean '${near}'?`}`,
    near === undefined ? 'warning' : 'error',
    near === undefined ? [] : replacement(range, near),
  );
}

function checkArchitecture(architecture: string, range: YamlValue['range'], report: Report): void {
  if (isArchitecture(architecture)) return;
  const near = suggest(architecture, ARCHITECTURES);
  report(
    'unknown-architecture',
    range,
    `There is no architecture '${architecture}'. ${near === undefined ? `${ARCHITECTURES.join(', ')} are known.` : `Did you mean '${near}'?`}`,
    near === undefined ? 'warning' : 'error',
    near === undefined ? [] : replacement(range, near),
  );
}

function runtime(value: YamlValue, _: SpecVersion, report: Report): void {
  if (value.form !== 'string') return;
  const reference = value.text.replace(/^[a-z]+:\/\//, '').trim();
  if (reference === '') {
    report(
      'runtime-reference',
      value.range,
      "The runtime has no name: write NAME:TAG, for example 'base:latest'.",
    );
  } else if ((reference.split('/').at(-1) ?? '').split(':').length > 2) {
    report(
      'runtime-reference',
      value.range,
      `'${value.text}' has more than one colon: a runtime is NAME:TAG.`,
    );
  }
}

function volume(value: YamlValue, spec: SpecVersion, report: Report): void {
  if (value.form !== 'string') return;
  const parts = value.text.split(':');
  if (spec !== '0.7' && parts.length > 2) {
    report(
      'volume-form',
      value.range,
      `Before v0.7 a volume is SOURCE:DESTINATION; '${parts[2]}' is too much.`,
      'error',
      replacement(value.range, parts.slice(0, 2).join(':')),
    );
  } else if (spec === '0.7' && parts.length === 1) {
    report(
      'volume-form',
      value.range,
      `A volume is SOURCE:DESTINATION; '${value.text}' does not say where the unikernel sees it.`,
    );
  } else if (parts.length > 3 || parts.some((piece) => piece === '')) {
    report(
      'volume-form',
      value.range,
      `'${value.text}' is not SOURCE:DESTINATION${spec === '0.7' ? ':MODE' : ''}.`,
    );
  }
}

/** A map is one volume; in maps of named ones, of the time before v0.5, loaders see a volume without a source. */
function volumes(value: YamlValue, spec: SpecVersion, report: Report): void {
  if (value.form === 'string') volume(value, spec, report);
  if (value.form !== 'map' || value.entries.length === 0) return;
  if (value.entries.some(({ key }) => VOLUME_KEYS.includes(key))) return;
  const message = "'volumes' takes a list ('- …'); volumes with names are passed over.";
  report('wrong-type', value.range, message, 'warning', withoutNames(value.entries));
}

const VOLUME_KEYS = ['driver', 'source', 'destination', 'readonly'];

/** An item for each name, where every line can stay as deep as it is. */
function withoutNames(entries: readonly YamlEntry[]): readonly Fix[] {
  const isDeep = ({ keyRange, value }: YamlEntry) =>
    value.form === 'map' &&
    value.range.start.line > keyRange.start.line &&
    value.range.start.character === keyRange.start.character + 2;
  if (!entries.every(isDeep)) return [];
  const changes = entries.map(({ keyRange, value }) => ({
    range: { start: keyRange.start, end: value.range.start },
    newText: '- ',
  }));
  return [{ title: 'Make it a list', changes }];
}

function disk(value: YamlValue, _: SpecVersion, report: Report): void {
  if (value.form !== 'map' || value.entries.some(({ key }) => key === 'path')) return;
  report('disk-form', value.range, "This disk has no 'path', which names its file.");
}

/** A rule for a text that a reader understands or not. */
function text(
  read: (written: string) => Read<unknown>,
  code: ManifestCode,
  meant: (written: string) => string | undefined,
): Rule {
  return (value, _, report) => {
    if (value.form !== 'string') return;
    const result = read(value.text);
    if (result.ok) return;
    const near = meant(value.text);
    const isRight = near !== undefined && read(near).ok;
    const quoted = value.quoted || code === 'port-form' ? `"${near}"` : `${near}`;
    report(code, value.range, result.message, 'error', isRight ? replacement(value.range, quoted) : []);
  };
}

/** Two ports with something else between them. */
function asPort(written: string): string | undefined {
  const [, host, guest, protocol = ''] =
    /^(\d+)\s*(?:->|=>|[:=/,-]|\s)\s*(\d+)(\/\w+)?$/.exec(written.trim()) ?? [];
  return host === undefined ? undefined : `${host}:${guest}${protocol.toLowerCase()}`;
}

/** A unit by another name, or apart from its number. */
function asSize(written: string): string | undefined {
  const [, digits, unit = ''] = /^(\d+)\s*([KMGT])(?:i?B|bytes)?$/i.exec(written.trim()) ?? [];
  return digits === undefined ? undefined : `${digits}${unit.toUpperCase()}`;
}

function isArchitecture(word: string): boolean {
  return ARCHITECTURES.includes(word);
}

/** The range of the nth piece of a text, as far as it stands on one line as it is. */
function part(value: Text, index: number, separator = '/'): YamlValue['range'] {
  const pieces = value.text.split(separator);
  const before = pieces.slice(0, index).reduce((sum, piece) => sum + piece.length + 1, 0);
  const { start, end } = value.range;
  const from = start.character + before + (value.quoted ? 1 : 0);
  if (start.line !== end.line) return value.range;
  return {
    start: { line: start.line, character: from },
    end: { line: start.line, character: from + (pieces[index]?.length ?? 0) },
  };
}
