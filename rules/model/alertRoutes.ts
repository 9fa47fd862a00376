/**
 * Which receivers Alertmanager tells of an alert, by the tree of its routes. It must never know whether somebody listens
 * there.
 *
 * Source: https://prometheus.io/docs/alerting/latest/configuration/#route
 */
import type { AlertFacts } from '../artifacts/prometheus/facts.ts';
import type { AlertmanagerConfiguration, RouteFacts, RouteMatcher } from '../artifacts/alertmanager/facts.ts';

export interface Delivery {
  /** undefined: no route on the way names one. */
  readonly receiver?: string;
  readonly route: RouteFacts;
}

/**
 * @returns undefined where it cannot be known: a matcher asks for a label that the alert may have from its series, or by a
 *   pattern that is not followed
 */
export function deliveriesOf(
  alert: AlertFacts,
  { route }: AlertmanagerConfiguration,
): readonly Delivery[] | undefined {
  return deliver(route, alert, undefined);
}

function deliver(
  route: RouteFacts,
  alert: AlertFacts,
  around: string | undefined,
): readonly Delivery[] | undefined {
  const receiver = route.receiver?.value ?? around;
  const found: Delivery[] = [];
  for (const child of route.routes) {
    const matched = matchesAll(child, alert);
    if (matched === undefined) return undefined;
    if (!matched) continue;
    const below = deliver(child, alert, receiver);
    if (!below) return undefined;
    found.push(...below);
    if (!child.continues) return found;
  }
  return found.length > 0 ? found : [{ ...(receiver !== undefined && { receiver }), route }];
}

function matchesAll({ matchers, open }: RouteFacts, alert: AlertFacts): boolean | undefined {
  const answers = matchers.map((matcher) => matchesOne(matcher, alert));
  if (answers.includes(false)) return false;
  return open || answers.includes(undefined) ? undefined : true;
}

function matchesOne({ label, operator, value }: RouteMatcher, alert: AlertFacts): boolean | undefined {
  const own =
    label === 'alertname' ? alert.name : Object.hasOwn(alert.labels, label) ? alert.labels[label] : undefined;
  if (!own || /\{\{|\$/.test(own.value)) return undefined;
  const isSame =
    operator === '=' || operator === '!=' ? own.value === value : matchesPattern(value, own.value);
  if (isSame === undefined) return undefined;
  return operator.startsWith('!') ? !isSame : isSame;
}

/** A pattern of alternatives, each plain text with `.*` or `.+` at its ends; undefined for any other. */
function matchesPattern(pattern: string, text: string): boolean | undefined {
  const plain = pattern.replace(/^\^?(?:\(\??:?)?|\)?\$?$/g, '');
  const alternatives = plain.split('|').map((one) => /^(\.[*+])?([\w /:@-]*)(\.[*+])?$/.exec(one));
  if (alternatives.includes(null)) return undefined;
  return alternatives.some((match) => {
    const [, before = '', middle = '', after = ''] = match!;
    if (before === '' && after === '') return text === middle;
    const at = before === '' ? 0 : after === '' ? text.length - middle.length : text.indexOf(middle);
    if (at < 0 || !text.startsWith(middle, at)) return false;
    const rest = text.length - at - middle.length;
    return (after !== '' || rest === 0) && (before !== '.+' || at > 0) && (after !== '.+' || rest > 0);
  });
}

/** The values that routes ask a label for by name. */
export function routedValues({ route }: AlertmanagerConfiguration, label: string): string[] {
  const own = route.matchers.flatMap((matcher): string[] => {
    if (matcher.label !== label || matcher.operator.startsWith('!')) return [];
    return matcher.operator === '='
      ? [matcher.value]
      : matcher.value.split('|').filter((one) => /^[\w-]+$/.test(one));
  });
  return [
    ...own,
    ...route.routes.flatMap((child) => routedValues({ route: child } as AlertmanagerConfiguration, label)),
  ];
}
