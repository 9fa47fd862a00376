/** A repository that runs a platform, and nothing in it shows what the platform costs. */
import { place, type Model } from '../../model/model.ts';
import { terraformModules } from '../../model/terraformModules.ts';
import type { Place } from '../../text.ts';
import { defineRule } from '../rule.ts';
import { costReportIn } from './reports.ts';

export default defineRule({
  id: 'cost/visibility-missing',
  title: 'Nothing shows what a platform costs.',
  area: 'cost',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'This repository sets up a platform, and nothing in it shows what each service costs (OpenCost, Kubecost, Infracost, budgets): nobody who makes it dearer notices.',
    },
  },
  check(model, report) {
    const platform = platformIn(model);
    if (!platform) return;
    const shown = costReportIn(model);
    if (shown) report.met(undefined, { at: shown, message: 'shows cost' });
    else report.gap({ message: 'missing', at: platform });
  },
});

const cluster =
  /^(?:aws_(?:eks_cluster|ecs_cluster)|google_container_cluster|azurerm_(?:kubernetes_cluster|container_app_environment))$/;

/** Where a cluster is made: what is put on it from elsewhere is judged there. */
function platformIn(model: Model): Place | undefined {
  for (const { root, blocks } of terraformModules(model)) {
    if (!root) continue;
    const found = blocks.find(
      ({ facts }) =>
        (facts.type === 'resource' && cluster.test(facts.labels[0] ?? '')) ||
        (facts.type === 'module' &&
          /\/eks\/aws|kubernetes-engine|\/aks\/azurerm|\/ecs\/aws/.test(
            facts.attributes.source?.value ?? '',
          )),
    );
    if (found) return place(found.file, { range: found.facts.header });
  }
  return undefined;
}
