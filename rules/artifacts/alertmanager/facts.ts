import type { Ranged, TextRange } from '../../text.ts';

/** The configurations of Alertmanager in one file. */
export interface AlertmanagerFacts {
  readonly configurations: readonly AlertmanagerConfiguration[];
}

export interface AlertmanagerConfiguration {
  /** A file or a string of it; an AlertmanagerConfig, which the operator confines to its namespace; values of a chart. */
  readonly form: 'file' | 'resource' | 'values';
  readonly receivers: readonly ReceiverFacts[];
  /** The root of the tree: what no other route takes. */
  readonly route: RouteFacts;
  /** A template or a merge decides a part of it. */
  readonly open: boolean;
}

export interface ReceiverFacts {
  readonly name: Ranged<string>;
  /** It has a name and nothing that it notifies. */
  readonly silent: boolean;
}

export interface RouteFacts {
  readonly range: TextRange;
  /** undefined: the one of the route around it. */
  readonly receiver?: Ranged<string>;
  readonly matchers: readonly RouteMatcher[];
  /** The routes after it are asked as well. */
  readonly continues: boolean;
  readonly routes: readonly RouteFacts[];
  /** A matcher could not be read. */
  readonly open?: true;
}

export interface RouteMatcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}
