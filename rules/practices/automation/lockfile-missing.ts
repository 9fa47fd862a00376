/** A service whose dependencies are chosen anew at each install. */
import type { Model, Service } from '../../model/model.ts';
import { foldersUp, join } from '../../model/paths.ts';
import { defineRule } from '../rule.ts';

/** Manifests, the files that fix what they ask for, and the command that writes one. */
const managers = [
  {
    manifest: 'package.json',
    locks: [
      'package-lock.json',
      'npm-shrinkwrap.json',
      'yarn.lock',
      'pnpm-lock.yaml',
      'bun.lock',
      'bun.lockb',
      'deno.lock',
    ],
    tool: 'npm',
  },
  { manifest: 'composer.json', locks: ['composer.lock'], tool: 'Composer' },
  { manifest: 'Gemfile', locks: ['Gemfile.lock'], tool: 'Bundler' },
  { manifest: 'Pipfile', locks: ['Pipfile.lock'], tool: 'Pipenv' },
  { manifest: 'Cargo.toml', locks: ['Cargo.lock'], tool: 'Cargo' },
] as const;

export default defineRule({
  id: 'automation/lockfile-missing',
  title: 'A service’s dependencies are fixed by no lockfile.',
  area: 'automation',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'No lockfile fixes the dependencies of {service}: {tool} chooses them anew at each install, so what is tested is not what is deployed.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const { root, role, runs } = service;
      if (root === undefined || role !== 'production' || runs) continue;
      for (const { manifest, locks, tool } of managers) {
        const file = join(root, manifest);
        if (!model.files.lists(file) || !hasDependencies(service, manifest)) continue;
        const lock = lockOf(file, locks, model);
        if (lock !== undefined)
          report.met(service, { at: { file: lock }, message: 'fixes its dependencies' });
        else if (manifest === 'package.json' && copiesPackages(service))
          report.met(service, { at: { file }, message: 'Its image copies the packages, and installs none.' });
        else report.gap({ message: 'missing', data: { service: service.name, tool }, at: { file }, service });
      }
    }
  },
});

/** The packages are kept beside the code, and its images take them from there. */
function copiesPackages({ dockerfiles }: Service): boolean {
  return (
    dockerfiles.length > 0 &&
    dockerfiles.every(({ facts }) =>
      facts.stages.some(({ copies }) =>
        copies.some(
          ({ from, sources }) => !from && sources.some((source) => /(?:^|\/)node_modules\/?$/.test(source)),
        ),
      ),
    )
  );
}

function hasDependencies({ package: own }: Service, manifest: string): boolean {
  return manifest !== 'package.json' || Object.keys(own?.facts.dependencies ?? {}).length > 0;
}

/** In its folder, or above it in a workspace. */
function lockOf(manifest: string, locks: readonly string[], model: Model): string | undefined {
  for (const folder of foldersUp(manifest)) {
    const lock = locks.map((name) => join(folder, name)).find((path) => model.files.has(path));
    if (lock !== undefined) return lock;
  }
  return undefined;
}
