/**
 * The attribute table as a JSON schema, for editors without a language server. It says what the table says; what only
 * the rules know, such as the form of a port, it lets pass.
 */
import {
  ATTRIBUTES,
  type Attribute,
  existsIn,
  type Form,
  findAttribute,
  formsOf,
  LATEST_SPEC,
} from './attributes';
import type { SpecVersion } from './model';

/** A schema of draft 7, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<Form, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  list: 'array',
  map: 'object',
  null: 'null',
};

/** A definition for each version of the specification, and which of them a manifest follows. */
export function kraftfileSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'https://github.com/unikernel-tools/unikernel-tools/blob/main/server/schemas/kraftfile.schema.json',
    title: 'Kraftfile',
    description: 'The manifest of a unikernel, in the versions v0.5, v0.6 and v0.7 of its specification.',
    ...choice(
      follows('0.5'),
      reference('0.5'),
      choice(follows('0.6'), reference('0.6'), reference(LATEST_SPEC)),
    ),
    definitions: { 'v0.5': manifest('0.5'), 'v0.6': manifest('0.6'), 'v0.7': manifest('0.7') },
  };
}

/** A keyword of schemas; as a property's name it would look like a promise's. */
const THEN = 'then';

function choice(condition: JsonSchema, then: JsonSchema, otherwise: JsonSchema): JsonSchema {
  return { if: condition, [THEN]: then, else: otherwise };
}

function reference(spec: SpecVersion): JsonSchema {
  return { $ref: `#/definitions/v${spec}` };
}

/** Holds for manifests that name this version. */
function follows(spec: SpecVersion): JsonSchema {
  const names = (key: string) => ({ required: [key], properties: { [key]: version(spec) } });
  return { type: 'object', anyOf: [names('spec'), names('specification')] };
}

/** The texts that name a version. */
function version(spec: SpecVersion): JsonSchema {
  return { type: 'string', pattern: `^v?${spec.replace('.', '\\.')}(\\.0)?$` };
}

function manifest(spec: SpecVersion): JsonSchema {
  const names = (...keys: string[]) => ({ anyOf: keys.map((key) => ({ required: [key] })) });
  return {
    ...mapOf(ATTRIBUTES, spec),
    // The format leaves these names to tools.
    patternProperties: { '^x-': {} },
    allOf: [
      { oneOf: [{ required: ['spec'] }, { required: ['specification'] }] },
      // One kernel; a project of its own Unikraft may be laid over a template.
      { oneOf: [names('x-kernel'), names('runtime'), names('unikraft', 'template')] },
    ],
  };
}

/** What a map with fixed keys takes; every name of an attribute is a key of its own. */
function mapOf(attributes: readonly Attribute[], spec: SpecVersion): JsonSchema {
  const known = attributes.filter((attribute) => existsIn(attribute, spec));
  const properties = known.flatMap((attribute) =>
    [attribute.name, ...(attribute.aliases ?? [])].map((key) => [key, valueSchema(attribute, spec)]),
  );
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
}

function valueSchema(attribute: Attribute, spec: SpecVersion): JsonSchema {
  const { documentation: description, deprecatedIn, attributes, entries, items, values, closed } = attribute;
  const advice = deprecatedIn?.[spec];
  const forms = formsOf(attribute, spec);
  const words = {
    description,
    ...(advice === undefined ? {} : { deprecated: true, deprecationMessage: advice }),
  };
  if (attribute === findAttribute(ATTRIBUTES, 'spec')) return { ...words, ...specOf(spec, forms) };
  const [only, ...more] = forms.map((form) => TYPES[form]);
  const fixed = attributes === undefined ? {} : mapOf(attributes, spec);
  const takes = (form: Form) => forms.includes(form);
  return {
    ...words,
    ...(takes('map') ? fixed : {}),
    ...(takes('map') && entries !== undefined ? { additionalProperties: valueSchema(entries, spec) } : {}),
    ...(takes('list') && items !== undefined ? { items: valueSchema(items, spec) } : {}),
    ...(values === undefined ? {} : { [closed ? 'enum' : 'examples']: values }),
    type: more.length === 0 ? only : [only, ...more],
  };
}

/** Where the number is as good as the text, as loaders of the newest version have it. */
function specOf(spec: SpecVersion, forms: readonly Form[]): JsonSchema {
  const number = forms.includes('number') ? [{ const: Number(spec) }] : [];
  return { anyOf: [version(spec), ...number], examples: [`v${spec}`] };
}
