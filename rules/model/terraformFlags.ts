/**
 * Flags that Terraform makes in LaunchDarkly and Flagsmith, as definitions like those of other files. It knows these
 * providers' resources; it must never know who reads a flag.
 *
 * Sources: https://registry.terraform.io/providers/launchdarkly/launchdarkly/latest/docs/resources/feature_flag,
 * https://registry.terraform.io/providers/Flagsmith/flagsmith/latest/docs/resources/feature
 */
import type { FlagDefinitionFacts, FlagDefinitionsFacts } from '../artifacts/flags/facts.ts';
import type { TerraformBlock, TerraformFacts } from '../artifacts/terraform/facts.ts';
import type { Ranged, TextRange } from '../text.ts';

const resources = {
  launchdarkly_feature_flag: { format: 'launchdarkly', key: 'key', archived: 'archived' },
  flagsmith_feature: { format: 'flagsmith', key: 'feature_name', archived: 'is_archived' },
} as const;

/** @returns a definition file for each file that makes flags; other flags may be made by hand, so none is complete */
export function terraformFlags(
  files: ReadonlyMap<string, TerraformFacts>,
): (readonly [path: string, facts: FlagDefinitionsFacts])[] {
  return [...files].flatMap(([path, { blocks }]) => {
    const flags = blocks.flatMap((block) => definitionOf(block, blocks));
    const [first] = flags;
    return first
      ? [
          [
            path,
            { format: first.format, certain: true, partial: true, flags: flags.map(({ facts }) => facts) },
          ],
        ]
      : [];
  });
}

function definitionOf(
  block: TerraformBlock,
  all: readonly TerraformBlock[],
): { readonly format: FlagDefinitionsFacts['format']; readonly facts: FlagDefinitionFacts }[] {
  const [type = '', name = ''] = block.labels;
  if (block.type !== 'resource' || !Object.hasOwn(resources, type)) return [];
  const { format, key, archived } = resources[type as keyof typeof resources];
  const written = literalOf(block.attributes[key]);
  if (!written) return [];
  const parts = all.filter((one) => one !== block && isAbout(one, `${type}.${name}`)).map(wholeOf);
  const isBoolean = literalOf(block.attributes['variation_type'])?.value === 'boolean';
  return [
    {
      format,
      facts: {
        key: written,
        range: wholeOf(block),
        bodyRange: block.body,
        ...(parts.length > 0 && { parts }),
        ...(isBoolean && { type: 'boolean' as const }),
        archived: block.attributes[archived]?.value === 'true',
      },
    },
  ];
}

/** Settings of the flag in one environment, which are nothing without it. */
function isAbout({ type, labels, attributes }: TerraformBlock, resource: string): boolean {
  const aside = /^(?:launchdarkly_feature_flag_environment|flagsmith_feature_state)$/.test(labels[0] ?? '');
  return (
    type === 'resource' &&
    aside &&
    Object.values(attributes).some(({ value }) => value.startsWith(`${resource}.`))
  );
}

/** With its closing brace. */
function wholeOf({ header, body }: TerraformBlock): TextRange {
  return { start: header.start, end: body.end + 1 };
}

/** A text without a template. */
function literalOf(attribute: Ranged<string> | undefined): Ranged<string> | undefined {
  const text = attribute && /^"([^"$%\\]+)"$/.exec(attribute.value)?.[1];
  return attribute && text
    ? { value: text, range: { start: attribute.range.start + 1, end: attribute.range.end - 1 } }
    : undefined;
}
