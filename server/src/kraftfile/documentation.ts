/** An attribute in Markdown: what it is for, and which versions of the specification have it. */
import { type Attribute, SPEC_VERSIONS } from '@unikernel-tools/kernel-sdk/manifest';

export function describeAttribute(attribute: Attribute): string {
  const specs = (attribute.specs ?? SPEC_VERSIONS).map((version) => `v${version}`).join(', ');
  const aliases =
    attribute.aliases === undefined ? '' : ` Also: ${attribute.aliases.map((a) => `\`${a}\``).join(', ')}.`;
  const values =
    attribute.values === undefined
      ? ''
      : `\n\nValues: ${attribute.values.map((v) => `\`${v}\``).join(', ')}.`;
  const deprecated = Object.entries(attribute.deprecatedIn ?? {})
    .map(([version, advice]) => `\n\n*Deprecated in v${version}.* ${advice}`)
    .join('');
  return `${attribute.documentation}${values}${deprecated}\n\n*Specification ${specs}.*${aliases}`;
}
