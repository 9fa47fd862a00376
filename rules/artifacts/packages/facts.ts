import type { Ranged, TextRange } from '../../text.ts';

/** package.json. */
export interface PackageFacts {
  readonly name?: Ranged<string>;
  readonly private: boolean;
  readonly main?: string;
  /** It has a `bin`: people install it and run it as a command. */
  readonly command?: true;
  readonly scripts: Readonly<Record<string, Ranged<string>>>;
  /** `dependencies` only: what runs in production. */
  readonly dependencies: Readonly<Record<string, Ranged<string>>>;
  readonly devDependencies: readonly string[];
  readonly workspaces: readonly string[];
  /** The `dependencies` object, so that one can be added. */
  readonly dependenciesRange?: TextRange;
  readonly type?: 'module' | 'commonjs';
  /** What it must be run with: `node` to a range of versions. */
  readonly engines?: Readonly<Record<string, Ranged<string>>>;
  /** The URL or `owner/name` of `repository`. */
  readonly repository?: Ranged<string>;
}

/** A Makefile, Taskfile or justfile: names that can be asked of it. */
export interface TaskFacts {
  readonly tool: 'make' | 'task' | 'just';
  readonly targets: readonly Ranged<string>[];
  /** False when more names can come from included files, patterns or variables. */
  readonly complete: boolean;
}

/** A build manifest of any language but JavaScript: pom.xml, go.mod, *.csproj, pyproject.toml … */
export interface ForeignManifestFacts {
  readonly language: string;
  readonly name?: string;
  /**
   * What the production code uses, by the names people search for: Maven artifact ids, Go module paths, NuGet packages
   * and SDKs, Python distributions, gems, crates. Indirect and development dependencies are left out where marked.
   */
  readonly dependencies?: readonly Ranged<string>[];
  /** It makes no program: a Maven project of packaging `pom`, a .NET project of the output type Library. */
  readonly noProgram?: true;
  /** Paths of projects of this workspace that it is built with, as written: `../Shared/Shared.csproj`, `:common`. */
  readonly references?: readonly string[];
  /** The version of the framework or runtime that it is built for: `spring-boot` to `3.4.1`, `.net` to `8.0`. */
  readonly versions?: Readonly<Record<string, string>>;
}
