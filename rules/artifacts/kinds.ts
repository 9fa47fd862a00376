/** The kinds of artifact the engine reads. A kind is added by one folder and one line here. */
import type { ArtifactKind } from './artifact.ts';
import { addresses } from './addresses/addresses.ts';
import { alertmanager } from './alertmanager/alertmanager.ts';
import { catalog } from './codeowners/catalog.ts';
import { ci } from './ci/ci.ts';
import { codeowners } from './codeowners/codeowners.ts';
import { collector } from './collector/collector.ts';
import { compose, composeParts } from './compose/compose.ts';
import { configuration } from './configuration/configuration.ts';
import { dashboards } from './dashboards/dashboards.ts';
import { dockerfile } from './dockerfile/dockerfile.ts';
import { dockerignore } from './dockerignore/dockerignore.ts';
import { flagMentions } from './flags/mentions.ts';
import { flags } from './flags/flags.ts';
import { flagTests } from './flags/tests.ts';
import { gitops } from './gitops/gitops.ts';
import { helmChart, helmValues } from './kubernetes/helm.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { manifest } from './packages/manifest.ts';
import { migrations } from './migrations/migrations.ts';
import { rollouts } from './rollouts/rollouts.ts';
import { markdown } from './markdown/markdown.ts';
import { packageJson } from './packages/packageJson.ts';
import { ownersFile } from './codeowners/ownersFile.ts';
import { plan } from './plan/plan.ts';
import { prometheus } from './prometheus/prometheus.ts';
import { scrapes } from './scrapes/scrapes.ts';
import { settings } from './settings/settings.ts';
import { slo } from './slo/slo.ts';
import { source } from './source/source.ts';
import { suppressions } from './suppressions/suppressions.ts';
import { symfonyRoutes } from './symfony/symfony.ts';
import { trackingPlan } from './events/trackingPlan.ts';
import { tasks } from './packages/tasks.ts';
import { terraform } from './terraform/terraform.ts';
import { updates } from './updates/updates.ts';

export const kinds = {
  addresses,
  alertmanager,
  catalog,
  ci,
  codeowners,
  collector,
  compose,
  composeParts,
  configuration,
  dashboards,
  dockerfile,
  dockerignore,
  flagMentions,
  flags,
  flagTests,
  gitops,
  helmChart,
  helmValues,
  kubernetes,
  manifest,
  markdown,
  migrations,
  ownersFile,
  packageJson,
  plan,
  prometheus,
  scrapes,
  rollouts,
  settings,
  slo,
  source,
  suppressions,
  symfonyRoutes,
  tasks,
  trackingPlan,
  terraform,
  updates,
} as const;

export type KindName = keyof typeof kinds;

type FactsOf<Kind> = Kind extends ArtifactKind<infer Facts> ? Facts : never;

/** Per kind, the facts of every file that holds some, by path. */
export type FactsByKind = { readonly [Name in KindName]: ReadonlyMap<string, FactsOf<(typeof kinds)[Name]>> };
