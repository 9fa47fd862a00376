/** A container may use many times of what it asks for: nodes are planned, and paid for, by a number that is not true. */
import type { ContainerFacts, Templated } from '../../artifacts/kubernetes/facts.ts';
import { place } from '../../model/model.ts';
import { setScalar } from '../edits/yaml.ts';
import { containersOf, describeContainer, isFirstAt, type ContainerSubject } from '../manifests.ts';
import { quantity } from '../quantities.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';

/**
 * How far a limit may lie above its request. Memory that is not there is taken by killing pods, so little may be
 * promised twice; CPU that is not there only makes them slower, and many need most of it to start.
 */
const most = { cpu: 10, memory: 4 } as const;

export default defineRule({
  id: 'cost/request-limit-gap',
  title: 'A container’s limit is many times its request, or below it.',
  area: 'cost',
  section: '§4',
  level: 'info',
  fix: 'suggested',
  // Values of a chart stand in another file.
  joins: true,
  messages: {
    memory: {
      text: '{container} requests {request} of memory and may use {limit}, {times} times as much: nodes fill up on paper at a fraction of what they will need, and pods are evicted when it is used.',
    },
    cpu: {
      text: '{container} requests {request} of CPU and may use {limit}, {times} times as much: what it costs cannot be told from its request, and its neighbours decide how fast it is.',
      // The more usual way is no limit at all, which is any number of times as much.
      level: 'off',
    },
    reversed: {
      text: '{container} requests {request} of {what} but may use only {limit}: the cluster refuses it.',
      level: 'error',
    },
  },
  check(model, report) {
    const shared = new Set<string>();
    for (const subject of containersOf(model)) {
      if (!subject.judged || !isFirstAt(subject.container.resources, shared)) continue;
      checkContainer(subject, report);
    }
  },
});

type Key = 'memory' | 'cpu' | 'reversed';

function checkContainer(subject: ContainerSubject, report: Report<Key>): void {
  const { workload, service, container } = subject;
  let met = false;
  let gap = false;
  for (const what of ['memory', 'cpu'] as const) {
    const [request, limit] = [amount(container.requests[what]), amount(container.limits[what])];
    if (!request || !limit || request.value === 0) continue;
    const ratio = limit.value / request.value;
    const reversed = ratio < 1;
    if (!reversed && ratio <= most[what]) {
      met = true;
      continue;
    }
    gap = true;
    const at = place(workload.file, request.fact);
    const mild = workload.role === 'example' || at.file !== workload.file;
    report.gap({
      message: reversed ? 'reversed' : what,
      data: {
        container: describeContainer(container, workload),
        request: request.text,
        limit: limit.text,
        ...(reversed ? { what: what === 'cpu' ? 'CPU' : 'memory' } : { times: Math.round(ratio) }),
      },
      at,
      service,
      related: [{ at: place(workload.file, limit.fact), message: `the limit of ${limit.text}` }],
      ...(mild && { level: 'info' }),
      fixes: reversed ? setRequest(subject, what, limit.text) : raise(subject, what, limit),
    });
  }
  if (met && !gap)
    report.met(service, {
      at: place(workload.file, container.resources ?? { range: container.name.range }),
      message: 'It requests about what it may use.',
    });
}

interface Amount {
  readonly value: number;
  readonly text: string;
  readonly fact: Templated<string>;
}

function amount(fact: Templated<string> | undefined): Amount | undefined {
  const value = fact?.known ? quantity(fact.value) : undefined;
  return fact?.known && value !== undefined ? { value, text: fact.value, fact } : undefined;
}

/** Half of the limit, in its unit where that is a whole number. */
function raise(subject: ContainerSubject, what: 'cpu' | 'memory', limit: Amount): LazyFix[] {
  const share = what === 'cpu' ? 4 : 2;
  const [, number = '', unit = ''] = /^(\d+)([a-zA-Z]*)$/.exec(limit.text) ?? [];
  if (number === '') return [];
  const part = Number(number) / share;
  const smaller: Readonly<Record<string, readonly [number, string]>> = {
    '': [1000, 'm'],
    Gi: [1024, 'Mi'],
    Mi: [1024, 'Ki'],
    G: [1000, 'M'],
  };
  const [factor, small] = Object.hasOwn(smaller, unit) ? smaller[unit]! : [1, unit];
  if (unit === '' && what === 'memory') return [];
  const text = Number.isInteger(part) ? `${part}${unit}` : `${Math.round(part * factor)}${small}`;
  return setRequest(subject, what, text);
}

function setRequest(
  { workload, container }: ContainerSubject,
  what: keyof ContainerFacts['requests'],
  text: string,
): LazyFix[] {
  const at = place(workload.file, container.requests[what]);
  if (workload.template && at.file === workload.file) return [];
  return [
    {
      title: `Request ${text} of ${what === 'cpu' ? 'CPU' : 'memory'}`,
      safety: 'suggested',
      changes({ read }) {
        const change = setScalar(read(at.file), at.range!, text);
        return change ? [change] : [];
      },
    },
  ];
}
