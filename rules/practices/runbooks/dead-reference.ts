import type { CodeBlock, Link } from '../../artifacts/markdown/facts.ts';
import { decode, hasAnchor } from '../../model/anchors.ts';
import type { Model, Runbook } from '../../model/model.ts';
import { baseOf, folderOf, foldersUp, isWithin, join, resolve } from '../../model/paths.ts';
import { nearest } from '../../nearest.ts';
import type { TextRange } from '../../text.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { referencesOf, type Reference } from './commands.ts';
import { relativePath } from './write.ts';

const messages = {
  link: {
    text: 'The runbook {runbook} links to {target}, which is not in this repository, so whoever needs it at night finds nothing.',
  },
  anchor: {
    text: 'The runbook {runbook} links to the section {target}, which that page does not have, so whoever needs it has to search.',
  },
  script: {
    text: 'The runbook {runbook} runs {target}, which is not in this repository, so this step fails when it is needed.',
  },
  'package-script': {
    text: 'The runbook {runbook} runs the package script {target}, which no package.json of this repository has, so this step fails when it is needed.',
  },
  target: {
    text: 'The runbook {runbook} runs {target}, which is not in {file}, so this step fails when it is needed.',
  },
  'compose-service': {
    text: 'The runbook {runbook} names the compose service {target}, which no compose file of this repository has, so this step fails when it is needed.',
  },
  dashboard: {
    text: 'The runbook {runbook} links to the dashboard {target}, which is not among those of this repository, so whoever needs it at night finds nothing.',
  },
  alert: {
    text: 'The runbook {runbook} names the alert {target}, which no rule of this repository has, so whoever looks for it searches in vain.',
  },
  flag: {
    text: 'The runbook {runbook} names the flag {target}, which is not defined, so switching it changes nothing.',
  },
  object: {
    text: 'The runbook {runbook} names {target}, which no manifest of this repository has, so this step fails when it is needed.',
  },
} as const;

type Key = keyof typeof messages;

export default defineRule({
  id: 'runbooks/dead-reference',
  title: 'A runbook refers to something that is not in the repository.',
  area: 'runbooks',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages,
  check(model, report) {
    const known = new Names(model);
    for (const runbook of model.runbooks) {
      if (model.role(runbook.file) === 'test') continue;
      const dead = [
        ...runbook.facts.links.map((link) => checkLink(link, runbook, model)),
        ...runbook.facts.links.map((link) => checkDashboard(link, known)),
        ...runbook.facts.code.map((code) => checkName(code, model, known)),
        ...referencesOf(runbook.facts).map((reference) => checkReference(reference, runbook, model, known)),
      ].filter((one) => one !== undefined);
      for (const one of dead) tell(one, runbook, report);
      const service = runbook.services.length === 1 ? runbook.services[0] : undefined;
      if (dead.length === 0)
        report.met(service, {
          at: { file: runbook.file },
          message: `Whatever ${runbook.title} refers to is there`,
        });
    }
  },
});

interface Dead {
  readonly key: Key;
  readonly range: TextRange;
  /** As the message names it. */
  readonly target: string;
  readonly file?: string;
  /** What stands in its place when it is corrected. */
  readonly meant?: string;
}

function tell({ key, range, target, file, meant }: Dead, runbook: Runbook, report: Report<Key>): void {
  const service = runbook.services.length === 1 ? runbook.services[0] : undefined;
  const fixes: LazyFix[] =
    meant === undefined
      ? []
      : [
          {
            title: `Change it to ${meant}`,
            safety: 'suggested',
            changes: () => [{ kind: 'edit', file: runbook.file, range, text: meant }],
          },
        ];
  const data = { runbook: runbook.title, target, ...(file !== undefined && { file }) };
  report.gap({ message: key, data, at: { file: runbook.file, range }, service, fixes });
}

/** Only what any host and site generator would resolve alike: relative paths of files, and anchors of pages. */
function checkLink({ target }: Link, { file, facts }: Runbook, model: Model): Dead | undefined {
  if (isSite(file, model)) return undefined;
  const { value, range } = target;
  const hash = value.indexOf('#');
  const path = hash < 0 ? value : value.slice(0, hash);
  const anchor = hash < 0 ? '' : value.slice(hash + 1);
  if (/[{}<>$*?]|^[a-z][a-z0-9+.-]*:|^\/|\s/i.test(path)) return undefined;
  if (path === '')
    return anchor === '' || hasAnchor(facts, anchor)
      ? undefined
      : deadAnchor(
          value,
          range,
          facts.headings.map(({ slug }) => slug),
          '',
        );
  const wanted = resolve(folderOf(file), decode(path));
  if (wanted === undefined) return undefined;
  if (model.files.has(wanted) || model.files.hasFolder(wanted)) {
    const page = model.pages.get(wanted);
    if (!page || anchor === '' || hasAnchor(page, anchor)) return undefined;
    return deadAnchor(
      value,
      range,
      page.headings.map(({ slug }) => slug),
      path,
    );
  }
  // Rendered names, and names without extension, are a site generator's business.
  if (!/\.[a-z0-9]{1,8}$/i.test(baseOf(wanted)) || /\.html?$/i.test(wanted)) return undefined;
  const name = baseOf(wanted);
  const same = model.files.under('').filter((other) => baseOf(other).toLowerCase() === name.toLowerCase());
  const siblings = model.files
    .under(folderOf(wanted))
    .filter((other) => folderOf(other) === folderOf(wanted));
  const near = nearest(name, siblings.map(baseOf));
  const found = same.length === 1 ? same[0] : near === undefined ? undefined : join(folderOf(wanted), near);
  const meant =
    found === undefined
      ? undefined
      : relativePath(folderOf(file), found) + (hash < 0 ? '' : value.slice(hash));
  return { key: 'link', range, target: wanted, ...(meant !== undefined && { meant }) };
}

/** Grafana's `/d/<uid>/<slug>`: missing only where its uid nearly is one of the repository's. */
function checkDashboard({ target: { value, range } }: Link, { dashboards }: Names): Dead | undefined {
  const uid = /^(?:https?:\/\/[^/]+(?:\/[\w-]+)*)?\/d\/([\w-]+)(?=[/?#]|$)/.exec(value)?.[1];
  if (uid === undefined || dashboards.has(uid)) return undefined;
  const meant = uid.length >= 8 ? oneEditAway(uid, dashboards) : undefined;
  if (meant === undefined) return undefined;
  const start = range.start + value.indexOf(`/d/${uid}`) + 3;
  return { key: 'dashboard', range: { start, end: start + uid.length }, target: uid, meant };
}

/** A code span that nearly is the name of an alert or a flag, and nothing else that is known. */
function checkName({ text, range, inline }: CodeBlock, model: Model, known: Names): Dead | undefined {
  if (!inline || text.length < 6) return undefined;
  if (/^(?:[A-Z]+[a-z0-9]+){2,}$/.test(text)) {
    if (known.alerts.size === 0 || known.alerts.has(text)) return undefined;
    const meant = oneEditAway(text, known.alerts);
    return meant === undefined ? undefined : { key: 'alert', range, target: text, meant };
  }
  if (!model.flags.complete || !/^[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)+$/.test(text)) return undefined;
  if (known.flags.has(text) || known.other.has(text)) return undefined;
  const meant = oneEditAway(text, known.flags);
  return meant === undefined ? undefined : { key: 'flag', range, target: text, meant };
}

/** As a slip of the hand writes it: another name is another thing. */
function oneEditAway(name: string, names: Iterable<string>): string | undefined {
  const meant = nearest(name, names);
  if (meant === undefined || Math.abs(meant.length - name.length) > 1) return undefined;
  let same = 0;
  while (same < name.length && name[same] === meant[same]) same++;
  const [rest, other] = [name.slice(same), meant.slice(same)];
  const slips = [
    rest.slice(1) === other.slice(1),
    rest.slice(1) === other,
    rest === other.slice(1),
    rest[0] === other[1] && rest[1] === other[0] && rest.slice(2) === other.slice(2),
  ];
  return slips.includes(true) ? meant : undefined;
}

/** Pages of Hugo link to what they are rendered as, from where they are rendered. */
function isSite(file: string, { files }: Model): boolean {
  return [...foldersUp(file)].some((folder) => files.has(join(folder, '_index.md')));
}

function deadAnchor(target: string, range: TextRange, slugs: readonly string[], path: string): Dead {
  const near = nearest(target.slice(target.indexOf('#') + 1), slugs);
  return { key: 'anchor', range, target, ...(near !== undefined && { meant: `${path}#${near}` }) };
}

function checkReference(
  reference: Reference,
  runbook: Runbook,
  model: Model,
  known: Names,
): Dead | undefined {
  const { name, range } = reference;
  switch (reference.kind) {
    case 'file':
      return checkFile(name, range, runbook, model);
    case 'package-script':
    case 'yarn-script': {
      if (model.packages.length === 0 || known.scripts.has(name)) return undefined;
      const meant = nearest(name, known.scripts);
      // yarn runs programs of dependencies as well.
      if (meant === undefined && reference.kind === 'yarn-script') return undefined;
      return { key: 'package-script', range, target: name, ...(meant !== undefined && { meant }) };
    }
    case 'target': {
      const file = known.taskFile(reference.tool, runbook.file);
      if (!file || known.targets(reference.tool).has(name)) return undefined;
      const meant = nearest(
        name,
        file.facts.targets.map(({ value }) => value),
      );
      return {
        key: 'target',
        range,
        target: `${reference.tool} ${name}`,
        file: file.file,
        ...(meant !== undefined && { meant }),
      };
    }
    case 'compose-service': {
      if (known.composeServices.size === 0 || known.composeServices.has(name)) return undefined;
      const meant = nearest(name, known.composeServices);
      return { key: 'compose-service', range, target: name, ...(meant !== undefined && { meant }) };
    }
    case 'object':
      return checkObject(reference, known);
  }
}

/** A script is missing only where its folder is here: a path may as well be one in a container or a download. */
function checkFile(name: string, range: TextRange, { file }: Runbook, { files }: Model): Dead | undefined {
  const path = name.replace(/^\.\//, '');
  const candidates = [...foldersUp(file)].map((folder) => join(folder, path));
  if (candidates.some((candidate) => files.has(candidate))) return undefined;
  const folder = candidates
    .map(folderOf)
    .find((candidate) => candidate !== '' && files.hasFolder(candidate) && !isWithin(file, candidate));
  if (folder === undefined) return undefined;
  const siblings = files.under(folder).filter((other) => folderOf(other) === folder);
  if (siblings.length === 0) return undefined;
  const near = nearest(baseOf(path), siblings.map(baseOf));
  const meant = near === undefined ? undefined : name.slice(0, name.length - baseOf(path).length) + near;
  return { key: 'script', range, target: join(folder, baseOf(path)), ...(meant !== undefined && { meant }) };
}

/**
 * An object is missing only where its name is nearly one of the repository's: others are part of a cluster without being
 * here. A name with something before one of ours is ours, as a release or kustomization renames it.
 */
function checkObject(
  { object, name, namespace, range }: Reference & { kind: 'object' },
  known: Names,
): Dead | undefined {
  const objects = known.objects.get(object);
  if (!objects || objects.templated || objects.names.has(name)) return undefined;
  if (namespace !== undefined && !known.namespaces.has(namespace)) return undefined;
  const names = [...objects.names];
  if (names.some((one) => name.endsWith(`-${one}`))) return undefined;
  const meant =
    nearest(name, names) ?? names.find((one) => name.startsWith(`${one}-`) || one.startsWith(`${name}-`));
  if (meant === undefined) return undefined;
  return { key: 'object', range, target: `${object} ${name}`, meant };
}

/** The names that commands can refer to. */
class Names {
  readonly scripts: ReadonlySet<string>;
  readonly composeServices: ReadonlySet<string>;
  readonly objects = new Map<string, { names: Set<string>; templated: boolean }>();
  readonly namespaces: ReadonlySet<string>;
  readonly dashboards: ReadonlySet<string>;
  readonly alerts: ReadonlySet<string>;
  readonly flags: ReadonlySet<string>;
  /** Names of services and whatever runs them. */
  readonly other: ReadonlySet<string>;
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
    this.scripts = new Set(model.packages.flatMap(({ facts }) => Object.keys(facts.scripts)));
    this.composeServices = new Set(model.composeServices.map(({ facts }) => facts.name.value));
    this.namespaces = new Set(model.kubernetesObjects.flatMap(({ facts }) => facts.namespace ?? []));
    this.dashboards = new Set(model.dashboards.flatMap(({ facts }) => facts.uid?.value ?? []));
    this.alerts = new Set(model.alerts.map(({ facts }) => facts.name.value));
    this.flags = new Set(model.flags.definitions.map(({ facts }) => facts.key.value));
    this.other = new Set([...model.services.flatMap(({ names }) => names), ...this.composeServices]);
    for (const { facts, template } of model.kubernetesObjects) {
      const known = this.objects.get(facts.kind) ?? { names: new Set<string>(), templated: false };
      if (facts.name.known) known.names.add(facts.name.value);
      else known.templated = true;
      known.templated ||= template && !facts.name.known;
      this.objects.set(facts.kind, known);
    }
  }

  /** The nearest file of a task runner above a page, where all of its names are known. */
  taskFile(tool: string, page: string): Model['tasks'][number] | undefined {
    const files = this.#model.tasks.filter(({ facts }) => facts.tool === tool);
    for (const folder of foldersUp(page)) {
      const here = files.filter(({ file }) => folderOf(file) === folder && !/\.(?:mk|just)$/.test(file));
      if (here.length > 0) return here.every(({ facts }) => facts.complete) ? here[0] : undefined;
    }
    return undefined;
  }

  /** Of all files of the tool: a page may mean one further down. */
  targets(tool: string): ReadonlySet<string> {
    const files = this.#model.tasks.filter(({ facts }) => facts.tool === tool);
    return new Set(files.flatMap(({ facts }) => facts.targets.map(({ value }) => value)));
  }
}
