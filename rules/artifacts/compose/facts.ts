import type { Ranged, TextRange } from '../../text.ts';

/** A value that is written in another file, where a service of that file is extended. */
export type Written<T> = Ranged<T> & { readonly file?: string };

export interface ComposeServiceFacts {
  readonly name: Ranged<string>;
  /** The whole mapping under the name. */
  readonly range: TextRange;
  readonly image?: Written<string>;
  readonly build?: {
    readonly context: string;
    readonly dockerfile?: string;
    readonly target?: string;
    readonly range: TextRange;
    /** The file it is written in, where that is another one: its paths start there. */
    readonly file?: string;
  };
  /** Container ports, from `ports` (the right-hand side) and `expose`. */
  readonly ports: readonly Written<number>[];
  readonly healthcheck?: ComposeHealthcheck;
  readonly environment: Readonly<Record<string, Written<string> | null>>;
  readonly profiles: readonly string[];
  readonly restart?: Written<string>;
  readonly user?: Written<string>;
  /** `deploy.replicas` or `scale`. */
  readonly replicas?: Written<number>;
  readonly command?: Written<string>;
  readonly entrypoint?: Written<string>;
  readonly dependsOn: readonly (Written<string> & {
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
  /** The service of another file that it takes over, with the path as it is written. */
  readonly extends?: { readonly file: string; readonly service: string };
}

export interface ComposeHealthcheck {
  readonly range: TextRange;
  readonly file?: string;
  readonly disabled: boolean;
  /** `test` as one shell line, `CMD` and `CMD-SHELL` taken off. */
  readonly test?: Written<string>;
}

export interface ComposeFacts {
  readonly services: readonly ComposeServiceFacts[];
  /** Files whose services are part of the project as well, with their paths as they are written. */
  readonly includes?: readonly string[];
}
