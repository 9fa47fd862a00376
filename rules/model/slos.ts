/** Joins SLOs to the services they are about. It must never know what an SLO should say. */
import type { FactsByKind } from '../artifacts/kinds.ts';
import { comparable } from './anchors.ts';
import type { Service, Slo } from './model.ts';

/** @param services what SLOs are about: by the service they name, by their own name, or by what their queries match */
export function joinSlos({ slo }: Pick<FactsByKind, 'slo'>, services: readonly Service[]): Slo[] {
  if (slo.size === 0) return [];
  const names = services.map((service) => ({
    service,
    names: new Set([service.name, ...service.names].map(comparable).filter((name) => name !== '')),
  }));
  return [...slo].flatMap(([file, { slos }]) =>
    slos.map((facts) => {
      const said = [
        facts.service ?? '',
        ...facts.queries.flatMap((query) =>
          [...query.matchAll(matched)].flatMap(([, value]) => value!.split('|')),
        ),
      ].map((value) => comparable(value.slice(value.lastIndexOf('/') + 1)));
      const own = comparable(facts.name.value);
      const about = names.filter(
        ({ names }) =>
          said.some((value) => names.has(value)) || [...names].some((name) => own.startsWith(name)),
      );
      return { file, facts, services: about.map(({ service }) => service) };
    }),
  );
}

const matched =
  /\b(?:service|service_name|app|application|job|container|deployment|handler_service)\s*=~?\s*"([^"\n]*)"/g;
