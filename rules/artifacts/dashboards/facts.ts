import type { Ranged } from '../../text.ts';
import type { QueryFacts } from '../prometheus/promql/facts.ts';

/** Grafana dashboards: a JSON file as Grafana exports it, or strings of a ConfigMap, a resource or a chart's values. */
export interface DashboardsFacts {
  readonly dashboards: readonly DashboardFacts[];
}

export interface DashboardFacts {
  /** What links name: `/d/<uid>`. Grafana makes one up where none is written. */
  readonly uid?: Ranged<string>;
  readonly title: Ranged<string>;
  /** Expressions of its panels, where they may be PromQL. */
  readonly queries: readonly DashboardQuery[];
}

export interface DashboardQuery {
  /** The title of its panel. */
  readonly panel?: string;
  /** As written, Grafana's variables and all. */
  readonly expr: Ranged<string>;
  /** What it says; undefined where it is not PromQL alone, or a variable decides more than a value or a range. */
  readonly query?: QueryFacts;
}
