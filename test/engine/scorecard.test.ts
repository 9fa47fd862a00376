/** Which service a practice counts for. */
import assert from 'node:assert/strict';
import { audit, MemoryWorkspace } from '../../rules/index.ts';

const deployment = (name: string, start: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  template:
    spec:
      containers:
        - name: ${name}
          image: registry.example/shop:1.4.2
          ${start}
`;

const shop = {
  Dockerfile: 'FROM node:22.4-slim\nCOPY . .\nUSER node\nCMD ["node", "server.js"]\n',
  'package.json': '{ "name": "shop", "private": true, "dependencies": { "express": "^5.0.0" } }',
  'server.js': `import express from 'express';
const app = express();
app.get('/healthz', (request, response) => response.send('ok'));
app.listen(8080);
`,
};

async function standingsOf(rule: string, files: Readonly<Record<string, string>>): Promise<unknown> {
  const { scorecard } = await audit(new MemoryWorkspace(files), { today: '2026-06-15' });
  const cells = scorecard.cells.filter((cell) => cell.rule === rule);
  return Object.fromEntries(cells.map(({ service, standing }) => [service, standing]));
}

describe('scorecard', () => {
  it('counts what code does for each service that starts the same program of one image', async () => {
    const files = {
      ...shop,
      'deploy/shop.yaml': deployment('shop', 'ports: [{ containerPort: 8080 }]'),
      'deploy/back-office.yaml': deployment('back-office', 'ports: [{ containerPort: 8080 }]'),
      'deploy/worker.yaml': deployment('worker', 'command: [node, worker.js]'),
    };
    const expected = { shop: 'met', 'back-office': 'met' };
    assert.deepEqual(await standingsOf('health/endpoint-missing', files), expected);
    const gaps = { shop: 'gap', 'back-office': 'gap' };
    assert.deepEqual(await standingsOf('resilience/shutdown-missing', files), gaps);
  });

  it('does not call pods kept apart by a constraint that counts none of them', async () => {
    const spread = (label: string): string =>
      deployment('shop', '').replace(
        'spec:\n  template:\n    spec:',
        `spec:
  replicas: 3
  template:
    metadata: { labels: { app: shop } }
    spec:
      topologySpreadConstraints:
        - { maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: ${label} } } }`,
      );
    const standing = (label: string): Promise<unknown> =>
      standingsOf('scaling/spread-missing', { ...shop, 'deploy/shop.yaml': spread(label) });
    assert.deepEqual(await standing('shop'), { shop: 'met' });
    assert.deepEqual(await standing('cart'), {});
  });

  it('takes no reports to users for metrics, a tool of its own for no counter, and health among utilities for its own', async () => {
    const files = {
      ...shop,
      'package.json':
        '{ "name": "shop", "private": true, "dependencies": { "express": "^5.0.0", "@umami/react-zen": "1.0.0" } }',
      'server.js': `import express from 'express';
const app = express();
app.get('/sites/:id/metrics', (request, response) => response.json({}));
app.get('/utils/health-check', (request, response) => response.send('ok'));
app.get('/utils/test-email', (request, response) => response.send('ok'));
app.listen(8080);
`,
      'deploy/shop.yaml': deployment('shop', 'ports: [{ containerPort: 8080 }]'),
    };
    assert.deepEqual(await standingsOf('health/endpoint-missing', files), { shop: 'met' });
    assert.notDeepEqual(await standingsOf('tracing/metrics-missing', files), { shop: 'met' });
    assert.deepEqual(await standingsOf('customers/usage-uninstrumented', files), {});
  });

  it('counts tests and images of other things for nothing against a service at the root', async () => {
    const { findings } = await audit(
      new MemoryWorkspace({
        ...shop,
        'tests/image/Dockerfile': 'FROM ubuntu\nRUN apt-get install curl\n',
        'tools/Dockerfile': 'FROM alpine\nRUN apk add make\n',
      }),
      { today: '2026-06-15' },
    );
    const others = findings.filter(({ at }) => /^(?:tests|tools)\//.test(at.file));
    assert.ok(others.length > 1);
    assert.deepEqual(
      others.filter(({ service }) => service !== undefined),
      [],
    );
  });
});
