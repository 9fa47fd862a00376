/** Asks of a collector's configuration whether its pipelines hold together and withstand a burst. */
import type { CollectorConfiguration, Section } from '../../artifacts/collector/facts.ts';
import type { Model } from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import { nearest } from '../../nearest.ts';
import type { Ranged } from '../../text.ts';
import { defineRule, type Report } from '../rule.ts';

export default defineRule({
  id: 'tracing/collector-pipeline',
  title: 'A pipeline of the OpenTelemetry collector does not hold together, or does not withstand a burst.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    undefined: {
      text: 'The pipeline {pipeline} uses the {kind} {name}, which is not defined, so the collector does not start.{hint}',
      level: 'error',
    },
    extension: {
      text: 'The service uses the extension {name}, which is not defined, so the collector does not start.{hint}',
      level: 'error',
    },
    unused: {
      text: 'The {kind} {name} is defined and nothing uses it, so it does nothing, whatever it is set to.',
    },
    'no-limiter': {
      text: 'No memory_limiter guards the pipelines {pipelines}: a burst of telemetry kills the collector, and what it held is lost.',
    },
    'no-batch': {
      text: 'The pipelines {pipelines} send without batching, so each span costs a request of its own.',
      level: 'info',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.collectors) {
      if (model.role(file) !== 'production') continue;
      for (const configuration of facts.configurations) {
        const [first] = configuration.pipelines;
        if (!first) continue;
        if (configuration.open) {
          const why = 'A template or a chart adds to this configuration of the collector.';
          report.unknown(undefined, why, { file, range: first.name.range });
          continue;
        }
        const sound = [
          reportReferences(file, configuration, model, report),
          reportUnused(file, configuration, report),
          reportProcessors(file, configuration, report),
        ];
        if (sound.every(Boolean))
          report.met(undefined, {
            at: { file, range: first.name.range },
            message: 'The pipelines hold together',
          });
      }
    }
  },
});

type Keys = 'undefined' | 'extension' | 'unused' | 'no-limiter' | 'no-batch';

const used = ['receivers', 'processors', 'exporters'] as const;

/** @returns whether all that is used is defined, as far as it is known */
function reportReferences(
  file: string,
  { defined, pipelines, extensions }: CollectorConfiguration,
  model: Model,
  report: Report<Keys>,
): boolean {
  // The collector merges several files; those of a folder may be meant for the same one.
  const beside = model.collectors.filter((other) => folderOf(other.file) === folderOf(file));
  const elsewhere = new Set(
    beside.flatMap(({ facts }) =>
      facts.configurations.flatMap((other) =>
        Object.values(other.defined)
          .flat()
          .map(({ value }) => value),
      ),
    ),
  );
  let sound = true;
  const check = (
    name: Ranged<string>,
    known: readonly Ranged<string>[],
    message: 'undefined' | 'extension',
    data: object,
  ) => {
    if (name.value.includes('$') || (elsewhere.has(name.value) && !isOwn(name, known, defined))) return;
    if (known.some(({ value }) => value === name.value)) return;
    sound = false;
    const near = nearest(
      name.value,
      known.map(({ value }) => value),
    );
    const hint = near ? ` Did you mean ${near}?` : '';
    report.gap({ message, data: { name: name.value, hint, ...data }, at: { file, range: name.range } });
  };
  for (const pipeline of pipelines)
    for (const section of used) {
      const known =
        section === 'processors' ? defined.processors : [...defined[section], ...defined.connectors];
      const data = { pipeline: pipeline.name.value, kind: section.slice(0, -1) };
      for (const name of pipeline[section]) check(name, known, 'undefined', data);
    }
  for (const name of extensions) check(name, defined.extensions, 'extension', {});
  return sound;
}

/** Whether this very configuration defines the name, if only in another section. */
function isOwn(
  { value }: Ranged<string>,
  known: readonly Ranged<string>[],
  defined: CollectorConfiguration['defined'],
): boolean {
  return [...known, ...Object.values(defined).flat()].some((one) => one.value === value);
}

function reportUnused(
  file: string,
  { defined, pipelines, extensions }: CollectorConfiguration,
  report: Report<Keys>,
): boolean {
  const inPipelines = new Set(
    pipelines.flatMap((pipeline) => used.flatMap((section) => pipeline[section].map(({ value }) => value))),
  );
  const started = new Set(extensions.map(({ value }) => value));
  let sound = true;
  for (const [section, names] of Object.entries(defined) as [Section, readonly Ranged<string>[]][])
    for (const { value, range } of names) {
      if ((section === 'extensions' ? started : inPipelines).has(value)) continue;
      sound = false;
      report.gap({
        message: 'unused',
        data: { kind: section.slice(0, -1), name: value },
        at: { file, range },
      });
    }
  return sound;
}

function reportProcessors(
  file: string,
  { pipelines }: CollectorConfiguration,
  report: Report<Keys>,
): boolean {
  // A pipeline that only feeds another one is guarded by that one's own processors, or the exporter's queue.
  const lacking = (type: string) =>
    pipelines.filter(({ processors }) => !processors.some(({ value }) => value.split('/')[0] === type));
  let sound = true;
  for (const [message, type] of [
    ['no-limiter', 'memory_limiter'],
    ['no-batch', 'batch'],
  ] as const) {
    const without = lacking(type);
    const [first] = without;
    if (!first) continue;
    sound = false;
    const names = without.map(({ name }) => name.value).join(', ');
    report.gap({ message, data: { pipelines: names }, at: { file, range: first.name.range } });
  }
  return sound;
}
