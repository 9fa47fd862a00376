/** The five items to start with, each from evidence. */
import assert from 'node:assert/strict';
import { audit, MemoryWorkspace, type ChecklistItem } from '../../rules/index.ts';

async function item(
  which: ChecklistItem['item'],
  files: Readonly<Record<string, string>>,
): Promise<ChecklistItem> {
  const { scorecard } = await audit(new MemoryWorkspace(files), { today: '2026-06-15' });
  return scorecard.checklist.find((one) => one.item === which)!;
}

const automated = {
  Makefile: 'refund:\n\t./refund.sh\n',
  'package.json': '{ "name": "shop", "private": true, "scripts": { "import": "node import.js" } }',
  'scripts/answer.sh': 'echo\n',
};

describe('checklist', () => {
  it('counts paths, targets and scripts as automations', async () => {
    const plan = `tasks:
  - { name: Refunds, automation: make refund }
  - { name: Import, automation: npm run import }
  - { name: Answers, automation: scripts/answer.sh }
`;
    const { standing, evidence, missing } = await item('b', { ...automated, 'scaling-plan.yaml': plan });
    assert.equal(standing, 'met');
    assert.equal(evidence.length, 3);
    assert.deepEqual(missing, []);
  });

  it('says which automation is not there, and does not judge what is elsewhere', async () => {
    const broken = `tasks:
  - { name: Refunds, automation: make refunds }
  - { name: Import, automation: npm run import }
`;
    const gap = await item('b', { ...automated, 'scaling-plan.yaml': broken });
    assert.equal(gap.standing, 'gap');
    assert.deepEqual(gap.missing, [
      '“Refunds” names make refunds, which is not in the repository.',
      'scaling-plan.yaml names 1 of 3 repetitive tasks with what automates them here.',
    ]);
    const elsewhere = `tasks:
  - { name: Refunds, automation: make refund }
  - { name: Import, automation: npm run import }
  - { name: Invoices, automation: a job in the billing tool }
`;
    assert.equal((await item('b', { ...automated, 'scaling-plan.yaml': elsewhere })).standing, 'unknown');
  });

  it('wants demand that repeats as well as economics', async () => {
    const economics = 'unitEconomics:\n  - { segment: Homes, cac: 20, ltv: 80 }\n';
    const { standing, missing, first } = await item('a', { 'scaling-plan.yaml': economics });
    assert.equal(standing, 'gap');
    assert.deepEqual(missing, ['scaling-plan.yaml names no evidence with a source that demand repeats.']);
    assert.match(first!, /^Write one piece of evidence that demand repeats/);
    const demand = 'demand:\n  - { evidence: 40 % order again, source: orders table }\n';
    assert.equal((await item('a', { 'scaling-plan.yaml': economics + demand })).standing, 'met');
  });

  it('does not ask a library, and does not know of what may be no product', async () => {
    const library = {
      'package.json': '{ "name": "leftpad" }',
      'index.js': 'export const get = (u) => fetch(u);\n',
    };
    assert.equal((await item('d', library)).standing, 'not-applicable');
    const service = {
      'package.json': '{ "name": "api", "private": true, "dependencies": { "express": "4" } }',
      Dockerfile: 'FROM node:22\nCMD ["node", "server.js"]\n',
      'server.js': "require('express')().listen(8080);\n",
    };
    assert.equal((await item('d', service)).standing, 'unknown');
  });

  it('begins with the practice that most services lack', async () => {
    const service = (name: string, more = '') => ({
      [`${name}/package.json`]: `{ "name": "${name}", "private": true, "dependencies": { "express": "4" } }`,
      [`${name}/Dockerfile`]: `FROM node:22\n${more}CMD ["node", "server.js"]\n`,
      [`${name}/server.js`]:
        "const app = require('express')();\napp.get('/health', (q, r) => r.send(''));\napp.listen(8080);\n",
    });
    const { first } = await item('c', {
      ...service('api', 'HEALTHCHECK CMD node check.js\n'),
      ...service('web'),
    });
    assert.equal(
      first,
      'Start with tracing/missing, which 2 of 2 services lack: `scaleready explain tracing/missing`.',
    );
  });
});
