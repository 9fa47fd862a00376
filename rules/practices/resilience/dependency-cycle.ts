/** Services that call each other in a ring are one service when something fails, and when something is deployed. */
import type { Dependency, Model, Service } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { listed } from '../words.ts';
import { push } from '../../groups.ts';

export default defineRule({
  id: 'resilience/dependency-cycle',
  title: 'Services call each other in a ring.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    ring: {
      text: '{ring} call each other in a ring: when one is slow, all wait for each other, and none can be deployed or started without the next.',
    },
  },
  check(model, report) {
    const called = callsOf(model);
    const inRing = new Set<Service>();
    for (const [service, calls] of called) {
      const ring = inRing.has(service) ? undefined : ringFrom(service, called);
      if (!ring) {
        if (!inRing.has(service) && calls.length > 0)
          report.met(service, { at: calls[0]!.at, message: 'What it calls does not call it back.' });
        continue;
      }
      for (const { from } of ring) inRing.add(from);
      const [first, ...others] = ring;
      report.gap({
        message: 'ring',
        data: { ring: names(ring) },
        at: first!.at,
        service,
        related: others.map(({ at, from, on }) => ({ at, message: `${from.name} calls ${on.name}` })),
      });
    }
  },
});

/** Calls that are made for certain: the code reads the address. */
function callsOf({ dependencies }: Model): Map<Service, Dependency[]> {
  const calls = new Map<Service, Dependency[]>();
  for (const dependency of dependencies) {
    const { from, on, read } = dependency;
    if (!read || from.role !== 'production' || on.role !== 'production') continue;
    push(calls, from, dependency);
  }
  return calls;
}

/** The shortest ring of calls that leads back to a service. */
function ringFrom(
  service: Service,
  calls: ReadonlyMap<Service, readonly Dependency[]>,
): readonly Dependency[] | undefined {
  const reachedBy = new Map<Service, Dependency>();
  for (const at of reached(service, reachedBy))
    for (const call of calls.get(at) ?? []) {
      if (call.on === service) return pathTo(at, reachedBy, [call]);
      if (!reachedBy.has(call.on)) reachedBy.set(call.on, call);
    }
  return undefined;
}

/** What has been reached, in the order in which it was, while more is. */
function* reached(first: Service, reachedBy: ReadonlyMap<Service, Dependency>): Generator<Service> {
  yield first;
  // A Map goes on with what is added to it meanwhile.
  yield* reachedBy.keys();
}

function pathTo(
  at: Service,
  reachedBy: ReadonlyMap<Service, Dependency>,
  rest: readonly Dependency[],
): readonly Dependency[] {
  const call = reachedBy.get(at);
  return call ? pathTo(call.from, reachedBy, [call, ...rest]) : rest;
}

function names(ring: readonly Dependency[]): string {
  return listed(ring.map(({ from }) => from.name));
}
