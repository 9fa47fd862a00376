/** Metrics that code declares, by language and library; a name that is computed is left open. */
import { deepEqual } from 'node:assert/strict';
import { source } from '../../rules/artifacts/source/source.ts';
import { isSeriesOf } from '../../rules/model/metrics.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function metrics(path: string, text: string): string[] {
  if (!source.mayHold(text, path)) return ['not read'];
  const file = textFile(path, text);
  const { facts } = source.parse(file);
  file.dispose();
  return facts?.metrics.map(({ library, name }) => `${library} ${name?.value ?? '?'}`) ?? [];
}

describe('metrics of code', () => {
  before(async () => {
    for (const grammar of ['typescript', 'javascript', 'python', 'go', 'java'] as const)
      await loadGrammar(grammar);
  });

  it('in JavaScript', () => {
    const prometheus = `import client, { Gauge } from 'prom-client';
      new client.Counter({ name: 'orders_total', help: '' });
      const options = { name: 'orders_open' }; new Gauge(options);
      new client.Histogram({ name: prefix + 'x' }); new Counter({ name: 'not_a_metric' });`;
    deepEqual(metrics('a.ts', prometheus), [
      'prometheus orders_total',
      'prometheus orders_open',
      'prometheus ?',
    ]);
    const meter = `const { metrics } = require('@opentelemetry/api');
      const meter = metrics.getMeter('shop'); meter.createCounter('shop.orders'); meter.createHistogram(name);`;
    deepEqual(metrics('a.js', meter), ['opentelemetry shop.orders', 'opentelemetry ?']);
  });

  it('in Python', () => {
    const text = `from prometheus_client import Counter, Gauge\nfrom opentelemetry import metrics
a = Counter("orders", "")\nb = Gauge("open", "", namespace="orders", unit="seconds")\nc = Gauge(name(), "")
meter = metrics.get_meter("x")\nmeter.create_counter("shop.orders")\n`;
    deepEqual(metrics('a.py', text), [
      'prometheus orders_total',
      'prometheus orders_open_seconds',
      'prometheus ?',
      'opentelemetry shop.orders',
    ]);
  });

  it('in Go', () => {
    const text = `package a
import (
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel"
)
const space = "orders"
var a = prometheus.NewCounter(prometheus.CounterOpts{Namespace: space, Subsystem: "cart", Name: "total"})
var b = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name()}, nil)
var c = prometheus.NewDesc(prometheus.BuildFQName(space, "", "open"), "", nil, nil)
func f() { otel.Meter("x").Int64Counter("shop.orders") }
`;
    deepEqual(metrics('a.go', text).sort(), [
      'opentelemetry shop.orders',
      'prometheus ?',
      'prometheus orders_cart_total',
      'prometheus orders_open',
    ]);
  });

  it('in Java', () => {
    const text = `import io.micrometer.core.instrument.Counter;
import io.micrometer.core.annotation.Timed;
class A { Counter c = Counter.builder("shop.orders").register(registry);
  void f() { registry.timer("shop.search"); registry.counter(name); }
  @Timed("shop.pay") void g() {} }`;
    deepEqual(metrics('A.java', text).sort(), [
      'micrometer ?',
      'micrometer shop.orders',
      'micrometer shop.pay',
      'micrometer shop.search',
    ]);
  });

  it('are told from others by what exporters add to a name', () => {
    deepEqual(
      ['shop_orders', 'shop_orders_total', 'shop_orders_seconds_bucket', 'shop_orders_late', 'shop'].map(
        (series) => isSeriesOf(series, 'shop_orders_total'),
      ),
      [true, true, true, false, false],
    );
  });
});
