import type { Ranged, TextRange } from '../../text.ts';

/** Configurations of the OpenTelemetry collector that a file holds: as a whole, in a ConfigMap, or in a resource. */
export interface CollectorFacts {
  readonly configurations: readonly CollectorConfiguration[];
}

export const sections = ['receivers', 'processors', 'exporters', 'connectors', 'extensions'] as const;
export type Section = (typeof sections)[number];

export interface CollectorConfiguration {
  /** Keys of what each section defines. */
  readonly defined: Readonly<Record<Section, readonly Ranged<string>[]>>;
  readonly pipelines: readonly CollectorPipeline[];
  /** `service.extensions`. */
  readonly extensions: readonly Ranged<string>[];
  /** A template or a chart's defaults add to it, so what is not written here proves nothing. */
  readonly open: boolean;
}

export interface CollectorPipeline {
  readonly name: Ranged<string>;
  readonly receivers: readonly Ranged<string>[];
  readonly processors: readonly Ranged<string>[];
  readonly exporters: readonly Ranged<string>[];
  readonly range: TextRange;
}
