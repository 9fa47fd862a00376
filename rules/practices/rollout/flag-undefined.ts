/** Joins reads of flags with their definitions: a flag that nobody defines. */
import { place, type FlagRead, type Model } from '../../model/model.ts';
import type { Ranged } from '../../text.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { addDefinition } from './definitions.ts';
import { addDays, keepsOwners, lifetimeOf, likelyOwner } from './lifetimes.ts';
import { undefinedReads } from './meant.ts';

export default defineRule({
  id: 'rollout/flag-undefined',
  title: 'Code reads a feature flag that nobody defines.',
  area: 'rollout',
  section: '§7',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    misspelt: {
      text: 'The flag {key} is defined nowhere, so the code always gets the default and nobody can switch it. Did you mean {nearest}?',
    },
    undefined: {
      text: 'The flag {key} is defined nowhere, so the code always gets the default and nobody can switch it.',
    },
  },
  check(model, report) {
    const defined = new Set(model.flags.definitions.map(({ facts }) => facts.key.value));
    for (const { file, key, facts, role, complete } of model.flags.reads) {
      if (role !== 'production' || key === undefined) continue;
      const at = place(file, facts.key);
      const service = model.serviceOf(file);
      if (defined.has(key)) report.met(service, { at, message: `reads ${key}, which is defined` });
      else if (!complete)
        report.unknown(service, `The definitions of ${facts.sdk} flags are not in this repository.`, at);
    }
    for (const { read, meant } of undefinedReads(model)) {
      const { file, facts } = read;
      const key = read.key!;
      const name = meant?.facts.key.value;
      report.gap({
        message: name === undefined ? 'undefined' : 'misspelt',
        data: { key, ...(name !== undefined && { nearest: name }) },
        at: place(file, facts.key),
        related: meant
          ? [{ at: place(meant.file, meant.facts.key), message: `${name} is defined here` }]
          : [],
        fixes: [
          ...(name !== undefined && facts.key && !facts.camelCase ? [renameKey(read, facts.key, name)] : []),
          ...addedDefinition(model, read, key),
        ],
      });
    }
  },
});

function renameKey({ file }: FlagRead, { value, range }: Ranged<string>, name: string): LazyFix {
  return {
    title: `Read ${name} instead`,
    safety: 'suggested',
    changes({ read }) {
      const written = read(file).text.slice(range.start, range.end);
      const text = written.replace(value, () => name);
      return text === written ? [] : [{ kind: 'edit', file, range, text }];
    },
  };
}

/** Offered where the new flag will not lack what every flag should have. */
function addedDefinition(model: Model, { file, facts }: FlagRead, key: string): LazyFix[] {
  const first = model.flags.definitions.find(
    ({ format, role }) => keepsOwners(format) && role === 'production',
  );
  const owner = first && likelyOwner(model, [file, first.file]);
  if (!first || owner === undefined || (facts.type !== undefined && facts.type !== 'boolean')) return [];
  const expires = addDays(model.today, lifetimeOf('release')!);
  return [
    {
      title: `Define ${key} in ${first.file}`,
      safety: 'suggested',
      changes: ({ read }) => addDefinition(read(first.file), first, key, { owner, expires }),
    },
  ];
}
