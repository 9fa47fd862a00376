/** Metrics that JavaScript declares, with prom-client and with meters of OpenTelemetry. It must never know who asks for them. */
import type { MetricFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import { argumentsOf, calledName, propertyOf } from './expressions.ts';

const prometheus =
  /^(?:prom-client(?:\.default)?\.(?:Counter|Gauge|Histogram|Summary)|@willsoto\/nestjs-prometheus\.make(?:Counter|Gauge|Histogram|Summary)Provider)\(\)$/;
const instruments =
  /^create(?:Counter|UpDownCounter|Histogram|Gauge|Observable(?:Counter|UpDownCounter|Gauge))$/;

export function metricOf(call: Syntax, code: Code): MetricFact | undefined {
  const [first] = argumentsOf(call);
  if (instruments.test(calledName(call) ?? '')) {
    if (!/opentelemetry|[mM]eter\b/.test(code.origin(call) ?? code.text)) return undefined;
    const name = stringConstant(code, first);
    return { ...(name && { name }), library: 'opentelemetry', range: call.range };
  }
  if (!prometheus.test(code.origin(call) ?? '')) return undefined;
  const options = code.definition(first);
  const given = options?.type === 'object' ? propertyOf(options, 'name') : undefined;
  // Until version 11 the name came first.
  const name = stringConstant(code, given ?? (options?.type === 'object' ? undefined : first));
  return { ...(name && { name }), library: 'prometheus', range: call.range };
}
