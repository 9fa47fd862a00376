/** Writes a monorepo of any size: services with all that belongs to them, between much code that is of no interest. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files that each service brings besides its plain modules. */
const perService = 14;

/** Of a hundred files, how many belong to what is checked; as in the repositories that were measured. */
const interesting = 7;

/**
 * @param folder an empty folder
 * @param files how many to write, about
 * @param seed the same seed writes the same repository
 */
export function writeMonorepo(folder: string, files: number, seed = 1): void {
  const random = mulberry32(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const services = Math.max(1, Math.round((files * interesting) / 100 / perService));
  const plain = Math.max(0, files - services * perService);
  const write = (path: string, text: string): void => {
    const absolute = join(folder, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  };
  const names = Array.from({ length: services }, (_, index) => `${pick(nouns)}-${pick(roles)}-${index}`);
  write(
    'package.json',
    JSON.stringify({ name: 'monorepo', private: true, workspaces: ['services/*'] }, undefined, 2),
  );
  write(
    '.github/CODEOWNERS',
    names.map((name, index) => `/services/${name}/ @acme/team-${index % 12}\n`).join(''),
  );
  write('flags/flags.flagd.json', flagsFile(names));
  for (const name of names) writeService(name, pick([3000, 4000, 8080]), write);
  for (let index = 0; index < plain; index += 1) {
    const service = names[index % services]!;
    write(`services/${service}/src/lib/${pick(nouns)}/module${index}.ts`, plainModule(index, pick, random));
  }
}

function writeService(name: string, port: number, write: (path: string, text: string) => void): void {
  const root = `services/${name}`;
  const metric = name.replaceAll('-', '_');
  write(
    `${root}/package.json`,
    `{\n  "name": "@acme/${name}",\n  "private": true,\n  "main": "src/server.js",\n  "scripts": { "start": "node --import ./src/tracing.js src/server.js" },\n  "dependencies": { "express": "4.21.0", "@opentelemetry/sdk-node": "0.57.0", "@openfeature/server-sdk": "1.17.0" }\n}\n`,
  );
  write(
    `${root}/Dockerfile`,
    `FROM node:22.11.0-slim AS build\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\n\nFROM node:22.11.0-slim\nWORKDIR /app\nCOPY --from=build /app ./\nUSER node\nEXPOSE ${port}\nCMD ["node", "--import", "./src/tracing.js", "src/server.js"]\n`,
  );
  write(`${root}/.dockerignore`, 'node_modules\n.git\n');
  write(`${root}/README.md`, `# ${name}\n\nRun it with \`npm start\`.\n`);
  write(
    `${root}/src/tracing.ts`,
    `import { NodeSDK } from '@opentelemetry/sdk-node';\n\nnew NodeSDK().start();\n`,
  );
  write(
    `${root}/src/server.ts`,
    `import express from 'express';\nimport { orders } from './routes/orders.js';\nimport { health } from './routes/health.js';\n\nconst app = express();\napp.use('/orders', orders);\napp.use(health);\nconst server = app.listen(process.env.PORT || ${port});\nprocess.on('SIGTERM', () => server.close());\n`,
  );
  write(
    `${root}/src/routes/orders.ts`,
    `import { Router } from 'express';\nimport { client } from '../flags.js';\n\nexport const orders = Router();\norders.get('/:id', async (request, response) => {\n  const fresh = await client.getBooleanValue('${name}-fresh', false);\n  const answer = await fetch(\`http://inventory/items/\${request.params.id}\`, { signal: AbortSignal.timeout(2000) });\n  response.json({ fresh, items: await answer.json() });\n});\n`,
  );
  write(
    `${root}/src/routes/health.ts`,
    `import { Router } from 'express';\n\nexport const health = Router();\nhealth.get('/healthz', (_request, response) => response.send('ok'));\n`,
  );
  write(
    `${root}/src/flags.ts`,
    `import { OpenFeature } from '@openfeature/server-sdk';\n\nexport const client = OpenFeature.getClient();\n`,
  );
  write(
    `deploy/${name}/deployment.yaml`,
    `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  replicas: 3\n  selector:\n    matchLabels:\n      app: ${name}\n  template:\n    metadata:\n      labels:\n        app: ${name}\n    spec:\n      containers:\n        - name: server\n          image: registry.example.com/acme/${name}:1.4.2\n          ports:\n            - containerPort: ${port}\n          readinessProbe:\n            httpGet:\n              path: /healthz\n              port: ${port}\n          livenessProbe:\n            httpGet:\n              path: /health\n              port: ${port}\n          resources:\n            requests:\n              cpu: 100m\n              memory: 128Mi\n            limits:\n              memory: 256Mi\n`,
  );
  write(
    `deploy/${name}/service.yaml`,
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector:\n    app: ${name}\n  ports:\n    - port: 80\n      targetPort: ${port}\n`,
  );
  write(
    `deploy/${name}/alerts.yaml`,
    `groups:\n  - name: ${name}\n    rules:\n      - alert: ${metric}_errors\n        expr: rate(${metric}_errors_total[5m]) > 0.05\n        for: 10m\n        labels:\n          severity: page\n        annotations:\n          summary: Too many errors.\n          runbook_url: https://github.com/acme/monorepo/blob/main/docs/runbooks/${metric}_errors.md\n`,
  );
  write(
    `docs/runbooks/${metric}_errors.md`,
    `# ${metric}_errors\n\n## Meaning\n\nMore than 5 % of requests fail.\n\n## Impact\n\nCustomers see errors.\n\n## Diagnosis\n\n\`kubectl logs deploy/${name}\`\n\n## Mitigation\n\n\`kubectl rollout undo deploy/${name}\`\n`,
  );
}

function flagsFile(names: readonly string[]): string {
  const flags = names.map((name) => [
    `${name}-fresh`,
    {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      metadata: { owner: 'team', expires: '2099-01-01' },
    },
  ]);
  return JSON.stringify({ flags: Object.fromEntries(flags) }, undefined, 2);
}

function plainModule(index: number, pick: <T>(items: readonly T[]) => T, random: () => number): string {
  const functions = Array.from({ length: 4 + Math.floor(random() * 12) }, (_, number) => {
    const name = `${pick(nouns)}${pick(roles)}${number}`;
    return `/** Part ${number} of module ${index}. */\nexport function ${name}(value: number, other: string): string {\n  const sum = [...other].reduce((total, letter) => total + letter.charCodeAt(0), value);\n  if (sum > ${Math.floor(random() * 1000)}) return \`\${other}-\${sum}\`;\n  return other.padStart(${Math.floor(random() * 40)}, '${pick(nouns)}');\n}\n`;
  });
  return functions.join('\n');
}

const nouns = ['order', 'cart', 'price', 'stock', 'user', 'invoice', 'search', 'review', 'media', 'label'];
const roles = ['api', 'worker', 'gateway', 'reader', 'writer', 'index'];

/** A small seeded generator (Tommy Ettinger's Mulberry32): numbers in [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
