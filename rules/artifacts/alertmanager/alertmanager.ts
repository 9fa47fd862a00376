/**
 * Configurations of Alertmanager: its own file, a string of a ConfigMap or Secret, an AlertmanagerConfig resource, the
 * values of a chart. It must never know an alert.
 *
 * Source: https://prometheus.io/docs/alerting/latest/configuration/ (route, matcher, receiver)
 */
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { parseYaml, type ArtifactKind, type Parsed, type TextFile } from '../artifact.ts';
import { embeddedYaml } from '../embedded.ts';
import { entriesOf, rangeOf, textOf, valueAt } from '../nodes.ts';
import { isTemplate, maskCharacter, maskTemplate } from '../template.ts';
import type {
  AlertmanagerConfiguration,
  AlertmanagerFacts,
  ReceiverFacts,
  RouteFacts,
  RouteMatcher,
} from './facts.ts';

export const alertmanager: ArtifactKind<AlertmanagerFacts> = {
  id: 'alertmanager',
  claims: (path) => /\.(?:ya?ml|json)$/i.test(path),
  mayHold: (text) => /\broute["']?[ \t]*:/.test(text) && /\breceivers["']?[ \t]*:/.test(text),
  parse,
};

const maxDepth = 20;
/** Nobody nests routes deeper than this, nor writes more of them. */
const maxRouteDepth = 10;
const maxRoutes = 1000;

function parse(file: TextFile): Parsed<AlertmanagerFacts> {
  // Its own templates stand within quotes; those of Helm do not.
  const isPlain = file.yaml().every(({ errors }) => errors.length === 0);
  const open = !isPlain && isTemplate(file.text);
  const text = open ? maskTemplate(file.text).text : file.text;
  const configurations: AlertmanagerConfiguration[] = [];
  for (const { contents } of open ? parseYaml(text) : file.yaml()) {
    const isResource = textOf(valueAt(contents, 'kind'))?.value === 'AlertmanagerConfig';
    collect(contents, { text, open, form: isResource ? 'resource' : 'file', configurations }, 0);
  }
  return { ...(configurations.length > 0 && { facts: { configurations } }), problems: [] };
}

interface Search {
  readonly text: string;
  readonly open: boolean;
  readonly form: AlertmanagerConfiguration['form'];
  readonly configurations: AlertmanagerConfiguration[];
}

function collect(node: unknown, search: Search, depth: number): void {
  if (!isMap(node) || depth > maxDepth) return;
  const { text, open, configurations } = search;
  const form = search.form === 'file' && depth > 0 && !isManifest(text) ? 'values' : search.form;
  const found = read(node, form, open);
  if (found) {
    configurations.push(found);
    return;
  }
  for (const { value } of entriesOf(node)) {
    if (!isScalar(value)) collect(value, search, depth + 1);
    else if (typeof value.value === 'string' && alertmanager.mayHold(value.value, ''))
      for (const { contents } of embeddedYaml(value, text)) collect(contents, { ...search, form: 'file' }, 0);
  }
}

function isManifest(text: string): boolean {
  return /^apiVersion[ \t]*:/m.test(text);
}

function read(
  map: YAMLMap,
  form: AlertmanagerConfiguration['form'],
  open: boolean,
): AlertmanagerConfiguration | undefined {
  const route = valueAt(map, 'route');
  const receivers = valueAt(map, 'receivers');
  if (!isMap(route) || !isSeq(receivers)) return undefined;
  const named = receivers.items.flatMap((item): ReceiverFacts[] => {
    const name = textOf(valueAt(item, 'name'));
    return name ? [{ name, silent: isSilent(item) }] : [];
  });
  if (named.length === 0) return undefined;
  const budget = { left: maxRoutes };
  const isOpen =
    open ||
    map.has('<<') ||
    named.length < receivers.items.length ||
    named.some(({ name }) => isMasked(name.value));
  return { form, receivers: named, route: readRoute(route, budget, 0), open: isOpen || budget.left <= 0 };
}

/** Nothing but its name and lists that are empty. */
function isSilent(receiver: unknown): boolean {
  return entriesOf(receiver).every(
    ({ key, value }) => key === 'name' || (isSeq(value) && value.items.length === 0),
  );
}

function readRoute(map: YAMLMap, budget: { left: number }, depth: number): RouteFacts {
  budget.left -= 1;
  const receiver = textOf(valueAt(map, 'receiver'));
  const matchers = [...oldMatchers(map), ...newMatchers(valueAt(map, 'matchers'))];
  const known = matchers.filter((matcher) => matcher !== undefined);
  const routes = valueAt(map, 'routes');
  const children = isSeq(routes) && depth < maxRouteDepth && budget.left > 0 ? routes.items : [];
  const isOpen = known.length < matchers.length || map.has('<<') || (isSeq(routes) && !children.every(isMap));
  return {
    range: rangeOf(map),
    ...(receiver && { receiver }),
    matchers: known,
    continues: textOf(valueAt(map, 'continue'))?.value === 'true',
    routes: children.filter(isMap).map((child) => readRoute(child, budget, depth + 1)),
    ...(isOpen && { open: true as const }),
  };
}

/** `match` and `match_re`, as they were before 0.22. */
function oldMatchers(map: YAMLMap): (RouteMatcher | undefined)[] {
  return (['match', 'match_re'] as const).flatMap((key) =>
    entriesOf(valueAt(map, key)).map(({ key: label, value }) => {
      const text = textOf(value)?.value;
      if (text === undefined || isMasked(text)) return undefined;
      return { label, operator: key === 'match' ? '=' : '=~', value: text };
    }),
  );
}

/** A list of texts, each with one matcher or several within braces, or of the mappings that the operator has. */
function newMatchers(list: unknown): (RouteMatcher | undefined)[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    if (isMap(item)) return [operatorMatcher(item)];
    const text = textOf(item)?.value;
    return text === undefined || isMasked(text) ? [undefined] : readMatchers(text);
  });
}

function operatorMatcher(map: YAMLMap): RouteMatcher | undefined {
  const label = textOf(valueAt(map, 'name'))?.value;
  const value = textOf(valueAt(map, 'value'))?.value ?? '';
  const type = textOf(valueAt(map, 'matchType'))?.value;
  const isRegex = textOf(valueAt(map, 'regex'))?.value === 'true';
  const operator = type ?? (isRegex ? '=~' : '=');
  return label === undefined || !isOperator(operator) || isMasked(value)
    ? undefined
    : { label, operator, value };
}

function isOperator(text: string): text is RouteMatcher['operator'] {
  return /^(?:=|!=|=~|!~)$/.test(text);
}

/** `severity="page"`, `severity =~ a|b`, `{a="b", c!="d"}`. */
function readMatchers(text: string): (RouteMatcher | undefined)[] {
  const one =
    /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"'{}=~!,\\`]+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",{}]*))\s*(?:,|$)/y;
  const inner = text.trim().replace(/^\{([^]*)\}$/, '$1');
  const found: (RouteMatcher | undefined)[] = [];
  let at = 0;
  while (at < inner.length) {
    one.lastIndex = at;
    const match = one.exec(inner);
    if (!match) return [undefined];
    const [whole, quoted, label, operator, value, bare] = match;
    const unescaped = (value ?? bare ?? '').replace(/\\(["\\])/g, '$1');
    found.push({ label: quoted ?? label!, operator: operator as RouteMatcher['operator'], value: unescaped });
    at += whole.length;
  }
  return found;
}

function isMasked(text: string): boolean {
  return text.includes(maskCharacter);
}
