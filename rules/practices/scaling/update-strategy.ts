/** An update that takes the old pods away before new ones answer. */
import type { Cluster } from '../../model/cluster.ts';
import { place, type Workload } from '../../model/model.ts';
import type { Place } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import {
  describeWorkload,
  placeOfWorkload,
  senderOf,
  workloadsOf,
  type WorkloadSubject,
} from '../manifests.ts';
import { defineRule, type LazyFix, type Report } from '../rule.ts';
import { imagesAreKnown, mayRunTwice, replicasOf } from './replicas.ts';

export default defineRule({
  id: 'scaling/update-strategy',
  title: 'An update takes all pods of a service away at once.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    recreate: {
      text: '{workload} is updated by Recreate although {service} sends it traffic: each deployment is an outage from the last old pod to the first new one.',
      equivalents: ['kube-linter/no-rolling-update-strategy', 'kube-score/deployment-strategy'],
    },
    'recreate-custom': {
      text: '{workload} is updated by Recreate although {service} sends it traffic: each deployment is an outage from the last old pod to the first new one.',
    },
    emptied: {
      text: 'maxUnavailable {value} lets an update stop every pod of {workload} at once although {service} sends it traffic: each deployment is an outage.',
    },
    'kube-linter': {
      text: '{workload} is not updated by RollingUpdate.',
      level: 'off',
      equivalents: ['kube-linter/no-rolling-update-strategy'],
    },
    'kube-score': {
      text: '{workload} is not updated by RollingUpdate although a Service sends it traffic; it is a tool or test, somebody else’s product, or cannot run twice.',
      level: 'off',
      equivalents: ['kube-score/deployment-strategy'],
    },
  },
  check(model, report) {
    for (const subject of workloadsOf(model)) checkWorkload(subject, model.cluster, report);
  },
});

type Key = `recreate${'' | '-custom'}` | 'emptied' | 'kube-linter' | 'kube-score';

/** Kinds that say how they are updated. */
const updated = new Set(['Deployment', 'DaemonSet', 'StatefulSet', 'DeploymentConfig']);

function checkWorkload(subject: WorkloadSubject, cluster: Cluster, report: Report<Key>): void {
  const { workload, service, judged } = subject;
  const { strategy, spec } = workload.facts;
  const sender = senderOf(workload);
  if (!updated.has(workload.kind)) return;
  const served = judged && sender !== undefined && !workload.thirdParty && imagesAreKnown(workload);
  const at: Place = strategy ? placeOf(workload) : placeOfWorkload(workload);
  if (strategy ? strategy.templated : spec?.templated) {
    if (served) report.unknown(service, 'A template or patch decides how it is updated.', at);
    return;
  }
  const type = strategy?.type?.known ? strategy.type.value : undefined;
  const data = { workload: describeWorkload(workload) };
  const gap = (message: Key, where: Place, value = '', fixes: readonly LazyFix[] = []): void =>
    report.gap({
      message,
      data: {
        ...data,
        ...(sender && { service: sender.name === undefined ? 'a Service' : `Service ${sender.name}` }),
        ...(value !== '' && { value }),
      },
      at: where,
      service,
      ...(workload.role === 'example' && { level: 'info' as const }),
      fixes,
    });
  const deployment = workload.kind === 'Deployment';
  // A volume that one node writes to must be let go before another pod can have it.
  const recreated = served && deployment && type === 'Recreate' && mayRunTwice(workload);
  const emptied = served && type !== 'Recreate' && strategy?.maxUnavailable?.known && isAll(workload);
  // What is left out is RollingUpdate where these versions of their kinds are written.
  const byDefault = /^apps(?:\/v1|\.openshift\.io\/v1)$/.test(workload.object.apiVersion);
  const byKubeLinter = type ? !/^Rolling(?:Update)?$/.test(type) : !byDefault;
  const isServed = cluster.isServed(workload.facts.podLabels, workload.object.namespace);
  const byKubeScore = deployment && isServed && type !== undefined && type !== 'RollingUpdate';
  const agreed = recreated && byKubeLinter && byKubeScore;
  if (recreated)
    gap(
      agreed ? 'recreate' : 'recreate-custom',
      at,
      '',
      fixFor(workload, strategy!.type!, 'RollingUpdate', 'by RollingUpdate'),
    );
  else if (emptied) {
    const { maxUnavailable } = strategy;
    gap(
      'emptied',
      place(workload.file, maxUnavailable),
      String(isKnown(maxUnavailable)),
      fixFor(workload, maxUnavailable!, '25%', 'a quarter of its pods at a time'),
    );
  } else if (served) report.met(service, { at, message: 'It is updated pod by pod.' });
  if (agreed) return;
  if (byKubeLinter) gap('kube-linter', at);
  if (byKubeScore) gap('kube-score', at);
}

/** Whether it lets all replicas be unavailable. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable */
function isAll(workload: Workload): boolean {
  const value = isKnown(workload.facts.strategy?.maxUnavailable) ?? '';
  if (/^\d+%$/.test(value)) return Number.parseInt(value, 10) >= 100;
  const replicas = workload.autoscaler ? undefined : replicasOf(workload);
  return (
    /^\d+$/.test(value) && replicas?.known === true && replicas.count > 0 && Number(value) >= replicas.count
  );
}

function isKnown(
  value: { readonly known: boolean; readonly value?: string } | undefined,
): string | undefined {
  return value?.known ? value.value : undefined;
}

function placeOf({ file, facts: { strategy } }: Workload): Place {
  return place(file, strategy!.type?.known ? strategy!.type : strategy);
}

function fixFor(
  workload: Workload,
  fact: { readonly range: Place['range']; readonly file?: string },
  value: string,
  words: string,
): LazyFix[] {
  const at = place(workload.file, fact);
  if (workload.template && at.file === workload.file) return [];
  return [
    {
      title: `Update ${words}`,
      safety: 'suggested',
      changes({ read }) {
        const change = setScalar(read(at.file), at.range!, value);
        return change ? [change] : [];
      },
    },
  ];
}
