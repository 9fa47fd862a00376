/** A container sets a variable twice; the last one counts. */
import type { OverriddenVariable } from '../../artifacts/kubernetes/facts.ts';
import { place, type Workload } from '../../model/model.ts';
import { removeEntry } from '../edits/yaml.ts';
import { describeContainer, isBuiltIn, workloadsOf } from '../manifests.ts';
import { defineRule, type LazyFix } from '../rule.ts';

const everybody = ['kube-linter/duplicate-env-var', 'kube-score/environment-variable-key-duplication'];

export default defineRule({
  id: 'scaling/env-overridden',
  title: 'A container sets an environment variable twice, and the first value is never seen.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  joins: false,
  fix: 'suggested',
  messages: {
    twice: {
      text: '{container} sets {variable} twice, and only the last one counts: what is written here is never seen.',
      equivalents: everybody,
    },
    custom: {
      text: '{container} sets {variable} twice, and only the last one counts: what is written here is never seen.',
    },
  },
  check(model, report) {
    for (const { workload, service } of workloadsOf(model)) {
      // What looks like two may be the two sides of a condition.
      if (workload.template) continue;
      for (const container of workload.facts.containers) {
        const at = place(workload.file, { range: container.name.range });
        if (Object.keys(container.environment).length > 0 && !container.overridden)
          report.met(service, { at, message: 'It sets each variable once.' });
        for (const variable of container.overridden ?? [])
          report.gap({
            message: isBuiltIn(workload) ? 'twice' : 'custom',
            data: { container: describeContainer(container, workload), variable: variable.name },
            at: place(workload.file, variable),
            service,
            related: [{ at: place(workload.file, { range: variable.last }), message: 'this one counts' }],
            ...(workload.role !== 'production' && { level: 'info' }),
            fixes: fixesFor(workload, variable),
          });
      }
    }
  },
});

function fixesFor({ file }: Workload, { name, item }: OverriddenVariable): LazyFix[] {
  return [
    {
      title: `Remove the ${name} that never counts`,
      safety: 'suggested',
      changes({ read }) {
        const change = removeEntry(read(file), item);
        return change ? [change] : [];
      },
    },
  ];
}
