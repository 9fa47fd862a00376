/** A selector or a name that leads to nothing: what should be reached, guarded, measured or scaled is not. */
import { defineRule } from '../rule.ts';
import { checkPolicies, checkServices, checkWorkloads } from './selectedPods.ts';
import { checkIngresses, checkMonitors } from './selectedServices.ts';

const service = ['kube-linter/dangling-service', 'kube-score/service-targets-pod'];
const ingress = ['kube-linter/dangling-ingress', 'kube-score/ingress-targets-service'];
const policy = ['kube-linter/dangling-networkpolicy', 'kube-score/networkpolicy-targets-pod'];
const own = 'kube-linter/mismatching-selector';

export default defineRule({
  id: 'scaling/selector-mismatch',
  title: 'A selector or a reference in a Kubernetes object leads to nothing.',
  area: 'scaling',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    service: {
      text: '{service} selects {labels}, but the pods of {workload} have {found}: it sends traffic to nobody.',
      equivalents: service,
    },
    'service-elsewhere': {
      text: '{service} selects no pod of this repository.',
      level: 'off',
      equivalents: service,
    },
    'service-unselective': {
      text: '{service} has no selector.',
      level: 'off',
      equivalents: ['kube-linter/dangling-service'],
    },
    'service-alone': {
      text: '{service} has no selector, and there is no pod in its namespace.',
      level: 'off',
      equivalents: service,
    },
    ingress: {
      text: '{ingress} leads to Service {service}, but the only Service near it is {found}: its users get an error.',
      equivalents: ingress,
    },
    'ingress-port': {
      text: '{ingress} leads to port {port} of Service {service}, which has only {ports}: its users get an error.',
      equivalents: ingress,
    },
    'ingress-elsewhere': {
      text: '{ingress} leads to Service {service}, which is not in this repository.',
      level: 'off',
      equivalents: ingress,
    },
    'ingress-default': {
      text: '{ingress} leads to Service {service} by default, which is not in this repository, or not with that port.',
      level: 'off',
      equivalents: ['kube-linter/dangling-ingress'],
    },
    // Kube-linter knows networking.k8s.io/v1 alone, and kube-score takes every port without a name for the one that is meant.
    'ingress-kube-linter': {
      text: '{ingress} leads to a port that Service {service} does not have.',
      level: 'off',
      equivalents: ['kube-linter/dangling-ingress'],
    },
    'ingress-kube-score': {
      text: '{ingress} leads to something that is no Service of its namespace in this repository.',
      level: 'off',
      equivalents: ['kube-score/ingress-targets-service'],
    },
    route: {
      text: '{ingress} leads to Service {service}, but {instead}: its users get an error.',
    },
    policy: {
      text: '{policy} is about {labels}, but the pods of {workload} have {found}: it protects nothing.',
      equivalents: policy,
    },
    'policy-elsewhere': {
      text: '{policy} is about no pod of this repository.',
      level: 'off',
      equivalents: policy,
    },
    'policy-alone': {
      text: '{policy} is about every pod of its namespace, and there is none in this repository.',
      level: 'off',
      equivalents: policy,
    },
    'policy-peer': {
      text: '{policy} allows traffic with {labels}, which no pod of this repository has.',
      level: 'off',
      equivalents: ['kube-linter/dangling-networkpolicypeer-podselector'],
    },
    monitor: {
      text: '{monitor} selects {labels}, but {workload} has {found}: nothing is measured.',
      equivalents: ['kube-linter/dangling-servicemonitor'],
    },
    'monitor-elsewhere': {
      text: '{monitor} selects no Service of this repository.',
      level: 'off',
      equivalents: ['kube-linter/dangling-servicemonitor'],
    },
    'monitor-unselective': {
      text: '{monitor} has no selector.',
      level: 'off',
      equivalents: ['kube-linter/dangling-servicemonitor'],
    },
    'pod-monitor': {
      text: '{monitor} selects {labels}, but the pods of {workload} have {found}: nothing is measured.',
    },
    budget: {
      text: '{budget} selects {labels}, but the pods of {workload} have {found}: it guards nothing.',
    },
    deployment: {
      text: '{workload} selects {labels}, but its own pods have {found}: Kubernetes refuses it.',
      level: 'error',
      equivalents: [own, 'kube-score/deployment-pod-selector-labels-match-template-metadata-labels'],
    },
    statefulset: {
      text: '{workload} selects {labels}, but its own pods have {found}: Kubernetes refuses it.',
      level: 'error',
      equivalents: [own, 'kube-score/statefulset-pod-selector-labels-match-template-metadata-labels'],
    },
    // Kube-linter does not read the selector of a ReplicationController.
    'template-custom': {
      text: '{workload} selects {labels}, but its own pods have {found}: Kubernetes refuses it.',
      level: 'error',
    },
    template: {
      text: '{workload} selects {labels}, but its own pods have {found}: Kubernetes refuses it.',
      level: 'error',
      equivalents: [own],
    },
    'deployment-unselective': {
      text: '{workload} has no selector.',
      level: 'off',
      equivalents: [own, 'kube-score/deployment-pod-selector-labels-match-template-metadata-labels'],
    },
    'statefulset-unselective': {
      text: '{workload} has no selector.',
      level: 'off',
      equivalents: [own, 'kube-score/statefulset-pod-selector-labels-match-template-metadata-labels'],
    },
    'template-unselective': {
      text: '{workload} has no selector.',
      level: 'off',
      equivalents: [own],
    },
    'job-selector': {
      text: '{workload} selects other pods than its own.',
      level: 'off',
      equivalents: [own],
    },
    'headless-service': {
      text: '{workload} takes the names of its pods from Service {service}, which {why}: none of them can be reached by its name.',
      equivalents: ['kube-score/statefulset-has-servicename'],
    },
    'headless-elsewhere': {
      text: '{workload} takes the names of its pods from a Service that is not in this repository.',
      level: 'off',
      equivalents: ['kube-score/statefulset-has-servicename'],
    },
    account: {
      text: '{workload} runs as ServiceAccount {account}, which is not in this repository.',
      level: 'off',
      equivalents: ['kube-linter/non-existent-service-account'],
    },
  },
  check(model, report) {
    checkWorkloads(model, report);
    checkServices(model, report);
    checkPolicies(model, report);
    checkIngresses(model, report);
    checkMonitors(model, report);
  },
});
