/** Which of several services something deployed belongs to, and which service calls which. */
import assert from 'node:assert/strict';
import { audit, MemoryWorkspace, type Model } from '../../rules/index.ts';
import { ownershipOf } from '../../rules/model/serviceOwners.ts';

async function modelOf(files: Readonly<Record<string, string>>): Promise<Model> {
  return (await audit(new MemoryWorkspace(files), { today: '2026-06-15' })).model;
}

function deployment(name: string, image: string, container = name): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${container}
          image: ${image}
`;
}

const dockerfile = 'FROM node:22-alpine\nCOPY . .\nEXPOSE 3000\nCMD ["node", "server.js"]\n';
const server =
  "const express = require('express');\nconst app = express();\napp.get('/', (req, res) => res.end());\napp.listen(3000);\n";

const workloadsOf = ({ workloads }: Model['services'][number]) => workloads.map(({ name }) => name);

function calls(model: Model): string[] {
  return model.dependencies.map(
    ({ from, on, variable }) => `${from.name} > ${on.name} (${variable ?? 'address'})`,
  );
}

describe('joins', () => {
  it('take a manifest for the service in whose folder it stands, whatever a copied manifest says', async () => {
    const model = await modelOf({
      'apps/dates/Dockerfile': 'FROM golang:1.26\nCOPY . .\nCMD ["/dates"]\n',
      'apps/dates/go.mod': 'module shop/acme-rating\n',
      'apps/dates/k8s/deployment.yaml': deployment('acme-dates', 'acme/acme-dates'),
      'apps/rating/Dockerfile': 'FROM golang:1.26\nCOPY . .\nCMD ["/rating"]\n',
      'apps/rating/go.mod': 'module shop/acme-rating\n',
      'apps/rating/k8s/deployment.yaml': deployment('acme-rating', 'acme/acme-rating'),
    });
    assert.deepEqual(
      model.services.map((service) => [service.root, workloadsOf(service)]),
      [
        ['apps/dates', ['acme-dates']],
        ['apps/rating', ['acme-rating']],
      ],
    );
  });

  it('know a release that stands before the name, and a version behind it', async () => {
    const model = await modelOf({
      'api/Dockerfile': dockerfile,
      'k8s/api.yaml': deployment('api', 'acme/shop-api:1'),
      'k8s/rendered.yaml': deployment('shop-api', 'acme/shop-api:1', 'api'),
      'k8s/canary.yaml': deployment('api-v2', 'acme/shop-api:2'),
    });
    assert.deepEqual(
      model.services.map((service) => [service.name, workloadsOf(service).sort()]),
      [['api', ['api', 'api-v2', 'shop-api']]],
    );
  });

  it('keep apart what bears the same name in two applications', async () => {
    const compose = (image: string) =>
      `services:\n  text:\n    image: ${image}\n    entrypoint: Text\n  user:\n    image: ${image}\n    entrypoint: User\n`;
    const model = await modelOf({
      'media/Dockerfile': 'FROM ubuntu:24.04\nCOPY . .\nEXPOSE 9090\n',
      'media/compose.yaml': compose('acme/media'),
      'social/Dockerfile': 'FROM ubuntu:24.04\nCOPY . .\nEXPOSE 9090\n',
      'social/compose.yaml': compose('acme/social-services'),
    });
    for (const { name, composeServices } of model.services)
      assert.equal(new Set(composeServices.map(({ file }) => file)).size, 1, name);
    assert.equal(model.services.length, 4);
  });

  it('give a service without a file of its own the owner of its folder, not of what composes it', async () => {
    const files = {
      'compose.yaml': 'services:\n  shop: { build: ruby-on-rails }\n',
      'ruby-on-rails/Gemfile': "gem 'rails'\n",
      'ruby-on-rails/config/routes.rb':
        "Rails.application.routes.draw do\n  get '/orders', to: 'orders#index'\nend\n",
    };
    const ownerBy = async (CODEOWNERS: string): Promise<unknown> => {
      const model = await modelOf({ ...files, CODEOWNERS });
      return ownershipOf(model.services[0]!, model)?.owners;
    };
    assert.deepEqual(await ownerBy('/* @mara\n'), undefined);
    assert.deepEqual(await ownerBy('/* @mara\n/ruby-on-rails/ @jo\n'), ['@jo']);
  });

  it('take an image that is put together of others, below a project, for no server of the project', async () => {
    const web = '<dependency><groupId>io.quarkus</groupId><artifactId>quarkus-rest</artifactId></dependency>';
    const model = await modelOf({
      'chat/pom.xml': `<project><artifactId>chat</artifactId><dependencies>${web}</dependencies></project>`,
      'chat/all-in-one/Dockerfile': `FROM quay.io/acme/chat:1.0 AS chat
FROM eclipse-temurin:21-jre
COPY --from=chat /deployments/ /opt/chat/
COPY supervisord.conf /etc/
EXPOSE 7860
CMD ["supervisord", "-c", "/etc/supervisord.conf"]
`,
      'chat/all-in-one/supervisord.conf': '[supervisord]\n',
    });
    const image = model.services.find(({ root }) => root === 'chat/all-in-one');
    assert.deepEqual(image?.code?.listens ?? [], []);
  });

  it('take what ko compiles for the program of that path', async () => {
    const model = await modelOf({
      'go.mod': 'module example.com/shop\n\ngo 1.24\n',
      'cmd/api/main.go':
        'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.HandleFunc("/orders", orders)\n\thttp.ListenAndServe(":8080", nil)\n}\n',
      'deploy/api.yaml': deployment('front', 'ko://example.com/shop/cmd/api'),
      'deploy/other.yaml': deployment('other', 'ko://example.com/shop/cmd/other'),
    });
    assert.deepEqual(
      model.services.map(({ name, root, code }) => [name, root, code?.listens.length]),
      [['front', 'cmd/api', 1]],
    );
  });

  it('leave out what Compose builds for tests', async () => {
    const model = await modelOf({
      'web/package.json': '{ "name": "web", "private": true, "scripts": { "build": "vite build" } }',
      'web/Dockerfile.playwright': dockerfile,
      'compose.override.yaml':
        'services:\n  playwright:\n    build: { context: web, dockerfile: Dockerfile.playwright }\n',
      'api/Dockerfile': dockerfile,
      'api/package.json': '{ "name": "api", "main": "server.js" }',
      'api/server.js': server,
    });
    assert.deepEqual(
      model.services.map(({ name }) => name),
      ['api'],
    );
  });

  it('tell programs of one image apart by the command that starts them', async () => {
    const main = 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":80", nil)\n}\n';
    const model = await modelOf({
      Dockerfile: 'FROM golang:1.26\nCOPY . .\nRUN go install ./cmd/...\nEXPOSE 80\n',
      'go.mod': 'module acme.io/hotel\n\ngo 1.26\n',
      'cmd/web/main.go': main,
      'cmd/geo/main.go': main.replace(':80', ':8083'),
      'compose.yaml':
        'services:\n  web:\n    build: .\n    entrypoint: web\n  geo:\n    build: .\n    entrypoint: geo\n  copy1:\n    build: .\n    entrypoint: web\n',
    });
    const [geo, web] = model.services;
    assert.deepEqual([geo?.name, geo?.runs, web?.name], ['geo', web, 'web']);
    assert.equal(geo?.code?.listens[0]?.port?.value, 8083);
    assert.equal(web?.code?.listens[0]?.port?.value, 80);
  });
});

describe('the only service and the only image that is deployed', () => {
  const root = { Dockerfile: dockerfile, 'server.js': server };
  const named = async (image: string, name = 'spring-shop'): Promise<(readonly string[])[]> => {
    const files = {
      ...root,
      'package.json': `{ "name": "${name}", "scripts": { "start": "node server.js" } }`,
    };
    const compose = `services:\n  proxy:\n    image: ${image}\n    ports: ["80:80"]\n`;
    const { services } = await modelOf({ ...files, 'compose.yaml': compose });
    return services.map((service) => service.composeServices.map(({ facts }) => facts.name.value));
  };

  it('are one where they share a word', async () => {
    assert.deepEqual(await named('acme/shop'), [['proxy']]);
  });

  it('are two where they share none', async () => {
    assert.deepEqual(await named('ghcr.io/elsewhere/chaos:2'), [[]]);
  });

  it('are two where somebody else makes the image, whatever it is called', async () => {
    assert.deepEqual(await named('mcr.microsoft.com/mssql/server:2022', 'server'), [[]]);
  });
});

describe('ports', () => {
  it('are found in the settings of a Go program, which another file reads', async () => {
    const model = await modelOf({
      Dockerfile: 'FROM golang:1.26\nCOPY . .\nCMD ["/shop"]\nEXPOSE 8080\n',
      'go.mod': 'module acme.io/shop\n\ngo 1.26\n',
      'main.go':
        'package main\n\nimport (\n\t"net/http"\n\n\t"acme.io/shop/config"\n)\n\nfunc main() {\n\tcfg := config.Load()\n\thttp.ListenAndServe(":"+cfg.HTTPPort, nil)\n}\n',
      'config/config.go':
        'package config\n\nfunc Load() *Config {\n\treturn &Config{HTTPPort: envOr("HTTP_PORT", "8080"), AdminPort: envOr("ADMIN_PORT", "9090")}\n}\n',
    });
    const [listen] = model.services[0]!.code!.listens;
    assert.deepEqual([listen?.port?.value, listen?.portVariable], [8080, 'HTTP_PORT']);
  });
});

describe('calls between services', () => {
  const files = {
    'compose.yaml': `services:
  web:
    build: web
    environment:
      - SUBJECT=orders
      - USERS_URL=http://users:3000
  orders:
    build: orders
  users:
    build: users
  proxy:
    build: proxy
`,
    'web/Dockerfile': dockerfile,
    'web/package.json': '{ "name": "web", "main": "server.js" }',
    'web/server.js': server,
    'orders/Dockerfile': dockerfile,
    'orders/package.json': '{ "name": "orders", "main": "server.js" }',
    'orders/server.js': server,
    'users/Dockerfile': dockerfile,
    'users/package.json': '{ "name": "users", "main": "server.js" }',
    'users/server.js': server,
    'proxy/Dockerfile': 'FROM nginx:1.29\nCOPY nginx.conf /etc/nginx/nginx.conf\nEXPOSE 80\n',
  };

  it('are found in variables, though not in every word that is a name', async () => {
    assert.deepEqual(calls(await modelOf(files)), ['web > users (USERS_URL)']);
  });

  it('are found by the names that clients ask a registry for', async () => {
    const model = await modelOf({
      ...files,
      'web/Orders.java': '@FeignClient(name = "orders", path = "/v1")\ninterface Orders {}\n',
      'web/application.yml': 'routes:\n  - uri: lb://users/accounts\n',
    });
    assert.deepEqual(calls(model), ['web > users (address)', 'web > orders (address)']);
  });

  it('are found in the settings of a service, not in those that it hands to others', async () => {
    const resources = 'orders/src/main/resources';
    const model = await modelOf({
      ...files,
      [`${resources}/bootstrap.yml`]: 'spring:\n  cloud:\n    config:\n      uri: http://users:8888\n',
      'users/src/main/resources/shared/application.yml':
        'eureka:\n  client:\n    serviceUrl:\n      defaultZone: http://orders:8761/eureka/\n',
    });
    assert.deepEqual(calls(model), ['orders > users (address)', 'web > users (USERS_URL)']);
  });

  it('are found in code, settings and proxies, though not in comments', async () => {
    const model = await modelOf({
      ...files,
      'web/client.js': `// http://users:3000 was asked before\nexport const total = () => fetch('http://orders:3000/total');\n`,
      'orders/appsettings.json': '{ "Services": { "Users": "users:3000" } }',
      'proxy/nginx.conf':
        'upstream all { server web:3000; }\nserver { listen 80; location / { proxy_pass http://all; } }\n',
    });
    assert.deepEqual(calls(model), [
      'orders > users (address)',
      'proxy > web (address)',
      'web > users (USERS_URL)',
      'web > orders (address)',
    ]);
  });

  it('follow Compose into files that are included and services that are extended', async () => {
    const files = {
      'compose.yaml': `include: [{ path: [stores/compose.yaml] }]
services:
  web:
    extends: { file: common/compose.yaml, service: app }
    environment: { ORDERS_URL: "http://orders:3000" }
`,
      'common/compose.yaml': `services:
  app:
    build: ../web
    ports: ["3000:3000"]
    healthcheck: { test: curl -f http://localhost:3000/ }
`,
      'stores/compose.yaml': 'services:\n  orders:\n    build: ../orders\n',
      'web/Dockerfile': dockerfile,
      'web/server.js': server,
      'orders/Dockerfile': dockerfile,
      'orders/server.js': server,
    };
    const model = await modelOf(files);
    const web = model.services.find(({ name }) => name === 'web')!;
    assert.deepEqual(
      web.composeServices.map(({ file, facts }) => [file, facts.build?.file, facts.healthcheck?.file]),
      [
        ['common/compose.yaml', undefined, undefined],
        ['compose.yaml', 'common/compose.yaml', 'common/compose.yaml'],
      ],
    );
    assert.deepEqual(calls(model), ['web > orders (ORDERS_URL)']);
  });

  it('follow Compose into files that are not named after it, as far as it does', async () => {
    const model = await modelOf({
      'compose.yaml': `include: [stores.yml]
services:
  db: { extends: { file: postgres.yaml, service: postgres } }
`,
      'postgres.yaml': 'services:\n  postgres: { image: "postgres:18", restart: always }\n',
      'stores.yml': 'services:\n  cache: { image: "redis:8" }\n',
      'other.yml': 'services:\n  queue: { image: "rabbitmq:4" }\n',
    });
    assert.deepEqual(
      model.composeServices.map(({ file, facts }) => [
        file,
        facts.name.value,
        facts.image?.value,
        facts.openNetwork,
      ]),
      [
        ['compose.yaml', 'db', 'postgres:18', undefined],
        ['stores.yml', 'cache', 'redis:8', undefined],
      ],
    );
  });

  it('leave what Compose takes from a file that is not there open, and rings alone', async () => {
    const model = await modelOf({
      'compose.yaml': `include: [oci://example.com/stack, missing.yaml]
services:
  a: { extends: { file: other/compose.yaml, service: b } }
  c: { image: "redis:7" }
`,
      'other/compose.yaml': 'services:\n  b: { extends: { file: ../compose.yaml, service: a } }\n',
    });
    assert.deepEqual(
      model.composeServices.map(({ facts }) => [facts.name.value, facts.openNetwork, facts.environmentFiles]),
      [
        ['a', true, true],
        ['c', true, false],
        ['b', true, true],
      ],
    );
  });
});
