import type { Ranged, TextRange } from '../../text.ts';

/** Targets that Prometheus, or what reads its configuration, is told to scrape by their addresses. */
export interface ScrapesFacts {
  readonly jobs: readonly ScrapeJob[];
}

export interface ScrapeJob {
  readonly name?: Ranged<string>;
  /** The mapping of the job. */
  readonly range: TextRange;
  /** `/metrics` where none is written. */
  readonly path?: Ranged<string>;
  readonly https: boolean;
  /** Of `static_configs`. */
  readonly targets: readonly Ranged<string>[];
  /** Relabelling decides the address or the path, or a template a part of it. */
  readonly open: boolean;
}
