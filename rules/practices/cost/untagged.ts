/**
 * Cloud resources that say nothing about who they are for: the bill is then one sum.
 *
 * Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags,
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#default_labels
 */
import { place, type Model } from '../../model/model.ts';
import { terraformModules } from '../../model/terraformModules.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { addressOf, cloudsOf, labelling, type CloudUse } from './clouds.ts';

export default defineRule({
  id: 'cost/untagged',
  title: 'Cloud resources carry no tags to divide the bill by.',
  area: 'cost',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    untagged: {
      text: '{resources} in {folder} carry no {labels}, and the provider sets none for all: what a service or a team costs cannot be read from the bill.',
    },
  },
  check(model, report) {
    for (const module of terraformModules(model)) {
      if (!module.root) continue;
      for (const use of cloudsOf(module)) {
        const { cloud, provider, resources } = use;
        if (resources.length === 0) continue;
        const { resource, provider: forAll } = labelling[cloud];
        const hasDefault =
          forAll !== undefined &&
          (provider.facts.blocks.some(({ type }) => type === forAll) || forAll in provider.facts.attributes);
        const untagged = resources.filter(
          ({ facts }) =>
            ![...Object.keys(facts.attributes), ...facts.blocks.map(({ type }) => type)].some((key) =>
              resource.test(key),
            ),
        );
        const at = place(provider.file, { range: provider.facts.header });
        if (hasDefault || untagged.length === 0) {
          report.met(undefined, { at, message: 'tags what it creates' });
          continue;
        }
        const [first] = untagged;
        const more =
          untagged.length === 1
            ? ''
            : untagged.length === 2
              ? ` and ${addressOf(untagged[1]!.facts)}`
              : ` and ${untagged.length - 1} more resources`;
        report.gap({
          message: 'untagged',
          data: {
            resources: `${addressOf(first!.facts)}${more}`,
            folder: module.folder === '' ? 'this folder' : module.folder,
            labels: cloud === 'google' ? 'labels' : 'tags',
          },
          at: forAll === undefined ? place(first!.file, { range: first!.facts.header }) : at,
          related: untagged
            .slice(0, 20)
            .map(({ file, facts }) => ({ at: { file, range: facts.header }, message: 'has none' })),
          fixes: fixesFor(model, module.folder, use),
        });
      }
    }
  },
});

function fixesFor(model: Model, folder: string, { cloud, provider }: CloudUse): LazyFix[] {
  const name = projectOf(model, folder);
  const { body } = provider.facts;
  if (cloud === 'azurerm' || name === undefined) return [];
  const block =
    cloud === 'aws'
      ? `default_tags {\n    tags = {\n      Project   = "${name}"\n      ManagedBy = "terraform"\n    }\n  }`
      : `default_labels = {\n    project    = "${name}"\n    managed-by = "terraform"\n  }`;
  return [
    {
      title: `Tag everything with the project ${name}`,
      safety: 'suggested',
      changes({ read }) {
        const { text } = read(provider.file);
        const inner = text.slice(body.start, body.end);
        // A body on one line has to be written anew, which is left to people.
        if (inner.trim() !== '' && !inner.includes('\n')) return [];
        const end = body.start + inner.trimEnd().length;
        const lead = inner.trim() === '' ? '\n' : '\n\n';
        return [
          {
            kind: 'edit',
            file: provider.file,
            range: { start: end, end: body.end },
            text: `${lead}  ${block}\n`,
          },
        ];
      },
    },
  ];
}

/** Folders that are named after the tool, or after where it is deployed. */
const generic =
  /^(?:terra(?:form|grunt)|tf|iac|infra(?:structure)?|deploy(?:ment)?s?|ops|cloud|aws|gcp|google|modules?|envs?|environments?|live|prod(?:uction)?|stag(?:e|ing)|dev(?:elopment)?|test|global|main|src|)$/i;

/** What the repository calls itself: its package or plan, without an owner in front; else the folder. */
function projectOf(model: Model, folder: string): string | undefined {
  const name =
    model.packages.find(({ file }) => file === 'package.json')?.facts.name?.value ??
    model.plans[0]?.facts.product?.value ??
    folder.split('/').findLast((part) => !generic.test(part)) ??
    '';
  const plain = name
    .toLowerCase()
    .replace(/^@[^/]*\//, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return plain === '' ? undefined : plain;
}
