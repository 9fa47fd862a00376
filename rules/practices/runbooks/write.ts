/**
 * Writes runbooks from what the model knows: what an alert means, what is affected, where to look, how to go back, whom
 * to call. Only for fixes. What is not known is not asked for with blanks: the page then says how to find it out.
 */
import type { Alert, Model, Route, Service, Workload } from '../../model/model.ts';
import { comparable } from '../../model/anchors.ts';
import { folderOf } from '../../model/paths.ts';
import { ownershipOf } from '../../model/serviceOwners.ts';
import { durationInWords, expressionInWords } from '../alerting/expressionWords.ts';
import { sectionNames, type SectionName } from './sections.ts';
import { listed } from '../words.ts';

/** What a page is about, and where it stands: its links are relative to that. */
export interface Subject {
  readonly page: string;
  readonly title: string;
  readonly alerts: readonly Alert[];
  readonly services: readonly Service[];
}

/** A whole page, with front matter and all sections. */
export async function writePage(subject: Subject, model: Model): Promise<string> {
  const owners = ownersOf(subject, model);
  const front = [
    ...(owners ? [`owner: ${quoted(owners.names.join(', '))}`] : []),
    ...subject.services.slice(0, 1).map(({ name }) => `service: ${quoted(name)}`),
    `reviewed: ${model.today}`,
  ];
  return `---\n${front.join('\n')}\n---\n\n# ${subject.title}\n\n${await writeSections(subject, model, 2)}`;
}

/** All sections with headings of this depth. */
export async function writeSections(subject: Subject, model: Model, depth: number): Promise<string> {
  const marks = '#'.repeat(depth);
  const sections = await Promise.all(
    sectionNames.map(
      async (name) => `${marks} ${headingOf(name)}\n\n${await writeSection(name, subject, model)}\n`,
    ),
  );
  return sections.join('\n');
}

export function headingOf(name: SectionName): string {
  return name[0]!.toUpperCase() + name.slice(1);
}

/** The text of one section, without heading and without line break at its end. */
export async function writeSection(name: SectionName, subject: Subject, model: Model): Promise<string> {
  if (name === 'meaning') return meaning(subject);
  const write = { impact, diagnosis, mitigation, escalation }[name];
  return write(subject, model);
}

async function meaning({ alerts, services, page }: Subject): Promise<string> {
  if (alerts.length === 0 && services.length === 0)
    return 'Say in a sentence or two what is seen when this is needed, and what is wrong then.';
  if (alerts.length === 0) return services.map((service) => presence(service, page)).join('\n\n');
  const paragraphs = await Promise.all(
    alerts.map(async ({ facts, file }) => {
      const { name, expr, annotations } = facts;
      const duration =
        facts.for && /^\d+[a-z]+/.test(facts.for.value) ? ` for ${durationInWords(facts.for.value)}` : '';
      const said = plain(
        annotations['summary']?.value ?? annotations['description']?.value ?? annotations['message']?.value,
      );
      const inWords = expr && (await expressionInWords(expr.value));
      const rule = link(file, page);
      const start = inWords
        ? `\`${name.value}\` fires when ${inWords}${duration}.`
        : `\`${name.value}\` fires when its expression gives a result${duration}.`;
      const code = expr ? `\n\n\`\`\`promql\n${unindented(expr.value)}\n\`\`\`` : '';
      return `${said ? `${said} ` : ''}${start} It is defined in ${rule}${code ? ':' : '.'}${code}`;
    }),
  );
  return paragraphs.join('\n\n');
}

function presence({ name, workloads, composeServices, code }: Service, page: string): string {
  const runs = workloads.find(isNamed);
  const composed = composeServices[0];
  const where = runs
    ? ` It runs as ${runs.kind} \`${runs.name}\` (${link(runs.file, page)}).`
    : composed
      ? ` It runs as the compose service \`${composed.facts.name.value}\` (${link(composed.file, page)}).`
      : '';
  const routes = code ? servedBy(code.routes) : '';
  return `What to do when \`${name}\` does not work as it should.${where}${routes ? ` It serves ${routes}.` : ''}`;
}

function impact({ alerts, services }: Subject): string {
  const severity = alerts
    .map(({ facts }) => facts.labels['severity']?.value ?? facts.labels['priority']?.value)
    .find(Boolean);
  const urgency =
    severity && !severity.includes('{{') ? `Severity \`${severity}\`: ${urgencyOf(severity)}` : '';
  const affected = services.map(({ name, code }) => {
    const routes = code ? servedBy(code.routes) : '';
    return routes
      ? `\`${name}\` serves ${routes}: these may be slow, wrong or not answered at all.`
      : `\`${name}\` and whatever calls it may be slow, wrong or not answer at all.`;
  });
  const fallback =
    'The labels of the firing alert say which instances are affected; whatever calls them is affected as well.';
  return [urgency, ...(affected.length > 0 ? affected : [fallback])].filter(Boolean).join(' ');
}

function urgencyOf(severity: string): string {
  if (/^(?:critical|page|emergency|error|high|p0|p1|sev-?[01])$/i.test(severity))
    return 'somebody has to act at once, also at night.';
  if (/^(?:info|none|low|p4|sev-?4)$/i.test(severity)) return 'nobody has to act at once.';
  return 'it can wait for working hours unless it lasts or grows.';
}

function diagnosis({ alerts, services, page }: Subject, model: Model): string {
  const steps: string[] = [];
  if (alerts.length > 0) {
    steps.push(
      'Run the expression of the alert in Prometheus, and see in its labels which instances are affected and since when.',
    );
  }
  const dashboards = dashboardsOf(alerts, services, model, page);
  if (dashboards.length > 0) steps.push(`Look at ${listed(dashboards)}.`);
  for (const service of services) {
    const commands = look(service);
    if (commands.length > 0)
      steps.push(`See whether \`${service.name}\` runs, and what it says:\n\n${fenced(commands)}`);
  }
  for (const { name, code } of services) {
    const route = code?.routes.find(({ path }) => healthPath.test(path));
    const port = code?.listens.find(({ protocol }) => protocol === 'http')?.port?.value;
    const where = port === undefined ? '' : ` on port ${port}`;
    if (route) steps.push(`Ask \`${name}\` itself: its health route is \`${route.path}\`${where}.`);
  }
  for (const service of services) {
    const asked = dependenciesOf(service, model);
    if (asked.length > 0)
      steps.push(`See whether what \`${service.name}\` depends on works: ${listed(asked)}.`);
  }
  const folder = services.map(({ root }) => root).find((root) => root !== undefined);
  const path = folder === undefined || folder === '' ? '' : ` -- ${folder}`;
  steps.push(
    `See what was changed shortly before it began:\n\n${fenced([`git log --oneline --since=3.days${path}`])}`,
  );
  return numbered(steps);
}

/** More than this is no place to begin. */
const maxDashboards = 4;

/** Dashboards that the alert links to, then those about the service: by title, or by a metric of the alert. */
function dashboardsOf(
  alerts: readonly Alert[],
  services: readonly Service[],
  { dashboards }: Model,
  page: string,
): string[] {
  const linked = alerts.flatMap(({ facts }) =>
    Object.entries(facts.annotations).flatMap(([key, { value }]) =>
      /dashboard/i.test(key) && /^https?:\/\/[^\s{}()]+$/.test(value) ? [`[the dashboard](${value})`] : [],
    ),
  );
  const names = services.flatMap((service) => [service.name, ...service.names]).map(comparable);
  const metrics = new Set(
    alerts.flatMap(({ facts }) => facts.query?.selectors.flatMap(({ metric }) => metric?.value ?? []) ?? []),
  );
  metrics.delete('up');
  const about = dashboards.filter(({ facts }) => {
    const title = comparable(facts.title.value);
    return (
      names.some((name) => name.length > 2 && title.includes(name)) ||
      facts.queries.some(({ query }) =>
        query?.selectors.some(({ metric }) => metric !== undefined && metrics.has(metric.value)),
      )
    );
  });
  const found = about.map(({ facts, file }) => `the dashboard “${facts.title.value}” (${link(file, page)})`);
  return [...new Set([...linked, ...found])].slice(0, maxDashboards);
}

/** Stores it opens, and services that its compose file or its environment names. */
function dependenciesOf(service: Service, model: Model): string[] {
  const { code, composeServices, workloads } = service;
  const stores = new Map(
    (code?.stores ?? []).map(({ product, kind }) => [product, `its ${product} ${kind}`] as const),
  );
  const composed = composeServices.flatMap(({ facts }) => facts.dependsOn.map(({ value }) => value));
  const hosts = workloads.flatMap(({ containers }) =>
    containers.flatMap(({ environment }) =>
      Object.values(environment).flatMap((set) =>
        [...(set?.value.matchAll(/(?:^|\/\/|@)([a-z][a-z0-9-]*)(?:\.[a-z0-9.-]*)?:\d+/g) ?? [])].map(
          ([, host]) => host!,
        ),
      ),
    ),
  );
  const known = new Set([
    ...model.services.flatMap(({ names }) => names),
    ...model.composeServices.map(({ facts }) => facts.name.value),
    ...model.kubernetesServices.flatMap(({ name }) => name ?? []),
  ]);
  const named = [...composed, ...hosts].filter((name) => known.has(name) && !service.names.includes(name));
  const distinct = [...new Set(named)];
  const unnamed = [...stores].filter(
    ([product]) => !distinct.some((name) => comparable(name).includes(comparable(product))),
  );
  return [...distinct.map((name) => `\`${name}\``), ...unnamed.map(([, store]) => store)].slice(0, 8);
}

function look({ workloads, composeServices }: Service): string[] {
  const workload = workloads.find(isNamed);
  if (workload) {
    const target = targetOf(workload);
    return [
      `kubectl get ${target.flags}${target.name}`,
      `kubectl describe ${target.flags}${target.name}`,
      `kubectl logs ${target.flags}${target.name} --since=30m`,
    ];
  }
  const composed = composeServices[0]?.facts.name.value;
  return composed ? [`docker compose ps ${composed}`, `docker compose logs --since=30m ${composed}`] : [];
}

function mitigation({ services, page }: Subject, model: Model): string {
  const ways: string[] = [];
  for (const service of services) {
    const workload = service.workloads.find(
      (each) => isNamed(each) && /^(?:deployment|statefulset|daemonset)$/i.test(each.kind),
    );
    const composed = service.composeServices[0]?.facts.name.value;
    if (workload) {
      const { name, flags } = targetOf(workload);
      const application = applicationOf(workload, model);
      if (application !== undefined)
        ways.push(
          `If it began with a release of \`${service.name}\`, go back to the one before with Argo CD; it would put back what is changed by hand:\n\n` +
            fenced([`argocd app history ${application}`, `argocd app rollback ${application}`]),
        );
      else
        ways.push(
          `If it began with a release of \`${service.name}\`, go back to the one before:\n\n` +
            fenced([`kubectl rollout undo ${flags}${name}`, `kubectl rollout status ${flags}${name}`]),
        );
      ways.push(moreOf(service, workload));
    } else if (composed) {
      ways.push(
        `If \`${service.name}\` hangs, restart it:\n\n${fenced([`docker compose restart ${composed}`])}`,
      );
    }
    ways.push(...flagsOf(service, model, page));
  }
  if (ways.length === 0) ways.push('Revert the change that it began with, and deploy the result.');
  ways.push('Once it is over, write down what helped on this page.');
  return numbered(ways);
}

/** The one Argo CD application whose name is the workload's. */
function applicationOf({ name }: Workload, { kubernetesObjects }: Model): string | undefined {
  const found = kubernetesObjects.filter(
    ({ facts }) =>
      facts.kind === 'Application' &&
      facts.name.known &&
      comparable(facts.name.value) === comparable(name ?? ''),
  );
  const [only] = found;
  return found.length === 1 && only!.facts.name.known ? only!.facts.name.value : undefined;
}

function moreOf(service: Service, workload: Workload): string {
  const { name, flags } = targetOf(workload);
  const { replicas } = workload.facts;
  const max = workload.autoscaler?.facts.max;
  if (workload.autoscaler) {
    const limit = max?.known ? ` up to ${max.value}` : '';
    return `If it is load, see whether the autoscaler has reached its limit; it adds replicas of \`${service.name}\`${limit}:\n\n${fenced([`kubectl get ${flags}hpa`])}`;
  }
  const wanted = replicas?.known ? Math.max(2, replicas.value * 2) : 3;
  return `If it is load, run more of \`${service.name}\`:\n\n${fenced([`kubectl scale ${flags}${name} --replicas=${wanted}`])}`;
}

/** Flags that the service reads and that can be turned off. */
function flagsOf({ code }: Service, { flags }: Model, page: string): string[] {
  const files = new Set(code?.files);
  const read = new Set(
    flags.reads.filter(({ file }) => files.has(file)).map(({ facts }) => facts.key?.value),
  );
  const defined = flags.definitions
    .filter(({ facts }) => read.has(facts.key.value) && !facts.archived)
    .slice(0, 5);
  if (defined.length === 0) return [];
  const names = defined.map(({ facts, file }) => `\`${facts.key.value}\` (${link(file, page)})`);
  return [`If a new feature is the cause, turn its flag off: ${listed(names)}.`];
}

function escalation(subject: Subject, model: Model): string {
  const owners = ownersOf(subject, model);
  if (owners) {
    return `${listed(owners.names)} own${owners.names.length > 1 ? '' : 's'} this (${link(owners.file, subject.page)}). If it has not ended after 30 minutes, call them.`;
  }
  const folder = subject.services.map(({ root }) => root).find((root) => root !== undefined && root !== '');
  return `If it has not ended after 30 minutes, call whoever knows this code best:\n\n${fenced([`git shortlog -sn --since=1.year HEAD${folder === undefined ? '' : ` -- ${folder}`}`])}`;
}

function ownersOf(
  { alerts, services, page }: Subject,
  model: Model,
): { names: readonly string[]; file: string } | undefined {
  const { owners } = model;
  const said = services.map((service) => ownershipOf(service, model)).find((found) => found !== undefined);
  if (said) return { names: said.owners, file: said.at.file };
  const places = [
    ...services.flatMap(({ root, at }) => (root ? [`${root}/x`, at.file] : [at.file])),
    ...alerts.map(({ file }) => file),
    page,
  ];
  for (const path of places) {
    const found = owners.of(path);
    if (found && found.owners.length > 0) return { names: found.owners, file: found.at.file };
  }
  return undefined;
}

function targetOf({ kind, name, object }: Workload): { readonly name: string; readonly flags: string } {
  const flags = object.namespace && !object.namespace.includes('{') ? `-n ${object.namespace} ` : '';
  return { name: `${kind.toLowerCase()}/${name!}`, flags };
}

function isNamed({ name, batch, role }: Workload): boolean {
  return name !== undefined && /^[a-z0-9.-]+$/.test(name) && !batch && role === 'production';
}

/** Routes that probes and scrapers call. */
const healthPath = /health|ready|readiness|live|ping|status/i;

function servedBy(routes: readonly Route[]): string {
  const shown = [
    ...new Set(
      routes
        .filter(({ path }) => !healthPath.test(path) && !path.endsWith('/metrics'))
        .map(({ method, path }) => `\`${method === 'ALL' ? '' : `${method} `}${path}\``),
    ),
  ];
  if (shown.length === 0) return '';
  return shown.length > 5
    ? `${shown.slice(0, 4).join(', ')} and ${shown.length - 4} more routes`
    : listed(shown);
}

/** The annotation's first sentences with what only the firing alert knows taken out; nothing where little is left. */
function plain(text: string | undefined): string | undefined {
  if (text === undefined || /[{}]/.test(text)) return undefined;
  const line = text.replace(/\s+/g, ' ').trim().slice(0, 400);
  if (line === '') return undefined;
  const sentence = line[0]!.toUpperCase() + line.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** A link to a file from a page. */
export function link(to: string, from: string): string {
  return `[${to}](${relativePath(folderOf(from), to)})`;
}

export function relativePath(from: string, to: string): string {
  const [source, target] = [from === '' ? [] : from.split('/'), to.split('/')];
  let common = 0;
  while (common < source.length && common < target.length - 1 && source[common] === target[common])
    common += 1;
  const path = [...source.slice(common).map(() => '..'), ...target.slice(common)].join('/');
  return encodeURI(path).replace(/[()]/g, (bracket) => (bracket === '(' ? '%28' : '%29'));
}

function unindented(code: string): string {
  const lines = code.replace(/\r\n/g, '\n').trim().split('\n');
  const margins = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => /^[ \t]*/.exec(line)![0].length);
  const margin = margins.length > 0 ? Math.min(...margins) : 0;
  return lines.map((line, index) => (index === 0 ? line : line.slice(margin)).trimEnd()).join('\n');
}

function fenced(commands: readonly string[]): string {
  return `\`\`\`sh\n${commands.join('\n')}\n\`\`\``;
}

function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step.replace(/\n(?=[^\n])/g, '\n   ')}`).join('\n');
}

function quoted(text: string): string {
  return /^[A-Za-z][\w -]*$/.test(text) ? text : JSON.stringify(text);
}
