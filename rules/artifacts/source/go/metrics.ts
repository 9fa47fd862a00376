/** Metrics that Go declares, with client_golang and with meters of OpenTelemetry. It must never know who asks for them. */
import type { MetricFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, keyOf, unwrap, type Code } from './code.ts';
import { fixedText } from './values.ts';

const options =
  /^github\.com\/prometheus\/client_golang\/prometheus\.(?:Counter|Gauge|Histogram|Summary|Untyped)?(?:Vec)?Opts$/;
const instruments = /^(?:Int64|Float64)(?:Observable)?(?:Counter|UpDownCounter|Histogram|Gauge)$/;

/** `prometheus.CounterOpts{Namespace: "shop", Name: "orders_total"}`, whatever function it is given to. */
export function metricOfOptions(literal: Syntax, code: Code): MetricFact | undefined {
  if (!options.test(code.origin(literal) ?? '')) return undefined;
  const keys = [keyOf(literal, 'Namespace'), keyOf(literal, 'Subsystem'), keyOf(literal, 'Name')];
  return named(keys[2] && keys, literal, code);
}

/** `prometheus.NewDesc("shop_orders", …)` and `meter.Int64Counter("shop.orders")`. */
export function metricOfCall(call: Syntax, code: Code): MetricFact | undefined {
  const [first] = argumentsOf(call);
  if (code.origin(call) === 'github.com/prometheus/client_golang/prometheus.NewDesc') {
    const bare = first && unwrap(first);
    const isBuilt = code.origin(bare) === 'github.com/prometheus/client_golang/prometheus.BuildFQName';
    return named(isBuilt && bare?.type === 'call_expression' ? argumentsOf(bare) : [first], call, code);
  }
  if (!instruments.test(calledName(call) ?? '') || !code.text.includes('go.opentelemetry.io/otel'))
    return undefined;
  return { ...named([first], call, code), library: 'opentelemetry' };
}

function named(parts: readonly (Syntax | undefined)[] | undefined, whole: Syntax, code: Code): MetricFact {
  const fact = { library: 'prometheus' as const, range: whole.range };
  const given = parts?.filter((part) => part !== undefined) ?? [];
  const texts = given.map((part) => fixedText(part, code));
  const last = given.at(-1);
  if (!last || texts.some((text) => text === undefined)) return fact;
  return { ...fact, name: { value: texts.filter((text) => text !== '').join('_'), range: last.range } };
}
