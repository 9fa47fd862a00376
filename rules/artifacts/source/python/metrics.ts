/** Metrics that Python declares, with prometheus_client and with meters of OpenTelemetry. It must never know who asks for them. */
import type { MetricFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, keyword, type Code } from './code.ts';

const prometheus = /^prometheus_client\.(?:metrics\.)?(?:Counter|Gauge|Histogram|Summary|Info|Enum)\(\)$/;
const collected =
  /^prometheus_client\.(?:core|metrics_core)\.(?:Counter|Gauge|Histogram|Summary|Info|StateSet|Unknown)MetricFamily\(\)$/;
const instruments =
  /^create_(?:counter|up_down_counter|histogram|gauge|observable_(?:counter|up_down_counter|gauge))$/;

export function metricOf(call: Syntax, code: Code): MetricFact | undefined {
  const given = keyword(call, 'name') ?? argumentsOf(call)[0];
  if (instruments.test(calledName(call))) {
    if (!code.imports.some(({ specifier }) => specifier.startsWith('opentelemetry'))) return undefined;
    const name = code.string(given);
    return { ...(name && { name }), library: 'opentelemetry', range: call.range };
  }
  const origin = code.origin(call) ?? '';
  if (!prometheus.test(origin) && !collected.test(origin)) return undefined;
  const parts = [keyword(call, 'namespace'), keyword(call, 'subsystem'), given, keyword(call, 'unit')];
  const texts = parts.filter((part) => part !== undefined).map((part) => code.string(part));
  const own = code.string(given);
  const fact = { library: 'prometheus' as const, range: call.range };
  if (!own || texts.some((text) => text === undefined)) return fact;
  const joined = texts.map((text) => text!.value).join('_');
  // The client adds it to counters, and only once.
  const value = /\.Counter\w*\(\)$/.test(origin) ? `${joined.replace(/_total$/, '')}_total` : joined;
  return { ...fact, name: { value, range: own.range } };
}
