/**
 * The scaling plan that a team starts from. What the repository shows is written down or named as a hint; everything
 * else is a comment to be filled in, as nobody but the team knows it. It must never invent a number, a name or a date.
 */
import { stringify } from 'yaml';
import type { Model } from '../../model/model.ts';
import { ownershipOf } from '../../model/serviceOwners.ts';
import { addDays } from '../rollout/lifetimes.ts';

export const planPath = 'scaling-plan.yaml';

/** A quarter: by then a team has met often enough to fill the plan in. */
const draftDays = 90;
/** More names than this are no hint any more. */
const maxNames = 8;

/** @returns the text of a plan that is valid as it is, and of which nothing is reported until its draft ends */
export function firstPlan(model: Model): string {
  const services = model.services.filter(({ role, runs }) => role === 'production' && !runs);
  const owners = services.flatMap((service) => ownershipOf(service, model)?.owners ?? []);
  const named = [
    ...owners,
    ...model.owners.entries.flatMap((entry) => entry.owners.map(({ value }) => value)),
  ];
  const flags = model.flags.definitions
    .filter(({ role }) => role === 'production')
    .map(({ facts }) => facts.key.value);
  const read = model.flags.reads.filter(({ role }) => role === 'production').flatMap(({ key }) => key ?? []);
  const title = titleOf(model);
  const lines = [
    '# What this team declares about its product before it scales. Every section may be left out: take the # away from what',
    '# you fill in. Scaleready looks for what is named here: events and metrics in code, owners, flags, workflows.',
    ...hint(
      'Services',
      services.map(({ name }) => name),
    ),
    ...hint('Owners', named),
    '',
    '# Until this day nobody is asked for what is missing.',
    `draftUntil: ${addDays(model.today, draftDays)}`,
    '',
    ...(title === undefined ? ['# product:'] : [`product: ${stringify(title, { lineWidth: 0 }).trimEnd()}`]),
    '# stage: growing # startup, growing or at-scale: how much is asked',
    '# valueProposition: # what it does for its customers that they would pay for, in a sentence',
    '',
    '# Whom it is for, and what shows that they come back without being sold to each time.',
    ...blank('segments', ['name', 'need']),
    ...blank('demand', ['evidence', 'segment', 'source', 'asOf: # 2026-12-31']),
    '',
    '# What a customer costs and brings, per segment. A lifetime value of three times the acquisition cost is sound.',
    ...blank('unitEconomics', [
      'segment',
      'cac',
      'ltv',
      'paybackMonths',
      'margin: # 0.7 is 70 %',
      'source',
      'asOf',
    ]),
    '',
    '# Three numbers to steer by, one of them about customers who stay.',
    ...hint(
      'Events that code sends',
      model.events.sent.map(({ name }) => name),
    ),
    ...blank('kpis', [
      'name',
      'kind: # acquisition, activation, retention, revenue, satisfaction, delivery or reliability',
      'definition',
      'source',
      'event: # or metric, where code sends it',
      'target',
      'owner',
      'review',
    ]),
    '',
    '# The three most repetitive tasks, and what does them now.',
    ...hint('Workflows', workflowsIn(model)),
    ...blank('tasks', ['name', 'hoursPerMonth', 'automation: # a path of this repository', 'owner']),
    '',
    '# What customers can count on, and how what they say is heard.',
    ...blank('onboarding', ['milestone', 'event', 'within', 'owner']),
    ...blank('support', ['tier', 'for', 'channel', 'response', 'owner']),
    ...blank('feedback', ['loop', 'source', 'every', 'owner']),
    ...blank('atRisk', ['signal', 'action', 'owner']),
    '',
    '# What everybody works towards.',
    ...blank('objectives', ['objective', 'keyResults: []', 'until', 'owner']),
    '',
    '# Major changes, and who gets them first.',
    ...hint('Flags', [...flags, ...read]),
    ...blank('pilots', ['change', 'stages: [staff, 5 %, everybody]', 'flag', 'owner', 'success']),
    '',
  ];
  return lines.join('\n');
}

/** Comments for a list with one item; `key: value` is taken as it is. */
function blank(section: string, keys: readonly string[]): string[] {
  const [first = '', ...rest] = keys.map((key) => (key.includes(':') ? key : `${key}:`));
  return [`# ${section}:`, `#   - ${first}`, ...rest.map((key) => `#     ${key}`)];
}

/** What the repository shows already, in a comment: names are other people's texts, so line breaks are taken out. */
function hint(what: string, names: readonly string[]): string[] {
  const all = [...new Set(names)].map((name) => name.replace(/\s+/g, ' ').slice(0, 80));
  if (all.length === 0) return [];
  const more = all.length > maxNames ? ` and ${all.length - maxNames} more` : '';
  return [`# ${what} here: ${all.slice(0, maxNames).join(', ')}${more}.`];
}

function titleOf({ pages, packages }: Model): string | undefined {
  const heading = pages
    .get('README.md')
    ?.headings.find(({ depth }) => depth === 1)
    ?.text.trim();
  const name = packages.find(({ file }) => file === 'package.json')?.facts.name?.value;
  const title = heading !== undefined && heading.length <= 60 && !/^readme$/i.test(heading) ? heading : name;
  return title === '' ? undefined : title;
}

function workflowsIn({ files }: Model): readonly string[] {
  const others = ['.gitlab-ci.yml', 'Jenkinsfile', 'azure-pipelines.yml', '.circleci/config.yml'];
  return [
    ...files.under('.github/workflows').filter((path) => /\.ya?ml$/.test(path)),
    ...others.filter((path) => files.lists(path)),
  ];
}
