/** What pipelines do: the jobs of all of them, with the steps of the actions that stand in this repository. */
import type { ActionUse, CiFacts, CiSystem, JobFacts, StepFacts } from '../artifacts/ci/facts.ts';
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { FileIndex, InFile } from './model.ts';
import { resolve } from './paths.ts';
import { identitiesOf } from './runbooks.ts';

export interface Pipelines {
  /** Pipelines that run here, composite actions left out. */
  readonly files: readonly InFile<CiFacts>[];
  /** Configurations of systems and platforms that build and are not read. */
  readonly unread: readonly string[];
  /** Some of them take jobs or steps from where they cannot be seen. */
  readonly open: boolean;
  readonly jobs: readonly PipelineJob[];
  /** Owners of this repository on its host, in lower case, as far as it says so itself. */
  readonly owners: readonly string[];
}

export interface PipelineJob {
  readonly file: string;
  readonly system: CiSystem;
  readonly triggers: readonly string[];
  readonly facts: JobFacts;
  readonly steps: readonly PipelineStep[];
  /** Only one run of it at a time: its own setting, or that of the whole pipeline. */
  readonly concurrency: boolean;
}

/** A step, in the file where it is written. */
export interface PipelineStep extends StepFacts {
  readonly file: string;
}

/** Levels of composite actions that use composite actions. */
const maxNesting = 5;

export function joinPipelines(facts: FactsByKind, index: FileIndex): Pipelines {
  const { ci } = facts;
  const files = [...ci]
    .filter(([file, { system }]) => system !== 'github-action' && runsHere(file, system))
    .map(([file, facts]) => ({ file, facts }));
  const stepsOf = (file: string, steps: readonly StepFacts[], depth: number): PipelineStep[] =>
    steps.flatMap((step): PipelineStep[] => {
      const action = step.uses && depth < maxNesting ? localAction(step.uses, ci) : undefined;
      const own = { ...step, file };
      return action
        ? [own, ...action.facts.jobs.flatMap((job) => stepsOf(action.file, job.steps, depth + 1))]
        : [own];
    });
  const jobs = files.flatMap(({ file, facts }) =>
    facts.jobs.map((job) => ({
      file,
      system: facts.system,
      triggers: facts.triggers,
      facts: job,
      steps: stepsOf(file, job.steps, 0),
      concurrency: facts.concurrency || job.concurrency,
    })),
  );
  return {
    files,
    unread: unreadIn(index),
    open: files.some(({ facts }) => facts.open),
    jobs,
    owners: ownersOf(facts),
  };
}

/** Whose repository it is: who releases, builds and reviews it. */
function ownersOf(facts: FactsByKind): string[] {
  const badges = facts.markdown
    .get('README.md')
    ?.links.flatMap(({ image, target }) => (image ? (badge.exec(target.value)?.[1] ?? []) : []));
  const reviewers = [...facts.codeowners.values()].flatMap(({ entries }) =>
    entries.flatMap(({ owners }) => owners.flatMap(({ value }) => /^@([\w.-]+)/.exec(value)?.[1] ?? [])),
  );
  const said = identitiesOf(facts).flatMap((identity) => identity.split('/')[1] ?? []);
  return [...new Set([...said, ...(badges ?? []), ...reviewers].map((owner) => owner.toLowerCase()))];
}

/** `img.shields.io/github/license/acme/shop`, `codecov.io/gh/acme/shop`: whose repository a badge tells of. */
const badge =
  /^https?:\/\/(?:img\.shields\.io\/github\/(?:v\/\w+|actions\/workflow\/status|[\w-]+)\/|codecov\.io\/gh\/|goreportcard\.com\/badge\/(?:github\.com\/)?)([\w.-]+)\/[\w.-]+/i;

/** GitHub reads `.github` at the root only; one in a folder is a copy, a template or a test. */
function runsHere(file: string, system: CiSystem): boolean {
  if (system === 'github') return /^\.(?:github|gitea|forgejo)\//.test(file);
  return system !== 'circleci' || file.startsWith('.circleci/');
}

function localAction({ name }: ActionUse, ci: FactsByKind['ci']): InFile<CiFacts> | undefined {
  if (!name.startsWith('./')) return undefined;
  const folder = resolve('', name) ?? '';
  for (const file of [`${folder}/action.yml`, `${folder}/action.yaml`]) {
    const facts = ci.get(file);
    if (facts) return { file, facts };
  }
  return undefined;
}

const unreadName = new RegExp(
  [
    String.raw`^\.(?:travis|drone|woodpecker|cirrus|appveyor|zuul|prow|ci-operator)\.ya?ml$`,
    String.raw`^(?:bitbucket-pipelines|appveyor|wercker|codefresh|screwdriver|buildspec|amplify|render|apprunner|bitrise)\.ya?ml$`,
    String.raw`^\.(?:buildkite|woodpecker|semaphore|tekton|teamcity|harness|zuul\.d|bamboo-specs|builds|do)/`,
    String.raw`^bamboo-specs/`,
    String.raw`(?:^|/)cloudbuild[\w.-]*\.(?:ya?ml|json)$`,
    String.raw`(?:^|/)(?:vercel\.json|netlify\.toml|fly[\w.-]*\.toml|railway\.(?:json|toml)|Procfile|nixpacks\.toml|azure\.yaml)$`,
  ].join('|'),
);

const unreadByIndex = new WeakMap<FileIndex, readonly string[]>();

function unreadIn(index: FileIndex): readonly string[] {
  let found = unreadByIndex.get(index);
  if (!found) unreadByIndex.set(index, (found = index.under('').filter((path) => unreadName.test(path))));
  return found;
}
