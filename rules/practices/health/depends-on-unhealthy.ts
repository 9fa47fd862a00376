/** A compose service that starts beside what it depends on, rather than after it is healthy. */
import { isMap, isScalar, isSeq } from 'yaml';
import type { TextFile } from '../../artifacts/artifact.ts';
import { rangeOf } from '../../artifacts/nodes.ts';
import { builtStage, chain } from '../../model/dockerfiles.ts';
import { place, type ComposeService, type Model } from '../../model/model.ts';
import type { Place, TextRange } from '../../text.ts';
import { fillEntry, insertEntry } from '../edits/yaml.ts';
import { columnOf, newlineOf } from '../edits/lines.ts';
import { defineRule, type Change } from '../rule.ts';

export default defineRule({
  id: 'health/depends-on-unhealthy',
  title: 'A compose service does not wait until what it depends on is healthy.',
  area: 'health',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'safe',
  messages: {
    started: {
      text: '{service} starts as soon as {dependency} has started, not when its health check passes: its first connections fail.',
    },
  },
  check(model, report) {
    const named = byName(model.composeServices);
    for (const compose of model.composeServices) {
      const { file, facts, role } = compose;
      if (role === 'test' || asksLater.test(facts.image?.value ?? '')) continue;
      const service = model.serviceRunning(compose);
      for (const dependency of facts.dependsOn) {
        // Where it is written, it is judged with the service that this one extends.
        if (dependency.file !== undefined) continue;
        const other = named(compose, dependency.value);
        const checked = other && healthcheckOf(model, other);
        if (!other || other.oneShot || !checked) continue;
        const at = place(file, dependency);
        if (dependency.condition !== undefined) {
          if (dependency.condition === 'service_healthy')
            report.met(service, { at, message: `It waits until ${dependency.value} is healthy.` });
          continue;
        }
        report.gap({
          message: 'started',
          data: { service: facts.name.value, dependency: dependency.value },
          at,
          service,
          related: [{ at: checked, message: `${dependency.value} has a health check here` }],
          ...(role !== 'production' && { level: 'info' }),
          fixes: [
            {
              title: `Wait until ${dependency.value} is healthy`,
              safety: 'safe',
              changes: ({ read }) => waitFor(read(file), dependency.range),
            },
          ],
        });
      }
    }
  },
});

/** Consoles, which connect to a database once somebody looks into it. */
const asksLater = /(?:^|\/)(?:adminer|phpmyadmin|pgadmin4?|redisinsight|cloudbeaver|dbgate)(?:[:@]|$)/;

/** A service of the same file, or else of the one file of the same project that has it. */
function byName(
  services: readonly ComposeService[],
): (from: ComposeService, name: string) => ComposeService | undefined {
  const own = new Map<string, ComposeService>();
  const beside = new Map<string, ComposeService[]>();
  for (const one of services) {
    const name = one.facts.name.value;
    own.set(`${one.file}\n${name}`, one);
    const key = `${one.project}\n${name}`;
    beside.set(key, [...(beside.get(key) ?? []), one]);
  }
  return ({ file, project }, name) => {
    const others = beside.get(`${project}\n${name}`) ?? [];
    return own.get(`${file}\n${name}`) ?? (others.length === 1 ? others[0] : undefined);
  };
}

/** Where a service's health is checked: in the compose file, or in the image it builds. */
function healthcheckOf(model: Model, compose: ComposeService): Place | undefined {
  const { healthcheck } = compose.facts;
  if (healthcheck) return healthcheck.disabled ? undefined : place(compose.file, healthcheck);
  if (!compose.facts.build) return undefined;
  const dockerfiles = model.serviceRunning(compose)?.dockerfiles ?? [];
  const [dockerfile] = dockerfiles;
  if (!dockerfile || dockerfiles.length > 1) return undefined;
  const stage = builtStage(dockerfile.facts, compose.facts.build.target);
  const found = chain(dockerfile.facts, stage).find((one) => one.healthcheck)?.healthcheck;
  return found && !found.none ? place(dockerfile.file, found) : undefined;
}

/** A list of names becomes a mapping, in which the others go on as they are: they have only to be started. */
function waitFor(file: TextFile, name: TextRange): Change[] {
  for (const document of file.yaml()) {
    const found = holderOf(document.contents, name);
    if (!found) continue;
    if (isMap(found)) {
      const pair = found.items.find(({ key }) => isScalar(key) && key.range?.[0] === name.start);
      const range = isMap(pair?.value) && pair.value.items.length > 0 ? rangeOf(pair.value) : undefined;
      const change = range
        ? insertEntry(file, range, 'condition', 'service_healthy')
        : fillEntry(file, name, { condition: 'service_healthy' });
      return change ? [change] : [];
    }
    if (found.flow || found.items.some((item) => !isScalar(item))) {
      return found.flow ? [asFlow(file, found, name)] : [];
    }
    return found.items.flatMap((item) => itemAsEntry(file, rangeOf(item as never), name));
  }
  return [];
}

function itemAsEntry(file: TextFile, item: TextRange, name: TextRange): Change[] {
  const { text, path } = file;
  const dash = text.lastIndexOf('-', item.start);
  if (dash < 0) return [];
  const inner = ' '.repeat(columnOf(text, dash) + 2);
  const condition = item.start === name.start ? 'service_healthy' : 'service_started';
  return [
    { kind: 'edit', file: path, range: { start: dash, end: item.start }, text: '' },
    {
      kind: 'edit',
      file: path,
      range: { start: item.end, end: item.end },
      text: `:${newlineOf(text)}${inner}condition: ${condition}`,
    },
  ];
}

type Holder = Exclude<ReturnType<typeof holderOf>, undefined>;

function asFlow(file: TextFile, list: Holder, name: TextRange): Change {
  const entries = list.items.flatMap((item) => {
    if (!isScalar(item) || !item.range) return [];
    const condition = item.range[0] === name.start ? 'service_healthy' : 'service_started';
    return [`${String(item.value)}: { condition: ${condition} }`];
  });
  return { kind: 'edit', file: file.path, range: rangeOf(list), text: `{ ${entries.join(', ')} }` };
}

/** The list or mapping whose item or key starts at an offset. */
function holderOf(node: unknown, { start }: TextRange) {
  let found = node;
  while (isMap(found) || isSeq(found)) {
    const items: unknown[] = isMap(found)
      ? found.items.flatMap(({ key, value }) => [key, value])
      : found.items;
    const inner = items.find((item) => {
      const range = (item as { range?: [number, number, number] } | null)?.range;
      return range && range[0] <= start && start < range[2];
    });
    if (isScalar(inner)) return found;
    found = inner;
  }
  return undefined;
}
