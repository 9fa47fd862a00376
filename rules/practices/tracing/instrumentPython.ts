/** Tracing for a service in Python without a line of code: the agent is installed, and put before its start command. */
import { builtStage } from '../../model/dockerfiles.ts';
import type { Model, Service } from '../../model/model.ts';
import { join } from '../../model/paths.ts';
import { execForm, insertBefore, replace } from '../edits/dockerfile.ts';
import { newlineOf } from '../edits/lines.ts';
import type { Change, FixContext, LazyFix } from '../rule.ts';

/** What can be started with the agent in front of it. */
const program = /^(?:gunicorn|uvicorn|hypercorn|flask|fastapi|python[\d.]*)$/;

export function instrumentPython(model: Model, service: Service): LazyFix[] {
  const [dockerfile] = service.dockerfiles;
  const requirements = join(service.root ?? '', 'requirements.txt');
  if (!dockerfile || service.dockerfiles.length > 1 || !model.files.lists(requirements)) return [];
  // A file that another one is compiled to would lose what is added to it.
  if (model.files.lists(requirements.replace(/txt$/, 'in'))) return [];
  const { file, facts } = dockerfile;
  const { cmd, entrypoint } = facts.stages[builtStage(facts)] ?? {};
  const installs = facts.stages.some(({ runs }) =>
    runs.some(({ value }) => value.includes('requirements.txt')),
  );
  if (!cmd || entrypoint || cmd.form !== 'exec' || !program.test(cmd.words[0] ?? '') || !installs) return [];
  const changes = ({ read }: FixContext): readonly Change[] => {
    const image = read(file);
    const { text } = read(requirements);
    // Where one package has a hash, pip asks for those of all.
    if (/--hash[= ]/.test(text)) return [];
    const added = addRequirements(text);
    return [
      { kind: 'edit', file: requirements, ...added },
      insertBefore(image, cmd.range, [`ENV OTEL_SERVICE_NAME=${service.name}`]),
      replace(image, cmd.argumentsRange, execForm(['opentelemetry-instrument', ...cmd.words])),
    ];
  };
  return [{ title: 'Start it with opentelemetry-instrument', safety: 'suggested', changes }];
}

/** Versions of the first half of 2026: stable packages, and those that are still called beta. */
const stable = '1.40.0';
const beta = '0.61b0';

/** Instrumentations by the distribution that they are for. */
const instrumentations: Readonly<Record<string, string>> = {
  django: 'django',
  fastapi: 'fastapi',
  flask: 'flask',
  grpcio: 'grpc',
  httpx: 'httpx',
  psycopg: 'psycopg',
  psycopg2: 'psycopg2',
  'psycopg2-binary': 'psycopg2',
  pymongo: 'pymongo',
  redis: 'redis',
  requests: 'requests',
  sqlalchemy: 'sqlalchemy',
};

/** At the end, pinned where the others are. */
function addRequirements(text: string): { range: { start: number; end: number }; text: string } {
  const names = Array.from(text.matchAll(/^([A-Za-z][\w.-]*)/gm), ([name]) => name.toLowerCase());
  const wanted = [
    ['opentelemetry-distro', beta],
    ['opentelemetry-exporter-otlp', stable],
    ...names
      .filter((name) => Object.hasOwn(instrumentations, name))
      .map((name) => [`opentelemetry-instrumentation-${instrumentations[name]}`, beta]),
  ].filter(([name]) => !names.includes(name!));
  const isPinned = (text.match(/==/g)?.length ?? 0) * 2 >= names.length;
  const newline = newlineOf(text);
  const lines = wanted.map(([name, version]) => `${name}${isPinned ? `==${version}` : ''}${newline}`);
  const gap = text === '' || text.endsWith('\n') ? '' : newline;
  return { range: { start: text.length, end: text.length }, text: gap + lines.join('') };
}
