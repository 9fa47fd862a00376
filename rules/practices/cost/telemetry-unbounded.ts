/**
 * Telemetry that grows with traffic without a bound: every trace kept, or debug logs in production.
 *
 * Source: https://opentelemetry.io/docs/languages/sdk-configuration/general/#otel_traces_sampler
 */
import { place, type Model } from '../../model/model.ts';
import { containersOf, describeContainer } from '../manifests.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'cost/telemetry-unbounded',
  title: 'A service sends all of its telemetry, whatever the traffic.',
  area: 'cost',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    traces: {
      text: '{container} is told to keep every trace, and no collector here drops any: what tracing costs grows as fast as the traffic.',
    },
    logs: {
      text: '{container} logs at level {level}: each request writes many lines, and what logging costs grows as fast as the traffic.',
    },
  },
  check(model, report) {
    const samples = isSampledLater(model);
    for (const { workload, service, container, judged } of containersOf(model)) {
      if (!judged || workload.role !== 'production' || workload.thirdParty) continue;
      const { environment } = container;
      const sampler = environment.OTEL_TRACES_SAMPLER;
      const data = { container: describeContainer(container, workload) };
      if (sampler) {
        const share = Number(environment.OTEL_TRACES_SAMPLER_ARG?.value ?? 1);
        const all =
          /^(?:parentbased_)?always_on$/.test(sampler.value) ||
          (/traceidratio$/.test(sampler.value) && share === 1);
        const at = place(workload.file, sampler);
        if (all && !samples) report.gap({ message: 'traces', data, at, service });
        else report.met(service, { at, message: 'samples traces' });
      }
      for (const name of ['LOG_LEVEL', 'LOGLEVEL', 'LOGGING_LEVEL_ROOT', 'RUST_LOG']) {
        const level = environment[name];
        if (!level) continue;
        const at = place(workload.file, level);
        if (/^(?:debug|trace|verbose|silly)$/i.test(level.value))
          report.gap({ message: 'logs', data: { ...data, level: level.value.toLowerCase() }, at, service });
        else report.met(service, { at, message: `logs at level ${level.value}` });
      }
    }
  },
});

/** Whether a collector here, or one that is not plain, keeps only a part of the traces. */
function isSampledLater({ collectors }: Model): boolean {
  return collectors.some(({ facts }) =>
    facts.configurations.some(
      ({ pipelines, open }) =>
        open || pipelines.some(({ processors }) => processors.some(({ value }) => /sampl/.test(value))),
    ),
  );
}
