/** The model joins what files say: which artifacts are one service, and what its code serves and is started with. */
import assert from 'node:assert/strict';
import { audit, MemoryWorkspace, type Model } from '../../rules/index.ts';
import { readCommand } from '../../rules/model/commands.ts';
import { fileIndex } from '../../rules/model/fileIndex.ts';
import { parseImage } from '../../rules/model/images.ts';
import { roles } from '../../rules/model/roles.ts';
import { findRoute } from '../../rules/model/routes.ts';

async function modelOf(files: Readonly<Record<string, string>>): Promise<Model> {
  return (await audit(new MemoryWorkspace(files), { today: '2026-06-15' })).model;
}

const dockerfile = 'FROM node:22-alpine\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n';

function deployment(name: string, image: string, more = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, tier: web } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
${more}`;
}

function service(name: string, selector: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  selector: { ${selector} }
  ports: [{ port: 80 }]
`;
}

describe('fileIndex', () => {
  const index = fileIndex(['a/b/c.ts', 'a/b.ts', 'a-b/x'], ['dist/', 'link']);

  it('knows files and folders', () => {
    assert.equal(index.has('a/b.ts'), true);
    assert.equal(index.has('a/b'), false);
    assert.equal(index.hasFolder('a/b/'), true);
    assert.deepEqual(index.under('a'), ['a/b.ts', 'a/b/c.ts']);
    assert.equal(index.under('').length, 3);
  });

  it('never calls absent what was not looked into', () => {
    assert.equal(index.has('dist/server.js'), true);
    assert.equal(index.has('link/anything'), true);
    assert.equal(index.lists('dist/server.js'), false);
  });
});

describe('roles', () => {
  const role = roles(false);

  it('tells production from tests, examples and tools', () => {
    const roleOf = Object.fromEntries([
      ['src/server.ts', 'production'],
      ['src/server.test.ts', 'test'],
      ['e2e/compose.yaml', 'test'],
      ['charts/api/templates/deployment.yaml', 'production'],
      ['charts/api/templates/tests/ping.yaml', 'test'],
      ['examples/basic/Dockerfile', 'example'],
      ['examples/basic/tests/Dockerfile', 'test'],
      ['src/loadgenerator/Dockerfile', 'tool'],
      ['docker-compose.dev.yml', 'tool'],
      ['docker/development/compose.yml', 'tool'],
      ['Dockerfile.debug', 'tool'],
      ['build/e2e-go.dockerfile', 'test'],
      ['jest.global-setup.ts', 'test'],
      ['web/Dockerfile.playwright', 'test'],
      ['.gitpod/Dockerfile', 'tool'],
      ['.cursor/Dockerfile', 'tool'],
      ['compose.monitoring-local-stack.yaml', 'tool'],
      ['docker-compose-notebook.yml', 'tool'],
    ] as const);
    for (const [path, expected] of Object.entries(roleOf)) assert.equal(role(path), expected, path);
  });

  it('takes the examples for the product where there is nothing else', async () => {
    const alone = await modelOf({ 'examples/api/Dockerfile': dockerfile, 'README.md': '# Examples' });
    assert.deepEqual(
      alone.services.map(({ name }) => name),
      ['api'],
    );
    const beside = await modelOf({ 'examples/api/Dockerfile': dockerfile, 'shop/Dockerfile': dockerfile });
    assert.deepEqual(
      beside.services.map(({ name }) => name),
      ['shop'],
    );
  });
});

describe('parseImage', () => {
  it('reads registries, ports, tags, digests and variables', () => {
    assert.deepEqual(parseImage('localhost:5000/acme/api:1.2@sha256:00'), {
      repository: 'localhost:5000/acme/api',
      name: 'api',
      qualified: true,
      tag: '1.2',
      digest: 'sha256:00',
    });
    assert.equal(parseImage('${REGISTRY:-ghcr.io/acme}/api:${TAG}')?.name, 'api');
    assert.equal(parseImage('${IMAGE}'), undefined);
  });
});

describe('services', () => {
  it('joins Dockerfile, Compose, manifests and package to one service, with evidence', async () => {
    const model = await modelOf({
      'services/cart/package.json':
        '{ "name": "@acme/cart", "scripts": { "start": "node server.js" }, "dependencies": { "express": "5.1.0" } }',
      'services/cart/server.js':
        "const app = require('express')();\napp.get('/healthz', (q, s) => s.end());\napp.listen(3000);\n",
      'services/cart/Dockerfile': dockerfile,
      'services/cart/Dockerfile.arm64': dockerfile,
      'compose.yaml': 'services:\n  cart:\n    build: services/cart\n  db:\n    image: postgres:16\n',
      'k8s/cart.yaml': `${deployment('cart', 'registry.acme.example/shop/cart:1.2')}---\n${service('cart', 'app: cart')}`,
    });
    const [cart, ...others] = model.services;
    assert.deepEqual(others, []);
    assert.equal(cart?.name, 'cart');
    assert.equal(cart.root, 'services/cart');
    assert.equal(cart.dockerfiles.length, 2);
    assert.equal(cart.composeServices.length, 1);
    assert.equal(cart.workloads[0]?.services[0]?.name, 'cart');
    assert.deepEqual(cart.code?.entryPoints, ['services/cart/server.js']);
    assert.equal(model.serviceOf('services/cart/lib/deep/file.js'), cart);
    assert.equal(model.serviceOf('k8s/cart.yaml'), undefined);
    assert.equal(model.serviceRunning(cart.workloads[0]!), cart);
    assert.ok(
      cart.evidence.some(({ message }) => /runs the image registry\.acme\.example\/shop\/cart/.test(message)),
    );
    assert.equal(model.composeServices.find(({ facts }) => facts.name.value === 'db')?.thirdParty, true);
  });

  it('finds the service of a Dockerfile that is kept elsewhere, in a monorepo', async () => {
    const model = await modelOf({
      'package.json': '{ "private": true, "workspaces": ["apps/*"] }',
      'apps/api/package.json': '{ "name": "api", "scripts": { "start": "node dist/main.js" } }',
      'apps/api/src/main.ts': 'export {};\n',
      'apps/worker/package.json': '{ "name": "worker", "scripts": { "start": "node dist/main.js" } }',
      'docker/api.Dockerfile': 'FROM node:22\nCOPY apps apps\nEXPOSE 80\nCMD ["npm", "start"]\n',
      Dockerfile:
        'FROM node:22\nCOPY . .\nWORKDIR /app/apps/worker\nEXPOSE 80\nCMD ["node", "dist/main.js"]\n',
    });
    assert.deepEqual(
      model.services.map(({ name, root, dockerfiles }) => [name, root, dockerfiles[0]?.file]),
      [
        ['api', 'apps/api', 'docker/api.Dockerfile'],
        ['worker', 'apps/worker', 'Dockerfile'],
      ],
    );
    assert.deepEqual(model.services[0]?.code?.entryPoints, ['apps/api/src/main.ts']);
  });

  it('finds the program of a module that an image is named after, and the name without the product’s', async () => {
    const { services } = await modelOf({
      'go.mod': 'module example.test/shop\n\ngo 1.25\n',
      'shop-stock/cmd/main.go':
        'package main\n\nimport (\n\t"net"\n\n\t"example.test/shop/shop-stock/api"\n\t"google.golang.org/grpc"\n)\n\nfunc main() {\n\tlis, _ := net.Listen("tcp", ":8080")\n\tserver := grpc.NewServer()\n\tapi.Add(server)\n\tserver.Serve(lis)\n}\n',
      'k8s/stock.yaml': deployment('stock', 'registry.example/shop-stock:1'),
      'k8s/bot.yaml': deployment('bot', 'registry.example/shop-stock:1'),
    });
    assert.deepEqual(
      services.map(({ name, root, language }) => [name, root, language]),
      [
        ['bot', undefined, 'go'],
        ['stock', 'shop-stock', 'go'],
      ],
    );
    assert.deepEqual(
      services[1]!.code?.listens.map(({ protocol, open }) => [protocol, open]),
      [['grpc', true]],
    );
  });

  it('takes one image under several names for several services that share code', async () => {
    const model = await modelOf({
      Dockerfile: 'FROM golang:1.26\nCOPY . .\nEXPOSE 80\nCMD ["/shop"]\n',
      'go.mod': 'module github.com/acme/shop\n\ngo 1.26\n',
      'k8s/shop.yaml': deployment('shop', 'acme/shop:1'),
      'k8s/admin.yaml': deployment('admin', 'acme/shop:1'),
    });
    const [admin, shop] = model.services;
    assert.equal(admin?.name, 'admin');
    assert.equal(admin.runs, shop);
    assert.equal(admin.language, 'go');
    assert.equal(shop?.name, 'shop');
    assert.equal(shop.workloads.length, 1);
  });

  it('reports a repository of manifests alone by what it deploys', async () => {
    const model = await modelOf({
      'k8s/orders.yaml': deployment('orders', 'acme/orders:1'),
      'k8s/orders-db.yaml': deployment('orders-db', 'acme/orders-db:1'),
      'k8s/redis.yaml': deployment('cache', 'redis:7'),
    });
    assert.deepEqual(
      model.services.map(({ name, root }) => [name, root]),
      [['orders', undefined]],
    );
    assert.deepEqual(
      model.workloads.filter(({ thirdParty }) => thirdParty).map(({ name }) => name),
      ['cache'],
    );
  });

  it('leaves out images that build no service', async () => {
    const model = await modelOf({
      'api/Dockerfile': dockerfile,
      'compose.yaml':
        'services:\n  api:\n    build: api\n  seed:\n    build: seed\n    profiles: [seed]\n  db:\n    build: db\n',
      'seed/Dockerfile': 'FROM python:3.13\nCOPY . .\nCMD ["./seed.sh"]\n',
      'db/Dockerfile': 'FROM mysql:8.4\nCOPY dump.sql /docker-entrypoint-initdb.d/\nEXPOSE 3306\n',
      'graphs/Dockerfile': 'FROM python:3.13\nCMD ["/bin/sh", "-c"]\n',
    });
    assert.deepEqual(
      model.services.map(({ name }) => name),
      ['api'],
    );
    for (const one of model.dockerfiles)
      assert.equal(one.role, one.file === 'api/Dockerfile' ? 'production' : 'tool', one.file);
  });

  it('takes no library for a service, whatever server it brings along', async () => {
    const pom = (name: string, ...dependencies: string[]): string =>
      `<project><artifactId>${name}</artifactId><dependencies>${dependencies
        .map((one) => `<dependency><artifactId>${one}</artifactId></dependency>`)
        .join('')}</dependencies></project>`;
    const csproj = (more: string): string =>
      `<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup>${more}</PropertyGroup></Project>`;
    const model = await modelOf({
      'base/pom.xml': pom('shop-base', 'quarkus-rest-jackson'),
      'orders/pom.xml': pom('shop-orders', 'shop-base', 'quarkus-rest'),
      'Web/Web.csproj': csproj(''),
      'Common/Common.csproj': csproj('<OutputType>Library</OutputType>'),
    });
    assert.deepEqual(
      model.services.map(({ root }) => root),
      ['Web', 'orders'],
    );
  });

  it('takes names, folders and routes from the configuration', async () => {
    const model = await modelOf({
      '.scaleready.yaml': 'services:\n  - name: billing\n    root: src/Billing\n    aliases: [invoicer]\n',
      'k8s/invoicer.yaml': deployment('invoicer', 'acme/x:1'),
    });
    assert.equal(model.services[0]?.name, 'billing');
    assert.equal(model.services[0].root, 'src/Billing');
    assert.equal(model.services[0].workloads.length, 1);
  });
});

describe('workloads', () => {
  it('reports copies once, at the original', async () => {
    const model = await modelOf({
      'release/all.yaml': deployment('api', 'acme/api:1'),
      'k8s/overlays/prod/api.yaml': deployment('api', 'acme/api:2'),
      'k8s/base/api.yaml': deployment('api', 'acme/api:1'),
      'other/api.yaml': deployment('api', 'acme/another:1'),
    });
    assert.deepEqual(
      model.workloads.map(({ file, copies }) => [file, copies.map((copy) => copy.file)]),
      [
        ['other/api.yaml', []],
        ['k8s/base/api.yaml', ['k8s/overlays/prod/api.yaml', 'release/all.yaml']],
      ],
    );
  });

  it('knows no longer what a patch adds to', async () => {
    const model = await modelOf({
      'k8s/base/api.yaml': deployment('api', 'acme/api:1'),
      'k8s/overlays/prod/kustomization.yaml': 'resources: [../../base]\npatches:\n  - path: probes.yaml\n',
      'k8s/overlays/prod/probes.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      containers:
        - name: api
          image: acme/api:1
          livenessProbe: { tcpSocket: { port: 80 } }
`,
    });
    assert.equal(model.workloads.length, 1);
    assert.deepEqual(model.workloads[0]?.copies, []);
    assert.equal(model.workloads[0]?.containers[0]?.templated, true);
  });

  it('takes over what a kustomization sets, and leaves open what it cannot read', async () => {
    const replicas = async (more: string): Promise<unknown> => {
      const model = await modelOf({
        'k8s/base/api.yaml': deployment('api', 'acme/api:1'),
        'k8s/prod/kustomization.yaml': `resources: [../base]\n${more}`,
        'k8s/stage/kustomization.yaml': 'kind: Kustomization\nimages: [{ name: acme/api, newTag: "2" }]\n',
      });
      const { facts } = model.workloads[0]!;
      assert.equal(facts.containers[0]!.imageSetBy, 'k8s/stage/kustomization.yaml');
      return facts.replicas?.known ? [facts.replicas.value, facts.replicas.file] : facts.replicas?.known;
    };
    const count = 'kind: Kustomization\nreplicas: [{ name: api, count: 3 }]\n';
    assert.deepEqual(await replicas(count), [3, 'k8s/prod/kustomization.yaml']);
    assert.equal(await replicas('patches:\n  - { path: p.yaml, target: { kind: Deployment } }\n'), false);
    assert.equal(await replicas('patches:\n  - { path: p.yaml, target: { kind: Service } }\n'), undefined);
  });

  it('keeps manifests without an image apart', async () => {
    const model = await modelOf({
      'api.yaml': 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a }] }\n',
    });
    assert.deepEqual([model.workloads.length, model.workloadFragments.length], [0, 1]);
  });

  it('finds Services by all of their selector and autoscalers by their target', async () => {
    const model = await modelOf({
      'k8s/api.yaml': [
        deployment('api', 'acme/api:1'),
        service('api', 'app: api, tier: web'),
        service('other', 'app: api, tier: db'),
        'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: api }\nspec:\n  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: api }\n  minReplicas: 2\n  maxReplicas: 9\n',
      ].join('---\n'),
    });
    assert.deepEqual(
      model.workloads[0]?.services.map(({ name }) => name),
      ['api'],
    );
    assert.ok(model.workloads[0]?.autoscaler);
  });
});

describe('code', () => {
  const pkg = '{ "name": "api", "scripts": { "start": "node server.js" } }';

  it('joins routers over files, barrels, functions and packages of the workspace', async () => {
    const model = await modelOf({
      'package.json': '{ "private": true, "workspaces": ["api", "lib"] }',
      'api/package.json': pkg,
      'api/server.ts': `import express from 'express';
import { users, addRoutes } from './routes/index.js';
import { health } from '@acme/lib';
const app = express();
app.use('/api/v1', users);
app.use(health);
addRoutes(app);
app.listen(3000);
`,
      'api/routes/index.ts': "export { default as users } from './users.js';\nexport * from './more.js';\n",
      'api/routes/users.ts':
        "import { Router } from 'express';\nconst router = Router();\nrouter.get('/users/:id', (q, s) => s.end());\nexport default router;\n",
      'api/routes/more.ts':
        "import type { Express } from 'express';\nexport function addRoutes(app: Express) {\n  app.get('/version', (q, s) => s.end());\n}\n",
      'lib/package.json': '{ "name": "@acme/lib", "main": "dist/index.js" }',
      'lib/src/index.ts':
        "import { Router } from 'express';\nexport const health = Router();\nhealth.get('/healthz', (q, s) => s.end());\n",
    });
    const code = model.services.find(({ name }) => name === 'api')?.code;
    assert.deepEqual(code?.routes.map(({ path }) => path).sort(), [
      '/api/v1/users/:id',
      '/healthz',
      '/version',
    ]);
    assert.equal(code?.routesComplete, true);
    assert.equal(code?.routes.find(({ path }) => path === '/healthz')?.at.file, 'lib/src/index.ts');
  });

  it('knows that it does not know every route', async () => {
    const model = await modelOf({
      'package.json': pkg,
      'server.js':
        "const app = require('express')();\nconst api = require('./generated/api');\napp.use('/api', api);\napp.listen(3000);\n",
    });
    assert.equal(model.services[0]?.code?.routesComplete, false);
  });

  it('stops at routers that mount each other', async () => {
    const model = await modelOf({
      'package.json': pkg,
      'server.js': `const express = require('express');
const app = express();
const a = express.Router();
const b = express.Router();
app.use('/a', a);
a.use('/b', b);
b.use('/a', a);
a.get('/x', (q, s) => s.end());
app.listen(3000);
`,
    });
    assert.equal(model.services[0]?.code?.routesComplete, false);
  });

  it('matches paths as frameworks do', () => {
    const at = { file: 'x.js' };
    const route = (path: string, method = 'GET') => ({ method, path, framework: 'express', at });
    const code = {
      routes: [route('/users/:id'), route('/files/*'), route('/only', 'POST'), route('/a/:b?')],
      routesComplete: true,
      staticPrefixes: [{ value: '/', at }],
    };
    const served = (path: string) => findRoute(code, path).served;
    assert.equal(served('/users/7?x=1'), 'yes');
    assert.equal(served('/users/7/'), 'yes');
    assert.equal(served('/users'), 'no');
    assert.equal(served('/files/a/b'), 'yes');
    assert.equal(served('/a'), 'yes');
    assert.equal(served('/only'), 'no');
    assert.equal(served('/'), 'yes');
    assert.equal(served('/index.html'), 'unknown');
  });

  it('sees tracing that is put around code of any language', async () => {
    const model = await modelOf({
      'orders/Dockerfile':
        'FROM python:3.13\nEXPOSE 80\nCMD ["opentelemetry-instrument", "gunicorn", "app:app"]\n',
      'users/Dockerfile':
        'FROM eclipse-temurin:21\nEXPOSE 80\nENV JAVA_TOOL_OPTIONS=-javaagent:/otel/opentelemetry-javaagent.jar\nENTRYPOINT ["java", "-jar", "app.jar"]\n',
      'cart/Dockerfile':
        'FROM node:22\nEXPOSE 80\nENV NODE_OPTIONS="--require ./tracing.js --import dd-trace/initialize.mjs"\nCMD ["node", "server.js"]\n',
      'cart/package.json': '{ "name": "cart" }',
      'cart/tracing.js': '// started elsewhere\n',
      'k8s/pay.yaml': deployment('pay', 'acme/pay:1').replace(
        'metadata: { labels:',
        "metadata: { annotations: { instrumentation.opentelemetry.io/inject-java: 'true' }, labels:",
      ),
      'pay/Dockerfile': 'FROM eclipse-temurin:21\nEXPOSE 80\nCMD ["java"]\n',
    });
    const found = Object.fromEntries(
      model.services.map(({ name, tracing }) => [name, tracing.map(({ vendor, by }) => `${vendor} ${by}`)]),
    );
    assert.deepEqual(found, {
      orders: ['opentelemetry agent'],
      users: ['opentelemetry agent'],
      cart: ['datadog preload'],
      pay: ['opentelemetry operator'],
    });
    assert.deepEqual(model.services.find(({ name }) => name === 'cart')?.code?.preloads, ['cart/tracing.js']);
  });
});

describe('readCommand', () => {
  const start = (command: string) => readCommand(command);

  it('finds the entry file behind wrappers, flags and shells', () => {
    assert.deepEqual(
      start('NODE_ENV=production node -r ./t.js --env-file .env dist/main.js --port 1').entries,
      ['dist/main.js'],
    );
    assert.deepEqual(start('NODE_ENV=production node -r ./t.js dist/main.js').preloads, ['./t.js']);
    assert.deepEqual(start('sh -c "npm run migrate && exec node server.js"').entries, ['server.js']);
    assert.deepEqual(start('dumb-init -- tsx watch src/index.ts').entries, ['src/index.ts']);
  });

  it('finds the package scripts that are run', () => {
    assert.deepEqual(start('pnpm --filter api run start:prod').scripts, ['start:prod']);
    assert.deepEqual(start('yarn workspace api serve').scripts, ['serve']);
    assert.deepEqual(start('npm start').scripts, ['start']);
  });

  it('is not led astray by odd text', () => {
    assert.deepEqual(start('').entries, []);
    assert.deepEqual(start('&& | ; "unclosed').entries, []);
    assert.doesNotThrow(() => start('"'.repeat(100_000)));
  });
});
