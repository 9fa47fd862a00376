import type { Ranged, TextRange } from '../../text.ts';

export interface ComposeServiceFacts {
  readonly name: Ranged<string>;
  /** The whole mapping under the name. */
  readonly range: TextRange;
  readonly image?: Ranged<string>;
  readonly build?: {
    readonly context: string;
    readonly dockerfile?: string;
    readonly target?: string;
    readonly range: TextRange;
  };
  /** Container ports, from `ports` (the right-hand side) and `expose`. */
  readonly ports: readonly Ranged<number>[];
  readonly healthcheck?: ComposeHealthcheck;
  readonly environment: Readonly<Record<string, Ranged<string> | null>>;
  readonly profiles: readonly string[];
  readonly restart?: Ranged<string>;
  readonly user?: Ranged<string>;
  /** `deploy.replicas` or `scale`. */
  readonly replicas?: Ranged<number>;
  readonly command?: Ranged<string>;
  readonly entrypoint?: Ranged<string>;
  readonly dependsOn: readonly (Ranged<string> & {
    /** `service_started`, `service_healthy`, `service_completed_successfully`; undefined: none is written. */
    readonly condition?: string;
  })[];
  /** Variables come from files as well, which are not read. */
  readonly environmentFiles: boolean;
  /** Swarm's policy of restarts, below `deploy`. */
  readonly restartPolicy: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Names besides its own under which others find it. */
  readonly aliases: readonly string[];
  /** It may find hosts that are not in this file: a network from outside, the host's own, hosts that are added. */
  readonly openNetwork?: true;
}

export interface ComposeHealthcheck {
  readonly range: TextRange;
  readonly disabled: boolean;
  /** `test` as one shell line, `CMD` and `CMD-SHELL` taken off. */
  readonly test?: Ranged<string>;
}

export interface ComposeFacts {
  readonly services: readonly ComposeServiceFacts[];
}
