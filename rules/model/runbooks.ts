/**
 * Joins alerts to runbook pages, and both to services. It says which pages are runbooks and what leads to them; it must
 * never know what a runbook should say.
 */
import type { Configuration } from '../artifacts/configuration/facts.ts';
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { MarkdownFacts } from '../artifacts/markdown/facts.ts';
import type { AlertFacts } from '../artifacts/prometheus/facts.ts';
import { comparable } from './anchors.ts';
import type { Alert, FileIndex, Runbook, Service } from './model.ts';
import { baseOf, folderOf, isWithin } from './paths.ts';
import { resolveRunbooks } from './runbookLinks.ts';
import { push } from '../groups.ts';

/**
 * @param facts of every file
 * @param files what a runbook_url can point at
 * @param services what alerts and pages are about
 */
export function joinRunbooks(
  facts: Pick<FactsByKind, 'prometheus' | 'markdown' | 'packageJson' | 'manifest'>,
  files: FileIndex,
  configuration: Configuration,
  services: readonly Service[],
): { readonly alerts: readonly Alert[]; readonly runbooks: readonly Runbook[] } {
  const pages = facts.markdown;
  const read = [...facts.prometheus].flatMap(([file, { alerts }]) =>
    alerts.map((alert) => ({ file, facts: alert })),
  );
  const identities = identitiesOf(facts);
  const resolved = resolveRunbooks(read, { files, pages, configuration, identities });
  const byName = servicesByName(services);
  const alerts: Alert[] = read.map((alert) => {
    const runbook = resolved.get(alert);
    return { ...alert, services: servicesOfAlert(alert.facts, byName), ...(runbook && { runbook }) };
  });
  return { alerts, runbooks: findRunbooks(pages, alerts, services, byName, configuration) };
}

type Names = ReadonlyMap<string, Service>;

/** By every name it goes by; a name that two services bear stands for neither. */
function servicesByName(services: readonly Service[]): Names {
  const byName = new Map<string, Service | undefined>();
  for (const service of services) {
    for (const name of new Set([service.name, ...service.names].map(comparable))) {
      if (name !== '')
        byName.set(name, byName.has(name) && byName.get(name) !== service ? undefined : service);
    }
  }
  return byName as Names;
}

const serviceLabels =
  /^(?:service|service_?name|app|application|job|component|workload|deployment|container|app_kubernetes_io_name)$/i;
const matcher = /([A-Za-z_]\w*)\s*=(~?)\s*(?:"([^"\n]*)"|'([^'\n]*)')/g;

/** The services an alert names in its labels, the label matchers of its expression, its group, or its own name. */
function servicesOfAlert({ name, group, labels, expr, query }: AlertFacts, byName: Names): Service[] {
  if (byName.size === 0) return [];
  const said = Object.entries(labels).flatMap(([label, { value }]) =>
    serviceLabels.test(label) ? [value] : [],
  );
  for (const [, label, pattern, double, single] of expr?.value.matchAll(matcher) ?? []) {
    const value = double ?? single ?? '';
    if (serviceLabels.test(label!)) said.push(...(pattern ? value.split('|') : [value]));
  }
  if (group !== undefined) said.push(group, group.replace(/[-_. ]?(?:alerts?|rules?|slos?)$/i, ''));
  // Metrics of a service's own begin with its name.
  for (const { metric } of query?.selectors ?? []) {
    const parts = metric?.value.split(/[_:]/) ?? [];
    for (let count = 1; count < parts.length; count++) said.push(parts.slice(0, count).join(''));
  }
  const words = name.value.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  for (let count = 1; count < words.length; count++) said.push(words.slice(0, count).join(''));
  // The job of a scrape is written `namespace/name`.
  const found = said.map((value) => byName.get(comparable(value)) ?? byName.get(comparable(baseOf(value))));
  return [...new Set(found.filter((service) => service !== undefined))];
}

const runbookFolder = /^(?:[\w-]*[-_])?(?:runbooks?|playbooks?|sops?|on-?call)$/i;
/** Kept for the record, made by others, or no page for people. */
const notInUse =
  /(?:^|[/_-])(?:deprecated|archived?|obsolete|testdata|fixtures|__tests__|tests?|post-?mortems?)(?:[/_-]|$)|(?:^|\/)\./i;
const runbookName = /(?:^|[-_. ])(?:runbook|playbook|sop)(?:[-_. ]|$)/i;
const indexName =
  /^(?:readme|index|_.*|.*\b(?:template|example|contributing|guidelines?|style-?guide)\b.*)$/i;

function findRunbooks(
  pages: ReadonlyMap<string, MarkdownFacts>,
  alerts: readonly Alert[],
  services: readonly Service[],
  byName: Names,
  configuration: Configuration,
): Runbook[] {
  const leading = new Map<string, Alert[]>();
  for (const alert of alerts) {
    if (alert.runbook?.leads !== 'page') continue;
    const { page } = alert.runbook;
    push(leading, page, alert);
  }
  const alertNames = new Set(alerts.map(({ facts }) => comparable(facts.name.value)));
  const found: Runbook[] = [];
  for (const [file, facts] of pages) {
    const led = leading.get(file) ?? [];
    const title = titleOf(file, facts);
    if (led.length === 0 && !isRunbook(file, facts, title, alertNames, configuration)) continue;
    const index = isIndex(file, facts, title, led);
    found.push({
      file,
      facts,
      title,
      alerts: led,
      services: servicesOfPage(file, facts, title, led, services, byName),
      index,
    });
  }
  return found;
}

function titleOf(file: string, { frontMatter, headings }: MarkdownFacts): string {
  const first = headings.find(({ depth, text }) => depth === 1 && text !== '') ?? headings[0];
  return frontMatter['title']?.value || first?.text || baseOf(file).replace(/\.\w+$/, '');
}

function isRunbook(
  file: string,
  { frontMatter, headings }: MarkdownFacts,
  title: string,
  alertNames: ReadonlySet<string>,
  { runbooks }: Configuration,
): boolean {
  if (runbooks.folders.some((folder) => isWithin(file, folder))) return true;
  if (notInUse.test(file)) return false;
  if (
    folderOf(file)
      .split('/')
      .some((part) => runbookFolder.test(part))
  )
    return true;
  const name = baseOf(file).replace(/\.\w+$/, '');
  const said = ['type', 'kind', 'category', 'doctype', 'doc_type'].map(
    (key) => frontMatter[key]?.value ?? '',
  );
  if (said.some((value) => /^(?:runbook|playbook)$/i.test(value)) || frontMatter['runbook']?.value === 'true')
    return true;
  if (runbookName.test(name) || alertNames.has(comparable(name)) || alertNames.has(comparable(title)))
    return true;
  return hasStandardShape(headings.map(({ text }) => text.toLowerCase()));
}

/** The headings that pages of Prometheus Operator's runbooks have, and those that follow them. */
function hasStandardShape(headings: readonly string[]): boolean {
  return ['meaning', 'impact', 'diagnosis', 'mitigation'].every((part) => headings.includes(part));
}

function isIndex(
  file: string,
  { links, headings, code }: MarkdownFacts,
  title: string,
  alerts: readonly Alert[],
): boolean {
  const name = baseOf(file).replace(/\.\w+$/, '');
  const pages = links.filter(({ target, image }) => !image && /^[^:]*\.mdx?(?:#.*)?$/i.test(target.value));
  // Alerts that have no page of their own may lead to the list of a service's pages.
  const lists = pages.length >= 2 && code.every(({ inline }) => inline);
  // The README of a subject's own folder is its runbook.
  const own = /^readme|^index/i.test(name) && !lists && !runbookFolder.test(baseOf(folderOf(file)));
  if (indexName.test(name)) return (alerts.length === 0 && !own) || lists || /template/i.test(name);
  if (alerts.length > 0) return false;
  if (/^(?:index|runbooks|playbooks|.*\btemplate)$/i.test(title)) return true;
  return pages.length >= 3 && headings.length <= 3;
}

function servicesOfPage(
  file: string,
  { frontMatter }: MarkdownFacts,
  title: string,
  alerts: readonly Alert[],
  services: readonly Service[],
  byName: Names,
): Service[] {
  const said = ['service', 'services', 'component', 'components', 'app', 'application'].flatMap(
    (key) => frontMatter[key]?.value.split(/\s*,\s*/) ?? [],
  );
  const name = baseOf(file).replace(/\.\w+$/, '');
  for (const words of [name, title]) {
    said.push(
      words,
      words.replace(
        /\b(?:runbook|playbook|sop|service)\b|^(?:runbook|playbook|sop)[-_]|[-_](?:runbook|playbook|sop)$/gi,
        '',
      ),
    );
  }
  const found = said.map((value) => byName.get(comparable(value)));
  const around = services.filter(({ root }) => root !== undefined && root !== '' && isWithin(file, root));
  const all = [...found, ...alerts.flatMap((alert) => alert.services), ...around];
  return [...new Set(all.filter((service) => service !== undefined))];
}

const badge = /^https?:\/\/(github\.com\/[^/]+\/[^/]+)\/(?:actions\/)?workflows\//i;

/** `github.com/owner/name` and the like, as root manifests and the README's build badges say. */
export function identitiesOf({
  packageJson,
  manifest,
  markdown,
}: Pick<FactsByKind, 'packageJson' | 'manifest' | 'markdown'>): string[] {
  const module = manifest.get('go.mod')?.name?.split('/').slice(0, 3).join('/');
  const said = [identityOf(packageJson.get('package.json')?.repository?.value ?? ''), module];
  const readme = markdown.get('README.md');
  for (const { target, image } of readme?.links ?? []) if (image) said.push(badge.exec(target.value)?.[1]);
  return [...new Set(said.filter((name) => name !== undefined).map((name) => name.toLowerCase()))];
}

const hosts: Readonly<Record<string, string>> = {
  '': 'github.com',
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
};

/** Reads the `repository` of a package: a URL of git, or `owner/name` with or without the host's short name. */
function identityOf(repository: string): string | undefined {
  const short = /^(?:(github|gitlab|bitbucket):)?([\w.-]+\/[\w.-]+)$/i.exec(repository);
  if (short) return `${hosts[short[1]?.toLowerCase() ?? '']!}/${short[2]!}`;
  const url = /^(?:git\+)?(?:https?|ssh|git):\/\/(?:[^@/]+@)?([^/:]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/i.exec(
    repository,
  );
  const scp = /^[^@/]+@([^:/]+):(.+?)(?:\.git)?$/.exec(repository);
  const match = url ?? scp;
  return match ? `${match[1]!}/${match[2]!}` : undefined;
}
