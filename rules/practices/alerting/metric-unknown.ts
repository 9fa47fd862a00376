/** Asks whether the metrics that alerts, recording rules, SLOs and dashboards look at are declared by the code they are of. */
import type { QueryFacts } from '../../artifacts/prometheus/promql/facts.ts';
import { isSeriesOf, meantMetric, metricOwners } from '../../model/metrics.ts';
import type { Model } from '../../model/model.ts';
import type { Place, Ranged } from '../../text.ts';
import { defineRule, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'alerting/metric-unknown',
  title: 'An alert, an SLO or a dashboard looks at a metric that no code declares.',
  area: 'alerting',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    unknown: {
      text: '{user} looks at {metric}, which {service} does not declare among its metrics: there is never any data.',
    },
    misspelt: {
      text: '{user} looks at {metric}, which {service} does not declare: there is never any data. Did you mean {nearest}?',
    },
  },
  check(model, report) {
    const ownerOf = metricOwners(model);
    const recorded = new Set(model.recordings.map(({ facts }) => facts.name.value));
    for (const { user, metric, at, exact } of usesOf(model)) {
      const owner = recorded.has(metric) ? undefined : ownerOf(metric);
      if (!owner) continue;
      const { service, declared } = owner;
      const known = declared.find(({ value }) => isSeriesOf(metric, value));
      // Libraries put the service's name before metrics of their own.
      if (
        known ||
        declared.length === 0 ||
        /^[a-z0-9]+_(?:process|nodejs|go|python|jvm|http|grpc)_/i.test(metric)
      ) {
        report.met(service, { at, message: `It declares ${metric}` });
        continue;
      }
      const meant = meantMetric(metric, owner);
      const data = { user, metric, service: service.name };
      const related = declared
        .filter(({ at }) => meant === undefined || at === meant.at)
        .slice(0, 3)
        .map((one) => ({ at: one.at, message: `${service.name} declares ${one.value}` }));
      if (meant === undefined) report.gap({ message: 'unknown', data, at, service, related });
      else
        report.gap({
          message: 'misspelt',
          data: { ...data, nearest: meant.value },
          at,
          service,
          related,
          fixes: exact ? [replace(at, metric, meant.value)] : [],
        });
    }
  },
});

interface Use {
  readonly user: string;
  readonly metric: string;
  readonly at: Place;
  /** The place is the metric's own. */
  readonly exact: boolean;
}

function usesOf(model: Model): Use[] {
  const found: Use[] = [];
  const add = (user: string, file: string, query: QueryFacts | undefined): void => {
    if (!query || query.error || model.role(file) !== 'production') return;
    const seen = new Set<string>();
    for (const { metric } of query.selectors) {
      if (!metric || seen.has(metric.value)) continue;
      seen.add(metric.value);
      found.push({ user, metric: metric.value, at: { file, range: metric.range }, exact: true });
    }
  };
  for (const { file, facts } of model.alerts) add(`The alert ${facts.name.value}`, file, facts.query);
  for (const { file, facts } of model.recordings) add(`The rule ${facts.name.value}`, file, facts.query);
  for (const { file, facts } of model.dashboards)
    for (const { panel, query } of facts.queries)
      add(
        panel === undefined
          ? `The dashboard ${facts.title.value}`
          : `The panel ${panel} of ${facts.title.value}`,
        file,
        query,
      );
  for (const { file, facts } of model.slos)
    if (model.role(file) === 'production')
      for (const metric of new Set(facts.queries.flatMap(namesIn)))
        found.push({
          user: `The SLO ${facts.name.value}`,
          metric,
          at: placeOf(file, facts.name),
          exact: false,
        });
  return found;
}

/** Words before a selector's brace or range, where an SLO's query is kept as text alone. */
function namesIn(query: string): string[] {
  const bare = query.replace(/"[^"\n]*"|'[^'\n]*'/g, '""');
  return Array.from(bare.matchAll(/(?<![\w:.$])([a-zA-Z_]\w{1,200})\s{0,4}[{[]/g), ([, name]) => name!);
}

function placeOf(file: string, { range }: Ranged<string>): Place {
  return { file, range };
}

function replace(at: Place, metric: string, meant: string): LazyFix {
  return {
    title: `Look at ${meant} instead`,
    safety: 'suggested',
    changes({ read }) {
      const { range } = at;
      const isThere = range && read(at.file).text.slice(range.start, range.end) === metric;
      return isThere ? [{ kind: 'edit', file: at.file, range, text: meant }] : [];
    },
  };
}
