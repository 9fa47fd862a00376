/** Metrics that Java declares, with Micrometer and with the client of Prometheus. It must never know who asks for them. */
import type { MetricFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, receiverOf, type Code } from './code.ts';

const meters =
  /^(?:Counter|Timer|Gauge|DistributionSummary|LongTaskTimer|FunctionCounter|FunctionTimer|TimeGauge|MultiGauge)$/;
const registered = /^(?:counter|timer|summary|gauge|gaugeCollectionSize|gaugeMapSize)$/;

export function metricOf(call: Syntax, code: Code): MetricFact | undefined {
  const receiver = receiverOf(call)?.text ?? '';
  const name = calledName(call);
  const [first] = argumentsOf(call);
  if (code.uses(/^io\.micrometer\./)) {
    const isBuilder =
      name === 'builder' &&
      meters.test(receiver) &&
      code.is(receiver, `io.micrometer.core.instrument.${receiver}`);
    const isRegistered = registered.test(name) && /registry$|Metrics$/i.test(receiver);
    if ((isBuilder || isRegistered) && first) return fact('micrometer', first, call, code);
  }
  if (!code.uses(/^io\.prometheus\./)) return undefined;
  // `Counter.build("shop_orders", "…")` and `Counter.builder().name("shop_orders")`
  const isBuilt = name === 'build' && meters.test(receiver) && first !== undefined;
  const isNamed =
    name === 'name' &&
    /^(?:Counter|Gauge|Histogram|Summary|Info|StateSet)\s*\.\s*build(?:er)?\(/.test(receiver);
  return first && (isBuilt || isNamed) ? fact('prometheus', first, call, code) : undefined;
}

function fact(library: MetricFact['library'], given: Syntax, call: Syntax, code: Code): MetricFact {
  const name = code.value(given).text;
  return { ...(name && { name }), library, range: call.range };
}

/** `@Timed("shop.search")` */
export function annotatedMetrics(text: string): MetricFact[] {
  if (!text.includes('io.micrometer.core.annotation')) return [];
  return Array.from(text.matchAll(annotated), (match): MetricFact => {
    const [whole, value] = match;
    const range = { start: match.index, end: match.index + whole.length };
    if (value === undefined) return { library: 'micrometer', range };
    const start = range.start + whole.lastIndexOf(value);
    return { name: { value, range: { start, end: start + value.length } }, library: 'micrometer', range };
  });
}

const annotated = /@(?:Timed|Counted)\((?:value\s{0,4}=\s{0,4})?(?:"([^"\n]{1,200})")?/g;
