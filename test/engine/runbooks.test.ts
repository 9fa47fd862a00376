/** Runbooks as people follow them: what a page's steps are, what a repository has and lacks, and what a new page says. */
import assert from 'node:assert/strict';
import {
  applyChanges,
  audit,
  createRunbook,
  fillCommand,
  MemoryWorkspace,
  newRunbook,
  runbookReport,
  runbooksFor,
  Session,
  filledDangers,
  stepsOf,
  tasksOf,
  writePostmortem,
  type CommandStep,
} from '../../rules/index.ts';

const page = `---
owner: "@acme/shop"
reviewed: 2025-01-10
---

# CheckoutErrorsHigh

Payments fail.

## Diagnosis

1. See whether it runs:

   \`\`\`sh { name=look }
   kubectl -n $NAMESPACE get pods -l app=<app name>
   \`\`\`
2. Look at the dashboard.

## Mitigation

\`\`\`console
$ kubectl delete pvc data-$POD
deleted
\`\`\`
`;

const repository = {
  'runbooks/CheckoutErrorsHigh.md': page,
  'alerts.yaml': `groups:
  - name: checkout
    rules:
      - alert: CheckoutErrorsHigh
        expr: sum(rate(checkout_errors_total[5m])) > 1
        annotations: { runbook_url: runbooks/CheckoutErrorsHigh.md }
      - alert: CheckoutDown
        expr: up{job="checkout"} == 0
        for: 5m
`,
  'services/checkout/package.json':
    '{ "name": "checkout", "private": true, "dependencies": { "express": "4" } }',
  'services/checkout/Dockerfile': 'FROM node:22\nCOPY . .\nUSER node\nCMD ["node", "server.js"]\n',
  'services/checkout/server.js': `const express = require('express');\nconst app = express();\napp.get('/healthz', (q, r) => r.send('ok'));\napp.post('/orders', (q, r) => r.send('ok'));\napp.listen(8080);\n`,
  'deploy/checkout.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout, namespace: shop }
spec:
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers: [{ name: checkout, image: acme/checkout:1 }]
`,
  CODEOWNERS: '/services/checkout/ @acme/payments\n',
  'docs/postmortems/2026-05-01-payments.md': '# Payments were down\n',
};

const modelOf = async (files: Readonly<Record<string, string>> = repository) =>
  (await audit(new MemoryWorkspace(files), { today: '2026-06-15' })).model;

describe('Runbooks', () => {
  it('are followed step by step', async () => {
    const { pages } = await modelOf();
    const steps = stepsOf(pages.get('runbooks/CheckoutErrorsHigh.md')!, page);
    assert.deepEqual(
      steps.map((step) => [
        step.kind,
        step.kind === 'command' ? step.code : step.kind === 'prose' ? step.markdown : step.text,
      ]),
      [
        ['heading', 'CheckoutErrorsHigh'],
        ['prose', 'Payments fail.'],
        ['heading', 'Diagnosis'],
        ['prose', '1. See whether it runs:'],
        ['command', 'kubectl -n $NAMESPACE get pods -l app=<app name>'],
        ['prose', '2. Look at the dashboard.'],
        ['heading', 'Mitigation'],
        ['command', 'kubectl delete pvc data-$POD'],
      ],
    );
    const [look, remove] = steps.filter((step): step is CommandStep => step.kind === 'command');
    assert.deepEqual(look!.annotations, { name: 'look' });
    assert.deepEqual(look!.inputs, [
      { name: 'NAMESPACE', kind: 'variable' },
      { name: 'app name', kind: 'blank' },
    ]);
    assert.equal(
      fillCommand(look!, { NAMESPACE: 'shop', 'app name': "it's" }),
      "kubectl -n shop get pods -l app='it'\\''s'",
    );
    assert.deepEqual(
      remove!.dangers.map(({ command }) => command),
      ['kubectl delete pvc'],
    );
    assert.deepEqual(look!.dangers, []);
  });

  it('have what is given for a blank quoted as its place asks for', async () => {
    const code =
      "echo <who> \"by $WHO\" 'to <who>' # don't\nkubectl delete $KIND data; kubectl delete <what it is> x";
    const file = `# Note\n\n\`\`\`sh\n${code}\n\`\`\`\n`;
    const { pages } = await modelOf({ 'runbooks/Note.md': file });
    const step = stepsOf(pages.get('runbooks/Note.md')!, file).find(({ kind }) => kind === 'command');
    const given = { who: "it's $me", WHO: '$(me) "x"', KIND: 'pvc', 'what it is': 'ns' };
    assert.equal(
      fillCommand(step as CommandStep, given),
      `echo 'it'\\''s $me' "by \\$(me) \\"x\\"" 'to it'\\''s $me' # don't\nkubectl delete pvc data; kubectl delete ns x`,
    );
    assert.deepEqual((step as CommandStep).dangers, []);
    assert.deepEqual(
      filledDangers(step as CommandStep, given).map(({ command }) => command),
      ['kubectl delete pvc', 'kubectl delete ns'],
    );
  });

  it('begin a postmortem whose times are read back', async () => {
    const model = await modelOf();
    const at = (time: string): number => Date.parse(`${time}Z`);
    const { path, text } = writePostmortem(
      model.runbooks.find(({ file }) => file === 'runbooks/CheckoutErrorsHigh.md')!,
      {
        began: at('2026-06-14T23:40:12'),
        finished: at('2026-06-15T00:25:40'),
        entries: [
          { at: at('2026-06-14T23:55:00'), text: 'done: The service started at 03:00' },
          { at: at('2026-06-15T00:20:00'), text: 'done: Everything is restored' },
        ],
      },
      model,
    );
    assert.equal(path, 'docs/postmortems/2026-06-14-checkouterrorshigh.md');
    const { pages } = await modelOf({ ...repository, [path]: text });
    assert.deepEqual(pages.get(path)!.incident, {
      detected: '2026-06-14T23:40',
      resolved: '2026-06-15T00:25',
      minutes: 45,
      byChange: false,
    });
  });

  it('keep the keys of their steps when something else on the page changes', async () => {
    const { pages } = await modelOf();
    const before = stepsOf(pages.get('runbooks/CheckoutErrorsHigh.md')!, page);
    const edited = page.replace('Payments fail.', 'Payments fail, and carts stay.');
    const model = await modelOf({ ...repository, 'runbooks/CheckoutErrorsHigh.md': edited });
    const after = stepsOf(model.pages.get('runbooks/CheckoutErrorsHigh.md')!, edited);
    assert.deepEqual(
      before.map(({ key }, index) => key === after[index]!.key),
      [true, false, true, true, true, true, true, true],
    );
    assert.equal(new Set(after.map(({ key }) => key)).size, after.length);
  });

  it('are followed as tasks: an item with its commands, a command by itself', async () => {
    const { pages } = await modelOf();
    const tasks = tasksOf(pages.get('runbooks/CheckoutErrorsHigh.md')!, page);
    assert.deepEqual(
      tasks.map((task) =>
        task.kind === 'task'
          ? `task ${task.markdown.split('\n')[0]} ${task.commands.map(({ code }) => code).join()}`.trim()
          : `${task.kind} ${task.kind === 'heading' ? task.text : task.markdown}`,
      ),
      [
        'heading CheckoutErrorsHigh',
        'text Payments fail.',
        'heading Diagnosis',
        'task 1. See whether it runs: kubectl -n $NAMESPACE get pods -l app=<app name>',
        'task 2. Look at the dashboard.',
        'heading Mitigation',
        'task  kubectl delete pvc data-$POD',
      ],
    );
  });

  it('are reported with what leads to them, whose they are, and what lacks one', async () => {
    const { pages, gaps } = runbookReport(await modelOf());
    assert.deepEqual(
      pages.map(({ kind, path, owner, reviewed, stale, services, alerts }) => ({
        kind,
        path,
        owners: owner?.names,
        reviewed,
        stale,
        services: services.map(({ name }) => name),
        alerts: alerts.map(({ name }) => name),
      })),
      [
        {
          kind: 'runbook',
          path: 'runbooks/CheckoutErrorsHigh.md',
          owners: ['@acme/shop'],
          reviewed: '2025-01-10',
          stale: true,
          services: ['checkout'],
          alerts: ['CheckoutErrorsHigh'],
        },
        {
          kind: 'postmortem',
          path: 'docs/postmortems/2026-05-01-payments.md',
          owners: undefined,
          reviewed: undefined,
          stale: false,
          services: [],
          alerts: [],
        },
      ],
    );
    assert.deepEqual(
      gaps.map(({ kind, name }) => `${kind} ${name}`),
      ['alert CheckoutDown'],
    );
  });

  it('are found for a file by its service, its alerts and its flags', async () => {
    const model = await modelOf({
      ...repository,
      'flags.yaml': 'flags:\n  - key: express\n    default: false\n',
      'runbooks/express.md': '# Express\n\nSwitch `express` off.\n',
    });
    const found = (path: string) => {
      const { pages, gaps } = runbooksFor(path, model);
      return [...pages, ...gaps.map(({ kind, name }) => `${kind} ${name}`)];
    };
    const ofCheckout = ['runbooks/CheckoutErrorsHigh.md', 'alert CheckoutDown'];
    assert.deepEqual(found('services/checkout/server.js'), ofCheckout);
    assert.deepEqual(found('deploy/checkout.yaml'), ofCheckout);
    assert.deepEqual(found('alerts.yaml'), ofCheckout);
    assert.deepEqual(found('flags.yaml'), ['runbooks/express.md']);
    assert.deepEqual(found('runbooks/express.md'), ['runbooks/express.md']);
    assert.deepEqual(found('README.md'), []);
  });

  it('are created with the alert that leads to them', async () => {
    const files: Record<string, string> = repository;
    const session = new Session(new MemoryWorkspace(files), { today: '2026-06-15' });
    await session.audit();
    const create = (alert: string) =>
      session.plan(async (context) => (await createRunbook(context, { alert }))?.changes ?? []);
    const texts = applyChanges((path) => files[path], await create('CheckoutDown'));
    assert.match(texts.get('runbooks/CheckoutDown.md')!, /^# CheckoutDown$/m);
    assert.match(
      texts.get('alerts.yaml')!,
      /for: 5m\n {8}annotations:\n {10}runbook_url: runbooks\/CheckoutDown\.md\n/,
    );
    assert.deepEqual(await create('None'), []);
    assert.deepEqual(await create('CheckoutErrorsHigh'), [], 'its page is never written over');
  });

  it('are written from what is known', async () => {
    const model = await modelOf();
    const alert = await newRunbook(model, { alert: 'CheckoutDown' });
    assert.equal(alert?.path, 'runbooks/CheckoutDown.md');
    for (const known of [
      'a target of `up{job="checkout"}` cannot be scraped for 5 minutes',
      '@acme/payments',
      'kubectl logs -n shop deployment/checkout',
      'kubectl rollout undo -n shop deployment/checkout',
      '`/healthz` on port 8080',
      'POST /orders',
    ])
      assert.ok(alert?.text.includes(known), `${known} in\n${alert?.text}`);
    assert.equal((await newRunbook(model, { service: 'checkout' }))?.path, 'runbooks/checkout.md');
    assert.equal(await newRunbook(model, { alert: 'None' }), undefined);
    assert.equal(await newRunbook(model, { service: 'none' }), undefined);
    const titled = await newRunbook(model, { title: 'Restore checkout from a backup' });
    assert.equal(titled?.path, 'runbooks/restore-checkout-from-a-backup.md');
    assert.ok(
      titled?.text.includes('# Restore checkout from a backup') && titled.text.includes('@acme/payments'),
    );
    assert.equal((await newRunbook(model, { title: 'x' }, 'docs/x.md'))?.path, 'docs/x.md');
  });
});
