import type { Ranged } from '../../text.ts';

/** Routes of Symfony that are written in YAML: `config/routes.yaml` and the files beside it. */
export interface SymfonyRoutesFacts {
  readonly routes: readonly {
    readonly path: Ranged<string>;
    /** Upper case; none: any. */
    readonly methods: readonly string[];
  }[];
  /** Where controllers are taken from whose routes are in their attributes: relative to the file, with what is put before them. */
  readonly controllers: readonly { readonly folder: string; readonly prefix: string }[];
}
