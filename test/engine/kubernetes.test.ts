/** What manifests, kustomizations and Helm charts say; on any text, never an exception and never a range outside it. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubernetesFacts } from '../../rules/artifacts/kubernetes/facts.ts';
import { helmChart, helmValues } from '../../rules/artifacts/kubernetes/helm.ts';
import { kubernetes } from '../../rules/artifacts/kubernetes/kubernetes.ts';
import { withHelmValues } from '../../rules/model/helm.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string, path = 'k8s/all.yaml'): KubernetesFacts {
  assert.ok(kubernetes.claims(path) && kubernetes.mayHold(text, path), 'the text is not looked at');
  const { facts } = kubernetes.parse(textFile(path, text));
  assert.ok(facts, 'there are no facts');
  return facts;
}

function value(fact: { known: boolean; value?: unknown } | undefined): unknown {
  return fact?.value;
}

function holdsNone(text: string): void {
  assert.equal(kubernetes.parse(textFile('a.yaml', text)).facts, undefined);
}

const pod = `
      containers:
        - name: web
          image: "web:1"
          ports:
            - { name: http, containerPort: 8080 }
          env:
            - name: PORT
              value: "8080"
            - name: SECRET
              valueFrom: { secretKeyRef: { name: a, key: b } }
          readinessProbe:
            httpGet:
              path: /ready # ok
              port: http
          livenessProbe:
            exec: { command: [check, --now] }
          startupProbe:
            grpc: { port: 9090 }
          resources:
            requests: { cpu: 1, memory: 64Mi }
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  template:
    metadata:
      labels: { app: web }
    spec:${pod}`;

describe('Kubernetes manifests', () => {
  it('tell what containers say, with exact ranges', () => {
    const facts = read(deployment);
    const [workload] = facts.workloads;
    const [container] = workload!.containers;
    const at = (fact: { range: { start: number; end: number } } | undefined): string =>
      deployment.slice(fact!.range.start, fact!.range.end);
    assert.deepEqual(workload!.replicas, { known: true, value: 2, range: workload!.replicas!.range });
    assert.deepEqual(workload!.podLabels, { app: 'web' });
    assert.equal(at(container!.name), 'web');
    assert.equal(at(container!.image), '"web:1"');
    assert.equal(at(container!.readiness), 'readinessProbe');
    assert.equal(at(container!.readiness!.path), '/ready');
    assert.equal(at(container!.resources), 'resources');
    assert.equal(at({ range: container!.resources!.value! }), 'requests: { cpu: 1, memory: 64Mi }');
    assert.equal(value(container!.readiness!.port), 'http');
    assert.deepEqual(container!.liveness!.command, ['check', '--now']);
    assert.equal(container!.startup!.handler, 'grpc');
    assert.equal(value(container!.requests.cpu), '1');
    assert.equal(container!.environment['PORT']!.value, '8080');
    assert.equal(container!.environment['SECRET'], null);
    assert.ok(at(container).startsWith('name: web') && at(container).endsWith('memory: 64Mi }'));
  });

  it('may be of any kind with a pod template, in lists, and in JSON', () => {
    for (const [kind, path] of [
      ['StatefulSet', ['template']],
      ['Rollout', ['template']],
      ['CronJob', ['jobTemplate', 'spec', 'template']],
      ['ScaledJob', ['jobTargetRef', 'template']],
      ['Anything', ['podTemplate']],
    ] as const) {
      const template: unknown = { spec: { containers: [{ name: 'a', image: 'b' }] } };
      const spec = path.reduceRight((inner, key) => ({ [key]: inner }), template);
      const object = { apiVersion: 'example.org/v1', kind, metadata: { name: 'x' }, spec };
      const list = { apiVersion: 'v1', kind: 'List', items: [object, object] };
      assert.equal(read(JSON.stringify(list, null, 2), 'k8s/list.json').workloads.length, 2, kind);
    }
    assert.equal(
      read('apiVersion: v1\nkind: Pod\nspec:\n  containers: [{ name: a, image: b }]\n').workloads.length,
      1,
    );
    const knative = deployment.replace('apps/v1', 'serving.knative.dev/v1').replace('Deployment', 'Service');
    const facts = read(knative);
    assert.deepEqual([facts.workloads.length, facts.services.length], [1, 0]);
  });

  it('are not what says otherwise', () => {
    holdsNone('name: ci\non: push\njobs:\n  a:\n    container: { image: b }\n');
    holdsNone('services:\n  web:\n    image: web\n');
    holdsNone('#cloud-config\npackages: [nginx]\n');
    holdsNone('openapi: 3.0.0\npaths: {}\n');
    const schema = deployment.replace('kind: Deployment', 'kind: CustomResourceDefinition');
    holdsNone(schema);
    const both = `${schema}---\n${deployment}`;
    assert.equal(
      both.slice(read(both).workloads[0]!.containers[0]!.name.range.start).startsWith('web'),
      true,
    );
    const inList = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'CustomResourceDefinition' }],
    });
    assert.deepEqual(read(inList).workloads, []);
  });

  it('may be patches', () => {
    const without = deployment.replace('          image: "web:1"\n', '');
    assert.equal(read(without).workloads[0]!.patch, true);
    assert.equal(
      read('apiVersion: apps/v1\nkind: Deployment\n$patch: delete\nspec: {}\n').workloads[0]!.patch,
      true,
    );
    assert.equal(read(deployment).workloads[0]!.patch, false);
  });

  it('share parts by anchors and merge keys', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
x-common: &common
  image: a:1
  readinessProbe: &probe { tcpSocket: { port: 80 } }
spec:
  template:
    spec:
      containers:
        - <<: *common
          name: a
        - name: b
          image: b:1
          livenessProbe: *probe
`;
    const [a, b] = read(text).workloads[0]!.containers;
    assert.equal(value(a!.image), 'a:1');
    assert.equal(a!.readiness!.handler, 'tcp');
    assert.equal(b!.liveness!.handler, 'tcp');
  });

  it('tell what leads traffic to pods and scales them', () => {
    const facts = read(`apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path: /up }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { annotations: { alb.ingress.kubernetes.io/healthcheck-path: /health } }
spec:
  defaultBackend: { service: { name: fallback } }
  rules: [{ http: { paths: [{ path: /a, backend: { service: { name: web } } }] } }]
---
apiVersion: extensions/v1beta1
kind: Ingress
spec: { rules: [{ http: { paths: [{ backend: { serviceName: old } }] } }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec: { rules: [{ matches: [{ path: { value: /b } }], backendRefs: [{ name: web }] }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec: { scaleTargetRef: { kind: StatefulSet, name: web }, minReplicas: 2, maxReplicas: 9 }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
spec: { scaleTargetRef: { name: web }, maxReplicaCount: 5 }
`);
    assert.equal(facts.services[0]!.healthPath!.value, '/up');
    assert.deepEqual(facts.services[0]!.selector, { app: 'web' });
    const backends = facts.ingresses.flatMap((ingress) =>
      ingress.backends.map(({ service, path }) => `${service.known ? service.value : '?'} ${path ?? ''}`),
    );
    assert.deepEqual(backends, ['fallback ', 'web /a', 'old ', 'web /b']);
    assert.equal(facts.ingresses[0]!.healthPath!.value, '/health');
    assert.deepEqual(
      facts.autoscalers.map(({ target, max }) => [target.kind, value(max)]),
      [
        ['StatefulSet', 9],
        ['Deployment', 5],
      ],
    );
  });

  it('say what selects, bounds and sets what', () => {
    const { budgets, monitors, networkPolicies, settings, autoscalers, workloads } = read(`apiVersion: v1
kind: List
items:
  - apiVersion: policy/v1beta1
    kind: PodDisruptionBudget
    spec: { minAvailable: 50%, selector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] } }
  - apiVersion: monitoring.coreos.com/v1
    kind: ServiceMonitor
    spec: { namespaceSelector: { any: true }, selector: { matchLabels: { app: a } } }
  - apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: b } } }, { ipBlock: {} }] }] }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: { x: "1" }, binaryData: { y: AA== } }
  - { apiVersion: external-secrets.io/v1, kind: ExternalSecret, metadata: { name: e }, spec: { target: { name: s } } }
  - apiVersion: autoscaling/v2beta1
    kind: HorizontalPodAutoscaler
    spec:
      scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
      metrics: [{ type: Resource, resource: { name: cpu, targetAverageUtilization: 70 } }]
  - apiVersion: apps/v1
    kind: StatefulSet
    metadata: { name: d }
    spec:
      serviceName: d
      selector: { matchLabels: { app: d } }
      template:
        metadata: { labels: { app: d } }
        spec:
          serviceAccountName: d
          volumes: [{ name: v, persistentVolumeClaim: { claimName: v } }]
          containers:
            - image: d
              env: [{ name: X, valueFrom: { configMapKeyRef: { name: c, key: x, optional: true } } }]
              envFrom: [{ secretRef: { name: s } }]
`);
    assert.equal(value(budgets[0]!.minAvailable), '50%');
    assert.deepEqual(budgets[0]!.selector!.expressions, [{ key: 'app', operator: 'In', values: ['a', 'b'] }]);
    assert.equal(monitors[0]!.namespaces, 'any');
    assert.deepEqual(
      networkPolicies[0]!.peers.map(({ labels }) => labels),
      [{ app: 'b' }],
    );
    assert.deepEqual(
      settings.map(({ kind, name, keys, complete }) => [kind, value(name), keys, complete]),
      [
        ['ConfigMap', 'c', ['x', 'y'], true],
        ['Secret', 's', [], false],
      ],
    );
    assert.deepEqual(
      autoscalers[0]!.metrics.map(({ resource, relative }) => [resource, relative]),
      [['cpu', true]],
    );
    const [set] = workloads;
    assert.deepEqual(
      [value(set!.serviceName), value(set!.serviceAccount), set!.keepsData, set!.selector!.labels],
      ['d', 'd', true, { app: 'd' }],
    );
    assert.deepEqual(
      set!.containers[0]!.references.map(({ kind, key, optional }) => [kind, value(key), optional]),
      [
        ['ConfigMap', 'x', true],
        ['Secret', undefined, false],
      ],
    );
  });

  it('list what a kustomization is made of', () => {
    for (const head of ['', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n']) {
      const text = `${head}resources:\n- a.yaml\ncomponents:\n- ../c\npatches:\n- path: p.yaml\n- patch: |-\n    kind: x\n`;
      assert.deepEqual(read(text).kustomization, {
        resources: ['a.yaml', '../c'],
        patches: ['p.yaml'],
        changes: [{ kind: 'x', paths: ['/kind'] }],
        images: [],
        generates: [],
      });
    }
    holdsNone('version: 2\nresources:\n  - kind: bucket\n');
  });

  it('list what a kustomization changes', () => {
    const text = `images:
  - { name: web, newTag: 1.2.3 }
  - { name: db, newName: other }
replicas:
  - { name: web, count: 3 }
patches:
  - target: { kind: Deployment, name: web.* }
    patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/resources
        value: {}
patchesStrategicMerge:
  - |-
    kind: Deployment
    metadata: { name: api }
    spec: { replicas: 2 }
`;
    const { images, changes } = read(text).kustomization!;
    assert.deepEqual(images, ['web']);
    assert.deepEqual(
      changes.map(({ kind, name, paths, replicas }) => [kind, name, paths, value(replicas)]),
      [
        [undefined, 'web', ['/spec/replicas'], 3],
        ['Deployment', 'web.*', ['/spec/template/spec/containers/0/resources'], undefined],
        ['Deployment', 'api', ['/kind', '/metadata/name', '/spec/replicas'], 2],
      ],
    );
  });

  it('tell how pods are placed, replaced and bounded', () => {
    const [web, nightly] = read(`apiVersion: apps/v1
kind: Deployment
spec:
  strategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 50% } }
  template:
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - podAffinityTerm: { topologyKey: zone, labelSelector: { matchLabels: { app: web } } }
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: host
      topologySpreadConstraints: [{ topologyKey: zone }]
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }]
      containers: [{ name: a, image: b }]
---
apiVersion: batch/v1
kind: CronJob
spec:
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 60
      template:
        spec:
          restartPolicy: Never
          containers: [{ name: a, image: b }]
`).workloads;
    const { strategy, placement } = web!;
    assert.deepEqual([value(strategy!.type), value(strategy!.maxUnavailable)], ['RollingUpdate', '50%']);
    assert.deepEqual(placement!.apart, [
      { topologyKey: 'zone', namespaces: [], selector: { labels: { app: 'web' }, expressions: [] } },
      { topologyKey: 'host', namespaces: [] },
    ]);
    const [spread] = placement!.spreads;
    assert.deepEqual(
      [value(spread!.topologyKey), spread!.selector, placement!.templated],
      ['zone', undefined, false],
    );
    const job = nightly!.job!;
    assert.deepEqual(
      [value(job.ttlSecondsAfterFinished), value(job.restartPolicy), value(job.schedule!.concurrencyPolicy)],
      [60, 'Never', 'Forbid'],
    );
  });

  it('accept quoted text as kubectl does, and tell what is broken', () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    a: '[\n    1\n    ]'\nspec:\n  containers: [{ name: a, image: b }]\n`;
    const parsed = kubernetes.parse(textFile('a.yaml', text));
    assert.deepEqual([parsed.problems.length, parsed.facts!.workloads[0]!.containers.length], [0, 1]);
    assert.ok(
      kubernetes.parse(textFile('a.yaml', 'apiVersion: v1\nkind: Pod\nspec: {\n')).problems.length > 0,
    );
  });
});

const template = `{{- if .Values.enabled }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Values.name | default "web" }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      labels:
        {{- include "web.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.name }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          {{- with .Values.liveness }}
          livenessProbe:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          readinessProbe: {{- toYaml .Values.readiness | nindent 12 }}
          startupProbe:
            httpGet:
              path: {{ .Values.startup.path }}
              port: http
          env:
            - name: A
              value: b
            {{- toYaml .Values.env | nindent 12 }}
          resources:
{{ toYaml .Values.resources | indent 12 }}
{{- end }}
`;

describe('Helm templates', () => {
  it('leave open what the values decide, and say which value', () => {
    const { workloads, objects, template: isTemplate } = read(template);
    const [container] = workloads[0]!.containers;
    assert.equal(isTemplate, true);
    assert.deepEqual(objects[0]!.name, {
      known: false,
      range: objects[0]!.name.range,
      values: 'name',
      fallback: 'web',
    });
    assert.deepEqual(workloads[0]!.podLabels, { '{{ include "web.labels" . }}': '' });
    assert.equal(workloads[0]!.labelsTemplated, true);
    assert.equal(container!.liveness!.values, 'liveness');
    assert.equal(container!.readiness!.values, 'readiness');
    assert.equal(container!.startup!.handler, 'http');
    assert.equal(container!.startup!.path!.known, false);
    assert.deepEqual([container!.resources!.values, container!.resources!.templated], ['resources', true]);
    assert.equal(container!.templated, false);
  });

  it('may put out keys of a container', () => {
    const text = template.replace(
      '          startupProbe:',
      '          {{- include "web.more" . | nindent 10 }}\n          startupProbe:',
    );
    assert.equal(read(text).workloads[0]!.containers[0]!.templated, true);
  });

  it('are settled by the values of their chart', () => {
    const values = `name: ""
replicas: 3
image: { name: shop/web }
liveness: {}
readiness:
  httpGet: { path: /ready, port: 80 }
startup: { path: /started }
resources:
  limits:
  requests:
    cpu: 10m
`;
    const chart = 'apiVersion: v2\nname: shop\nappVersion: "1.2"\n';
    const parsed = new Map([['c/templates/web.yaml', read(template)]]);
    const valueFacts = helmValues.parse(textFile('c/values.yaml', values)).facts!;
    const chartFacts = helmChart.parse(textFile('c/Chart.yaml', chart)).facts!;
    const settled = withHelmValues(
      parsed,
      new Map([['c/values.yaml', valueFacts]]),
      new Map([['c/Chart.yaml', chartFacts]]),
    ).get('c/templates/web.yaml')!;
    const [container] = settled.workloads[0]!.containers;
    assert.equal(value(settled.objects[0]!.name), 'web');
    assert.equal(value(settled.workloads[0]!.replicas), 3);
    assert.equal(value(container!.name), 'shop');
    assert.equal(value(container!.image), 'shop/web:1.2');
    assert.equal(container!.liveness, undefined);
    assert.equal(values.slice(container!.unset!.liveness!.range.start).startsWith('liveness'), true);
    assert.deepEqual([container!.readiness!.handler, container!.readiness!.file], ['http', 'c/values.yaml']);
    assert.equal(value(container!.startup!.path), '/started');
    assert.equal(value(container!.requests.cpu), '10m');
    assert.deepEqual(container!.limits, {});
    assert.equal(container!.resources!.file, 'c/values.yaml');
  });
});

describe('any text', () => {
  const sources = [
    deployment,
    template,
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', spec: {} }, null, 1),
  ];

  it('never makes a manifest throw, and ranges stay in the text', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{{- end }}',
      '&a ',
      '*a',
      '<<: *a\n',
      '- ',
      ': ',
      '\n',
      '\r\n',
      '"',
      "'",
      '|',
      '{',
      ']',
      '\t',
      '\u0000',
      '😀',
      '---\n',
    );
    const edits = fc.array(fc.tuple(fc.nat(1000), fc.nat(30), pieces), { maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...sources), edits, (source, changes) => {
        let text = source;
        for (const [at, length, piece] of changes) text = text.slice(0, at) + piece + text.slice(at + length);
        const parsed = kubernetes.parse(textFile('a.yaml', text));
        assertRanges(parsed, text.length);
        assertRanges(helmValues.parse(textFile('values.yaml', text)), text.length);
        assertRanges(helmChart.parse(textFile('Chart.yaml', text)), text.length);
        assert.deepEqual(JSON.parse(JSON.stringify(parsed.facts ?? null)), parsed.facts ?? null);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused where it nests without end, and alias bombs stay small', () => {
    const deep = `apiVersion: v1\nkind: Pod\nspec: ${'['.repeat(100_000)}`;
    assert.equal(kubernetes.parse(textFile('a.yaml', deep)).problems.length, 1);
    const lines = Array.from(
      { length: 60 },
      (_, index) => `x${index + 1}: &x${index + 1} [${`*x${index},`.repeat(9)}]`,
    );
    const bomb = `apiVersion: v1\nkind: List\nx0: &x0 [a]\n${lines.join('\n')}\nitems: *x60\n`;
    const started = performance.now();
    kubernetes.parse(textFile('a.yaml', bomb));
    assert.ok(performance.now() - started < 1000);
  });
});

function assertRanges(value: unknown, length: number): void {
  if (typeof value !== 'object' || value === null) return;
  const { start, end } = value as { start?: unknown; end?: unknown };
  if (typeof start === 'number' && typeof end === 'number')
    assert.ok(start >= 0 && start <= end && end <= length, `${start}–${end} of ${length}`);
  for (const inner of Object.values(value)) assertRanges(inner, length);
}
