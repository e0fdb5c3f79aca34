/** The published JSON schema: in step with the attribute table, and of one mind with the server's own validation. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ATTRIBUTES,
  type Attribute,
  type Form,
  kraftfileSchema,
  parseManifest,
  SPEC_VERSIONS,
} from '@unikernel-tools/kernel-sdk/manifest';
import Ajv from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';

const ROOT = join(__dirname, '../../..');
const published = JSON.parse(readFileSync(join(ROOT, 'server/schemas/kraftfile.schema.json'), 'utf8'));
const ajv = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
ajv.addKeyword('deprecationMessage');
const isValid = ajv.compile(published);

/** What the table decides; the rest of the codes are rules of their own, which a schema is silent about. */
const TABLE_CODES: ReadonlySet<string> = new Set([
  ...['unknown-key', 'attribute-version', 'wrong-type', 'unknown-value'],
  ...['missing-spec', 'unquoted-spec', 'unknown-spec', 'double-spec', 'missing-kernel', 'several-kernels'],
]);

/** What loaders pass over, and the server warns of; a schema has one answer for both. */
const IGNORED: ReadonlySet<string> = new Set(['unknown-key', 'unknown-spec']);

function tableErrors(text: string): string[] {
  return parseManifest(text)
    .problems.filter(
      ({ code, severity }) => TABLE_CODES.has(code) && (severity === 'error' || IGNORED.has(code)),
    )
    .map(({ code }) => code);
}

it('is what the table says: `npm run schema` writes it', () => {
  expect(published).toEqual(JSON.parse(JSON.stringify(kraftfileSchema())));
});

it('is a schema of draft 7', () => {
  expect(ajv.validateSchema(published)).toBe(true);
});

const templates = readdirSync(join(ROOT, 'kernel-sdk/templates'));
it.each(templates)('takes the template %s', (name) => {
  const text = readFileSync(join(ROOT, 'kernel-sdk/templates', name, 'Kraftfile'), 'utf8');
  expect(isValid(parse(text)), ajv.errorsText(isValid.errors)).toBe(true);
});

describe('is of one mind with the server about', () => {
  it.each([
    ['a plain manifest', 'spec: v0.7\nx-kernel: sdk\n', []],
    ['a number for the newest version', 'spec: 0.7\nx-kernel: sdk\n', []],
    ['a number for an older version', 'spec: 0.6\nunikraft: stable\n', ['unquoted-spec']],
    ['a version that is none', 'spec: v9\nx-kernel: sdk\n', ['unknown-spec']],
    ['no version', 'x-kernel: sdk\n', ['missing-spec']],
    ['two versions', 'spec: v0.7\nspecification: v0.7\nx-kernel: sdk\n', ['double-spec']],
    ['no kernel', 'spec: v0.7\n', ['missing-kernel']],
    ['two kernels', 'spec: v0.7\nx-kernel: sdk\nruntime: base:latest\n', ['several-kernels']],
    ['a project over a template', 'spec: v0.6\ntemplate: app/x:1\nunikraft: stable\n', []],
    ['an unknown key', 'spec: v0.7\nx-kernel: sdk\nlibrares: {}\n', ['unknown-key']],
    ['a key like no other', 'spec: v0.7\nx-kernel: sdk\nnetworks: {}\n', ['unknown-key']],
    ['a version before the first', "spec: '0.4'\nunikraft: stable\n", ['unknown-spec']],
    ['one volume for a list of one', 'spec: v0.6\nunikraft: stable\nvolumes: ./a:/\n', []],
    ["a tool's own key", 'spec: v0.7\nx-kernel: sdk\nx-mine: [1]\n', []],
    ['a library without a value in v0.7', 'spec: v0.7\nunikraft: stable\nlibraries: {lwip: }\n', []],
    ['the same before', 'spec: v0.6\nunikraft: stable\nlibraries: {lwip: }\n', ['wrong-type']],
    ["a map for v0.7's runtime", 'spec: v0.7\nruntime: {source: a}\n', ['attribute-version']],
    ['targets as a map', 'spec: v0.7\nx-kernel: sdk\ntargets: {a: b}\n', ['wrong-type']],
    ['a machine that is none', 'spec: v0.7\nx-kernel: sdk\nx-machine: i440\n', ['unknown-value']],
  ])('%s', (_, text, codes) => {
    expect(tableErrors(text)).toEqual(codes);
    expect(isValid(parse(text)), ajv.errorsText(isValid.errors)).toBe(codes.length === 0);
  });

  it('any manifest of attributes with values of any form', () => {
    let valid = 0;
    fc.assert(
      fc.property(aManifest, (manifest) => {
        const text = stringify(manifest);
        const errors = tableErrors(text);
        if (errors.length === 0) valid++;
        expect({ text, valid: isValid(parse(text)), errors }).toEqual({
          text,
          valid: errors.length === 0,
          errors,
        });
      }),
      { numRuns: 3000 },
    );
    // Both answers are tried.
    expect(valid).toBeGreaterThan(100);
    expect(valid).toBeLessThan(2900);
  });
});

const FORMS: readonly Form[] = ['string', 'number', 'boolean', 'list', 'map', 'null'];

/** A value for an attribute: mostly of a form that it takes. */
function aValue(attribute: Attribute): fc.Arbitrary<unknown> {
  return fc
    .oneof(
      { weight: 12, arbitrary: fc.constantFrom(...attribute.forms) },
      { weight: 1, arbitrary: fc.constantFrom(...FORMS) },
    )
    .chain((form) => ofForm(attribute, form));
}

function ofForm(attribute: Attribute, form: Form): fc.Arbitrary<unknown> {
  const { values = ['text', 'a/b:c'], attributes, entries, items } = attribute;
  switch (form) {
    case 'string':
      return fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...values) },
        { weight: 1, arbitrary: fc.constant('other') },
      );
    case 'number':
      return fc.integer({ min: 1, max: 99 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'list':
      return items === undefined ? fc.constant([]) : fc.array(aValue(items), { maxLength: 2 });
    case 'map':
      if (attributes !== undefined) return aMap(attributes);
      return entries === undefined
        ? fc.constant({})
        : fc.dictionary(fc.constantFrom('CONFIG_A', 'b'), aValue(entries));
  }
}

/** Some of a map's attributes, by one of their names each; seldom one that does not exist. */
function aMap(attributes: readonly Attribute[]): fc.Arbitrary<Record<string, unknown>> {
  const anEntry = fc
    .constantFrom(...attributes)
    .chain((attribute) =>
      fc.tuple(fc.constantFrom(attribute.name, ...(attribute.aliases ?? [])), aValue(attribute)),
    );
  const aStranger = fc.tuple(fc.constantFrom('nme', 'x-mine'), fc.constant('text'));
  return fc
    .array(fc.oneof({ weight: 30, arbitrary: anEntry }, { weight: 1, arbitrary: aStranger }), {
      maxLength: 3,
    })
    .map((entries) => Object.fromEntries(entries));
}

const aManifest = fc
  .tuple(
    fc.constantFrom(...SPEC_VERSIONS),
    fc.constantFrom({ 'x-kernel': 'sdk' }, { runtime: 'base:latest' }, { unikraft: 'stable' }, {}),
    aMap(ATTRIBUTES.filter(({ name }) => name !== 'spec')),
  )
  .map(([spec, kernel, rest]) => ({ spec: `v${spec}`, ...kernel, ...rest }));
