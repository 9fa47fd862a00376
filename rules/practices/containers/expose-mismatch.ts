/** EXPOSE names a port on which the code does not listen. */
import { builtStage, chain, startCommands } from '../../model/dockerfiles.ts';
import { place, type Dockerfile, type Located, type Model, type Service } from '../../model/model.ts';
import { listenedPorts } from '../../model/ports.ts';
import type { Ranged } from '../../text.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { serviceImages } from './serviceImages.ts';

export default defineRule({
  id: 'containers/expose-mismatch',
  title: 'EXPOSE names a port on which the code does not listen.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'safe',
  joins: true,
  messages: {
    unheard: {
      text: 'EXPOSE says {exposed}, but {service} listens on {listened}: whoever maps or checks the port that the image announces finds nobody.',
    },
  },
  check(model, report) {
    for (const { dockerfile, service, level } of serviceImages(model)) {
      const stages = chain(dockerfile.facts, builtStage(dockerfile.facts));
      const exposed = stages.flatMap(({ exposes }) => exposes);
      if (exposed.length === 0) continue;
      const listened = portsOf(model, service);
      const met = exposed.find(({ value }) => listened?.some((port) => port.value === value));
      if (met) {
        report.met(service, { at: place(dockerfile.file, met), message: 'The code listens on this port.' });
        continue;
      }
      if (!listened || mayListenOn(exposed, dockerfile, service)) {
        report.unknown(service, 'Which ports its processes listen on is not known.');
        continue;
      }
      const values = [...new Set(listened.map(({ value }) => value))];
      report.gap({
        message: 'unheard',
        data: {
          exposed: exposed.map(({ value }) => value).join(' and '),
          service: service.name,
          listened: values.join(' and '),
        },
        at: place(dockerfile.file, exposed[0]),
        service,
        level,
        related: listened
          .slice(0, 3)
          .map(({ at, value }) => ({ at, message: `port ${value} is listened on here` })),
        fixes:
          exposed.length === 1 && values.length === 1 ? [fix(dockerfile.file, exposed[0]!, values[0]!)] : [],
      });
    }
  },
});

/** Ports in every environment that it is started with; undefined where one of them leaves a port open. */
function portsOf({ sources }: Model, service: Service): readonly Located<number>[] | undefined {
  const environments = [
    {},
    ...service.composeServices.map(({ facts }) => facts.environment),
    ...service.workloads.flatMap(({ containers }) => containers.map(({ environment }) => environment)),
  ];
  const found = environments.map((environment) => listenedPorts(service, sources, environment, true));
  if (found.some(({ complete }) => !complete)) return undefined;
  const ports = found.flatMap(({ ports }) => ports);
  return ports.length > 0 ? ports : undefined;
}

/** Something else than the code may listen there: a server in front of it, or the code by a word of its command. */
function mayListenOn(
  exposed: readonly Ranged<number>[],
  { facts }: Dockerfile,
  { composeServices, workloads, package: pkg }: Service,
): boolean {
  const stages = chain(facts, builtStage(facts));
  const words = [
    ...startCommands(stages).flatMap((command) => command.words),
    ...stages.flatMap(({ environment }) => Object.values(environment).map(({ value }) => value)),
    ...composeServices.flatMap(({ facts: { command, entrypoint } }) => [command?.value, entrypoint?.value]),
    ...workloads.flatMap(({ containers }) =>
      containers.flatMap(({ command, args }) => [...command, ...args]),
    ),
    ...Object.values(pkg?.facts.scripts ?? {}).map(({ value }) => value),
  ].join(' ');
  if (exposed.some(({ value }) => new RegExp(`(?<!\\d)${value}(?!\\d)`).test(words))) return true;
  // A script decides what is started.
  if (/\.sh\b|\bsupervis|\bpm2\b|\bnginx\b|\bcaddy\b|\$\{?\w*PORT/i.test(words)) return true;
  const text = stages
    .flatMap(({ runs, from }) => [from.value.text, ...runs.map(({ value }) => value)])
    .join('\n');
  return /nginx|caddy|apache|httpd|haproxy|envoy|supervis|s6-overlay|traefik|openresty/i.test(text);
}

function fix(file: string, { range }: Ranged<number>, port: number): LazyFix {
  return {
    title: `Expose ${port}`,
    safety: 'safe',
    changes({ read }) {
      const source = read(file);
      const written = source.text.slice(range.start, range.end);
      return /^\d+(?:\/tcp)?$/.test(written)
        ? [replace(source, range, written.replace(/^\d+/, String(port)))]
        : [];
    },
  };
}
