/** Reads labels that people made of repositories: one file each, or matrices of facts over several. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

/** What a person says of one practice of a service or of a repository. */
export interface Verdict {
  readonly present: boolean;
  /** Either answer is acceptable. */
  readonly ambiguous?: boolean;
  readonly evidence?: string | readonly string[];
  readonly runbook_url?: string;
}

export interface ServiceLabels {
  readonly name: string;
  readonly root?: string;
  readonly language?: string;
  readonly dockerfile?: string;
  readonly http_or_grpc_server?: boolean;
  readonly [practice: string]: unknown;
}

export interface DockerfileTruth {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly expect: 'finding' | 'clean';
  readonly ambiguous?: boolean;
}

export interface Trap {
  /** `path` or `path:line`. */
  readonly at: string;
  readonly what: string;
  readonly verdict: string;
}

export interface DockerfileRow {
  readonly repo_dir: string;
  readonly path: string;
  readonly final_from_line?: number;
  readonly no_user?: string;
  readonly [lines: string]: unknown;
}

export interface WorkloadRow {
  readonly repo_dir: string;
  readonly path: string;
  readonly line: number;
  readonly kind: string;
  readonly name: string;
  readonly fixture?: boolean;
  readonly containers: readonly {
    readonly name: string;
    readonly line: number;
    readonly probes: readonly string[];
    readonly limits: boolean;
    readonly requests: boolean;
  }[];
}

/** All that is said of one repository. */
export interface RepositoryLabels {
  /** Names its tree may have, the likeliest first. */
  readonly names: readonly string[];
  readonly services: readonly ServiceLabels[];
  readonly dockerfiles: readonly DockerfileTruth[];
  readonly repository: Readonly<Record<string, Verdict>>;
  readonly traps: readonly Trap[];
  readonly dockerfileRows: DockerfileRow[];
  readonly workloadRows: WorkloadRow[];
}

/** @throws when a file is not YAML or of neither shape */
export function readLabels(folder: string): RepositoryLabels[] {
  const repositories: RepositoryLabels[] = [];
  const rows: (DockerfileRow | WorkloadRow)[] = [];
  for (const name of readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()) {
    const content: unknown = parse(readFileSync(join(folder, name), 'utf8'));
    if (Array.isArray(content)) rows.push(...(content as typeof rows));
    else
      repositories.push(
        repositoryOf(content as Record<string, never>, basename(name).replace(/\.ya?ml$/, '')),
      );
  }
  for (const row of rows) {
    const repository = repositories.find(({ names }) => names.includes(row.repo_dir)) ?? added(row.repo_dir);
    if ('containers' in row) repository.workloadRows.push(row as WorkloadRow);
    else repository.dockerfileRows.push(row as DockerfileRow);
  }
  return repositories;

  function added(name: string): RepositoryLabels {
    const repository = repositoryOf({}, name);
    repositories.push(repository);
    return repository;
  }
}

function repositoryOf(content: Partial<Record<string, never>>, fileName: string): RepositoryLabels {
  const { checkout, repo, services, dockerfile_truths, repo_truths, traps } = content;
  const last = typeof repo === 'string' ? (repo as string).split('/').at(-1) : undefined;
  const names = [checkout, last, fileName].filter((name): name is never => typeof name === 'string');
  return {
    names: [...new Set<string>(names)],
    services: services ?? [],
    dockerfiles: dockerfile_truths ?? [],
    repository: repo_truths ?? {},
    traps: traps ?? [],
    dockerfileRows: [],
    workloadRows: [],
  };
}
