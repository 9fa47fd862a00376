/** docs/sections.md: which rules serve which section of the article, and where what they say comes from. */
import type { Rule } from '../../rules/practices/rule.ts';

/** Written by hand: what a section is about, and what of it leaves traces that can be read. */
const sections: readonly { readonly id: string; readonly about: string; readonly evidence: string }[] = [
  {
    id: '§1',
    about: 'Repeatable value',
    evidence:
      'declared in `scaling-plan.yaml`: segments, demand, CAC, LTV, payback, margin, each with source and date',
  },
  {
    id: '§2',
    about: 'Scaling model: out and up',
    evidence: 'Deployments, autoscalers, compose files, and the state and jobs in code',
  },
  {
    id: '§3',
    about: 'Automate, document, delegate',
    evidence:
      'pipelines, runbooks and the alerts that lead to them, CODEOWNERS, OWNERS files, catalogs, labels',
  },
  {
    id: '§4',
    about: 'Architecture, isolation of failures, observability, cost',
    evidence:
      'Dockerfiles, manifests, charts, compose files, alerts, SLOs, collectors, Terraform, and the code behind all of them',
  },
  {
    id: '§5',
    about: 'Metrics',
    evidence:
      'KPIs in `scaling-plan.yaml`, joined with the events that code sends and the metrics that it declares; postmortems; the git history (`scaleready delivery`)',
  },
  {
    id: '§6',
    about: 'Customer success and feedback',
    evidence: 'product-analytics events in code, tracking plans, `scaling-plan.yaml`',
  },
  {
    id: '§7',
    about: 'Experiments, flags, staged rollouts',
    evidence: 'flag definitions and the code that reads them, rollouts, pilots in `scaling-plan.yaml`',
  },
  {
    id: '§8',
    about: 'Culture and alignment',
    evidence:
      'owners of services, of the plan’s items and of feature flags, decision records, objectives in `scaling-plan.yaml`',
  },
  {
    id: '§9',
    about: 'Pitfalls',
    evidence:
      '`scaling-plan.yaml` and owners: scaling before demand repeats, one person whom everything waits for; who wrote a service, from the git history (`scaleready delivery`)',
  },
  {
    id: '§10',
    about: 'The checklist to start with',
    evidence:
      'the five items of the scorecard, computed from the rules’ evidence and from `scaling-plan.yaml`',
  },
];

/**
 * @returns Markdown, not yet formatted
 * @throws when a section is without a rule, or a rule is for a section that is not there
 */
export function sectionsPage(rules: readonly Rule[]): string {
  const unknown = rules.find(({ section }) => !sections.some(({ id }) => id === section));
  if (unknown) throw new Error(`${unknown.id} is for ${unknown.section}, which is no section.`);
  const rows = sections.map(({ id, about, evidence }) => {
    const links = rules
      .filter(({ section }) => section === id)
      .map((rule) => `[${rule.id}](../rules/practices/${rule.id}.md)`);
    if (links.length === 0) throw new Error(`No rule is for ${id}.`);
    return `| ${id} ${about} | ${links.join(', ')} | ${evidence} |`;
  });
  return [
    '# From the article to the rules',
    '',
    'Every rule serves a section of the article “How to Scale Product, Team & Infrastructure Without Losing Quality”. This table is generated from the rules.',
    '',
    '| section | rules | where the evidence comes from |',
    '|---|---|---|',
    ...rows,
    '',
    'What a repository cannot show is declared in `scaling-plan.yaml` and checked there: what it names has to exist. `scaleready init --plan` writes a first one.',
    '',
  ].join('\n');
}
