import type { Ranged } from '../../text.ts';

export interface GitopsFacts {
  readonly releases: readonly ReleaseFacts[];
}

/** Something that a controller keeps deployed from git or a chart: Argo CD's Application, Flux's Kustomization … */
export interface ReleaseFacts {
  readonly kind: 'Application' | 'ApplicationSet' | 'Kustomization' | 'HelmRelease';
  readonly name: Ranged<string>;
  /** Folders that it deploys, relative to the root of their repository; generators may leave `{{ }}` in them. */
  readonly paths: readonly Ranged<string>[];
  readonly charts: readonly string[];
  /** Repositories that it deploys from, as written. */
  readonly repositories: readonly string[];
}
