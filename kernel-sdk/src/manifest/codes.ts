/** Every problem that a Kraftfile can have: its stable code and what it means. */

export const MANIFEST_CODES = {
  'invalid-yaml': 'The file is not YAML, or not a map at its top.',
  'too-large':
    'The file has more, or stands for more, than a person would write, and was not read to its end.',
  'several-documents': 'The file has more than one YAML document; only the first one is read.',
  'unknown-key': 'No attribute of this name exists here; upstream tools ignore it silently.',
  'attribute-version': 'The attribute or its form does not exist in this version of the specification.',
  'wrong-type': 'The value has a form that the attribute does not take.',
  'duplicate-key': 'The key stands twice in one map; the last one counts.',
  'missing-spec': 'The manifest does not say which version of the specification it follows.',
  'unquoted-spec': 'YAML reads an unquoted version such as 0.6 as a number, which loaders reject.',
  'unknown-spec': 'There is no such version of the specification.',
  'double-spec': "'spec' and 'specification' are two names of one attribute.",
  'missing-kernel': 'Nothing names the kernel: unikraft, runtime, template or x-kernel.',
  'several-kernels':
    'More than one of unikraft, runtime, template and x-kernel names the kernel; unikraft over a template is fine.',
  'unknown-value': 'The value is none of those that the attribute takes.',
  'unknown-platform': 'No such platform is known.',
  'unknown-architecture': 'No such architecture is known.',
  'swapped-target': 'A target is platform/architecture, in this order.',
  'incomplete-target': 'A target needs a platform and an architecture.',
  'option-prefix': 'Options of Kconfig begin with CONFIG_.',
  'option-form': 'An item of a kconfig list is NAME=VALUE.',
  'unquoted-number': 'An unquoted number arrives changed; quote it.',
  'unquoted-hex': 'YAML turns an unquoted 0x number into a decimal one.',
  'runtime-reference': 'A runtime is NAME:TAG.',
  'volume-form': 'A volume is SOURCE:DESTINATION.',
  'port-form': 'A forwarded port is HOST:GUEST.',
  'disk-form': 'A disk is a path, or a map with a path.',
  'size-form': 'A size is a number with a unit.',
  'single-argument': 'Before v0.7 a cmd that is one text is one argument.',
  deprecated: 'The attribute is deprecated in this version of the specification.',
} as const;

export type ManifestCode = keyof typeof MANIFEST_CODES;

/** Of texts that cannot be read to their ends, so that nothing is changed in them. */
export const UNREADABLE: ReadonlySet<string> = new Set<ManifestCode>(['invalid-yaml', 'too-large']);
