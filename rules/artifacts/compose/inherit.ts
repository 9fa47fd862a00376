/** What a Compose service takes over from the one it extends, in its own file or in another. */
import type { TextRange } from '../../text.ts';
import type { ComposeServiceFacts } from './facts.ts';

/**
 * Own values win, mappings and lists are joined.
 * Source: https://github.com/compose-spec/compose-spec/blob/main/05-services.md#extends
 */
export function inherit(own: ComposeServiceFacts, base: ComposeServiceFacts): ComposeServiceFacts {
  const healthcheck =
    own.healthcheck && base.healthcheck
      ? { ...base.healthcheck, ...own.healthcheck }
      : (own.healthcheck ?? base.healthcheck);
  return {
    ...base,
    ...own,
    ...(healthcheck && { healthcheck }),
    ports: [...base.ports, ...own.ports],
    environment: { ...base.environment, ...own.environment },
    labels: { ...base.labels, ...own.labels },
    profiles: own.profiles.length > 0 ? own.profiles : base.profiles,
    dependsOn: [...base.dependsOn, ...own.dependsOn],
    environmentFiles: own.environmentFiles || base.environmentFiles,
    restartPolicy: own.restartPolicy || base.restartPolicy,
  };
}

/** The same facts, each of which says in which file it stands. */
export function writtenIn(file: string, facts: ComposeServiceFacts): ComposeServiceFacts {
  const { image, build, healthcheck, restart, user, replicas, command, entrypoint } = facts;
  const here = <T extends { readonly range: TextRange; readonly file?: string }>(fact: T): T => ({
    file,
    ...fact,
  });
  return {
    ...facts,
    ...(image && { image: here(image) }),
    ...(build && { build: here(build) }),
    ports: facts.ports.map(here),
    ...(healthcheck && {
      healthcheck: { ...here(healthcheck), ...(healthcheck.test && { test: here(healthcheck.test) }) },
    }),
    environment: Object.fromEntries(
      Object.entries(facts.environment).map(([name, value]) => [name, value && here(value)]),
    ),
    ...(restart && { restart: here(restart) }),
    ...(user && { user: here(user) }),
    ...(replicas && { replicas: here(replicas) }),
    ...(command && { command: here(command) }),
    ...(entrypoint && { entrypoint: here(entrypoint) }),
    dependsOn: facts.dependsOn.map(here),
  };
}
