/** Holds a manifest's tree against the attribute table: keys, forms, values, versions. */
import { removal, replacement, suggest } from '../problem';
import {
  ATTRIBUTES,
  type Attribute,
  existsIn,
  type Form,
  findAttribute,
  formsOf,
  keysOf,
} from './attributes';
import type { Report, YamlEntry, YamlValue } from './document';
import { inForm } from './forms';
import type { SpecVersion } from './model';
import { SPECIAL_RULES } from './rules';

const FORM_WORDS: Readonly<Record<Form, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  list: "a list ('- …')",
  map: "a map ('key: value')",
  null: 'nothing',
};

/** Checks a map whose keys are `attributes`; `where` names it in messages, empty at the top. */
export function validateMap(
  entries: readonly YamlEntry[],
  attributes: readonly Attribute[],
  where: string,
  spec: SpecVersion,
  report: Report,
): void {
  reportDuplicates(entries, report);
  // It makes sense beside this kernel alone.
  const isMeant = (key: string) => key !== 'x-kconfig' || entries.some((entry) => entry.key === 'x-kernel');
  for (const { key, keyRange, value, lines } of entries) {
    const attribute = findAttribute(attributes, key);
    if (attribute === undefined) {
      // The format leaves `x-` names to tools.
      if (where === '' && key.startsWith('x-')) continue;
      const elsewhere = placesOf(key, spec);
      const near = suggest(key, keysOf(attributes, spec).filter(isMeant));
      const advice =
        near !== undefined
          ? ` Did you mean '${near}'?`
          : elsewhere.length > 0
            ? ` It belongs ${list(elsewhere, false)}.`
            : '';
      const place = where === '' ? '' : ` in '${where}'`;
      report(
        'unknown-key',
        keyRange,
        `There is no attribute '${key}'${place}; it would be ignored silently.${advice}`,
        // What is like nothing else may be another tool's; a manifest with it is loaded all the same.
        advice === '' ? 'warning' : 'error',
        near === undefined ? [] : replacement(keyRange, near),
      );
    } else if (!existsIn(attribute, spec)) {
      const versions = (attribute.specs ?? []).map((version) => `v${version}`).join(' and ');
      report(
        'attribute-version',
        keyRange,
        `'${key}' belongs to ${versions}; this manifest follows v${spec}.`,
        'error',
        attribute.counterpart === undefined ? [] : replacement(keyRange, attribute.counterpart),
      );
    } else {
      const advice = attribute.deprecatedIn?.[spec];
      if (advice !== undefined) {
        const message = `'${key}' is deprecated in v${spec}. ${advice}`;
        report('deprecated', keyRange, message, 'warning', lines && removal(lines, `'${key}'`));
      }
      validateValue(value, attribute, key, spec, report);
    }
  }
}

/** Where a key has a meaning, in words. */
function placesOf(key: string, spec: SpecVersion): string[] {
  const has = (attributes: readonly Attribute[] = []) => {
    const found = findAttribute(attributes, key);
    return found !== undefined && existsIn(found, spec);
  };
  const below = ATTRIBUTES.flatMap(({ name, attributes, entries, items }) => [
    ...(has(attributes) ? [`in '${name}'`] : []),
    ...(has(entries?.attributes) ? [`in a ${entries?.name} of '${name}'`] : []),
    ...(has(items?.attributes) ? [`in a ${items?.name} of '${name}'`] : []),
  ]);
  return has(ATTRIBUTES) ? ['to the top of the manifest'] : below.slice(0, 3);
}

function validateValue(
  value: YamlValue,
  attribute: Attribute,
  name: string,
  spec: SpecVersion,
  report: Report,
): void {
  if (!hasForm(value, attribute, name, spec, report)) return;
  if (value.form === 'map') {
    if (attribute.attributes !== undefined) {
      validateMap(value.entries, attribute.attributes, name, spec, report);
    } else if (attribute.entries !== undefined) {
      reportDuplicates(value.entries, report);
      for (const entry of value.entries)
        validateValue(entry.value, attribute.entries, entry.key, spec, report);
    }
  } else if (value.form === 'list' && attribute.items !== undefined) {
    for (const item of value.items) validateValue(item, attribute.items, attribute.items.name, spec, report);
  } else if (
    value.form === 'string' &&
    attribute.closed &&
    attribute.values?.includes(value.text) === false
  ) {
    const near = suggest(value.text, attribute.values);
    report(
      'unknown-value',
      value.range,
      `'${name}' takes ${list(attribute.values)}, not '${value.text}'.${near === undefined ? '' : ` Did you mean '${near}'?`}`,
      'error',
      near === undefined ? [] : replacement(value.range, near),
    );
  }
  SPECIAL_RULES[attribute.name]?.(value, spec, report);
}

/** Reports a form that the attribute does not take, with what it does take. */
function hasForm(
  value: YamlValue,
  attribute: Attribute,
  name: string,
  spec: SpecVersion,
  report: Report,
): boolean {
  const forms = formsOf(attribute, spec);
  if (forms.includes(value.form)) return true;
  // `spec: 0.6` has a message of its own.
  if (attribute.name === 'spec') return true;
  const takes = forms.filter((form) => form !== 'null').map((form) => FORM_WORDS[form]);
  const other =
    attribute.forms.includes(value.form) ||
    Object.values(attribute.formsIn ?? {}).some((f) => f?.includes(value.form));
  if (value.form === 'null') {
    // In a manifest that is being written the value comes next; only what loaders reject is an error.
    report('wrong-type', value.range, `'${name}' has no value; it takes ${list(takes, false)}.`);
  } else if (other) {
    report(
      'attribute-version',
      value.range,
      `In v${spec} '${name}' takes ${list(takes, false)}; ${FORM_WORDS[value.form]} belongs to another version.`,
      'error',
      inForm(value, attribute, forms),
    );
  } else {
    const quote = value.form === 'number' && forms.includes('string') ? ` Quote it: "${value.source}".` : '';
    report(
      'wrong-type',
      value.range,
      `'${name}' takes ${list(takes, false)}, not ${FORM_WORDS[value.form]}.${quote}`,
      'error',
      inForm(value, attribute, forms),
    );
  }
  return false;
}

function reportDuplicates(entries: readonly YamlEntry[], report: Report): void {
  const seen = new Map<string, YamlEntry>();
  for (const entry of entries) {
    const { key, keyRange } = entry;
    const before = seen.get(key);
    if (before !== undefined) {
      report(
        'duplicate-key',
        keyRange,
        `'${key}' stands here a second time; only the last one counts.`,
        // Nothing is lost where both say the same.
        isSameText(before.value, entry.value) ? 'information' : 'warning',
        before.lines && removal(before.lines, `the first '${key}'`),
      );
    }
    seen.set(key, entry);
  }
}

function list(words: readonly string[], quoted = true): string {
  const all = words.map((word) => (quoted ? `'${word}'` : word));
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

function isSameText(one: YamlValue, other: YamlValue): boolean {
  return 'text' in one && 'text' in other && one.text === other.text;
}
