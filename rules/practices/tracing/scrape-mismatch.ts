/** Asks whether Prometheus is sent to a port and a path that answer. */
import type { Located, Model } from '../../model/model.ts';
import { findRoute } from '../../model/routes.ts';
import { scrapes, type Scrape } from '../../model/scrapes.ts';
import { nearest } from '../../nearest.ts';
import type { Evidence, Place } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import { defineRule, type Change, type FixContext, type LazyFix, type Report } from '../rule.ts';
import { listed } from '../words.ts';

export default defineRule({
  id: 'tracing/scrape-mismatch',
  title: 'Prometheus is told to scrape a port or a path that does not answer.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'safe',
  messages: {
    port: {
      text: '{asker} sends Prometheus to port {port}, but {by} has {ports}: none of its metrics arrive.',
    },
    path: {
      text: '{asker} sends Prometheus to {path}, which the code of {service} does not serve: none of its metrics arrive.',
    },
  },
  check(model, report) {
    for (const scrape of scrapes(model)) {
      if (scrape.role !== 'production') continue;
      if (scrape.port && scrape.offers && !isOffered(scrape)) reportPort(scrape, report);
      else if (scrape.service) checkPath(scrape, model, report);
      else if (scrape.port && scrape.offers)
        report.met(undefined, { at: scrape.port.at, message: `Port ${scrape.port.value} is there` });
    }
  },
});

function isOffered({ port, offers }: Scrape): boolean {
  return offers!.ports.some(({ value }) => value === port!.value);
}

function reportPort({ asker, port, offers, service }: Scrape, report: Report<'port'>): void {
  const { value, at, within } = port!;
  const { by, ports } = offers!;
  const values = [...new Set(ports.map((one) => one.value))];
  report.gap({
    message: 'port',
    data: { asker, port: value, by, ports: portsInWords(values, typeof value === 'string') },
    at,
    service,
    related: ports.slice(0, 3).map((one): Evidence => ({ at: one.at, message: `port ${one.value}` })),
    fixes: values.slice(0, 3).map((wanted) => ({
      title: `Scrape port ${wanted}`,
      safety: values.length === 1 ? 'safe' : 'suggested',
      changes: (context) => setPort(context, at, within, wanted),
    })),
  });
}

function portsInWords(values: readonly (number | string)[], isName: boolean): string {
  if (values.length === 0) return isName ? 'no port with a name' : 'no port';
  if (values.length === 1) return `only port ${values[0]}`;
  return `only ports ${listed(values.map(String))}`;
}

/** Paths that metrics are usually served under. */
const metricsPath = /(?:^|\/)(?:metrics|prometheus|prom)\/?$/i;

/** Packages that may serve metrics in a way that is not seen as a route. */
const serving = /prom|metric|telemetry|micrometer|actuator/i;

function checkPath(scrape: Scrape, model: Model, report: Report<'path'>): void {
  const { asker, path, service, pathWritten } = scrape;
  const code = service!.code ?? service!.runs?.code;
  if (!code || !path.value.startsWith('/')) return;
  const found = findRoute(code, path.value);
  if (found.served === 'yes') {
    report.met(service, { at: found.by, message: `It serves ${path.value} to Prometheus` });
    return;
  }
  const served: Located<string>[] = code.routes
    .filter((route) => metricsPath.test(route.path) && /^(?:GET|ALL|ANY|USE|\*)$/i.test(route.method))
    .map((route) => ({ value: route.path, at: route.at }));
  if (found.served === 'unknown' || (served.length === 0 && usesMetrics(code.files, model))) {
    report.unknown(service, `Whether it serves ${path.value} cannot be told from its code.`, path.at);
    return;
  }
  const meant =
    nearest(
      path.value,
      served.map(({ value }) => value),
    ) ?? served[0]?.value;
  report.gap({
    message: 'path',
    data: { asker, path: path.value, service: service!.name },
    at: path.at,
    service,
    related: served.slice(0, 3).map(({ at, value }) => ({ at, message: `its code serves ${value}` })),
    fixes: pathWritten && meant !== undefined ? [pathFix(path.at, meant, served.length === 1)] : [],
  });
}

function usesMetrics(files: readonly string[], { sources }: Model): boolean {
  return files.some((file) => sources.get(file)?.imports.some(({ specifier }) => serving.test(specifier)));
}

function pathFix(at: Place, path: string, isSure: boolean): LazyFix {
  return {
    title: `Scrape ${path}, which the code serves`,
    safety: isSure ? 'safe' : 'suggested',
    changes: ({ read }) => {
      const change = at.range && setScalar(read(at.file), at.range, path);
      return change ? [change] : [];
    },
  };
}

/** @param within the address that the port is a part of */
function setPort(
  { read }: FixContext,
  at: Place,
  within: Place | undefined,
  port: number | string,
): readonly Change[] {
  if (!at.range) return [];
  const file = read(at.file);
  if (!within) {
    const change = setScalar(file, at.range, port);
    return change ? [change] : [];
  }
  const written = file.text.slice(at.range.start, at.range.end);
  if (/^\d+$/.test(written)) return [{ kind: 'edit', file: at.file, range: at.range, text: String(port) }];
  const quoted = /["']$/.test(written) ? 1 : 0;
  const end = at.range.end - quoted;
  return [{ kind: 'edit', file: at.file, range: { start: end, end }, text: `:${port}` }];
}
