import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository, scaleready, textOf } from './support.ts';

const files = {
  'alerts.yaml': `groups:
  - name: checkout
    rules:
      - alert: CheckoutErrors
        expr: sum(rate(checkout_errors_total[5m])) > 1
        annotations: { runbook_url: runbooks/checkout-errors.md }
      - alert: CheckoutDown
        expr: up{job="checkout"} == 0
        for: 5m
`,
  'runbooks/checkout-errors.md': '---\nreviewed: 2020-01-31\n---\n# CheckoutErrors\n\nOwner: @acme/shop\n',
  'runbooks/old.md': '# The old mailer\n',
  'services/checkout/package.json':
    '{ "name": "checkout", "private": true, "dependencies": { "express": "4.19.2" }, "scripts": { "start": "node server.js" } }',
  'services/checkout/server.js':
    "const app = require('express')();\napp.get('/orders', (q, r) => r.end());\napp.listen(3000);\n",
  'services/mail/package.json':
    '{ "name": "mail", "private": true, "dependencies": { "express": "4.19.2" }, "scripts": { "start": "node server.js" } }',
  'services/mail/server.js': "require('express')().listen(3001);\n",
};

describe('scaleready runbooks', () => {
  it('lists pages, and the alerts and services without one', () => {
    const { stdout, stderr, status } = scaleready(['runbooks'], repository(files));
    match(
      stdout,
      /^ {2}CheckoutErrors {2}runbooks\/checkout-errors\.md {2}about CheckoutErrors, checkout {2}owner on the page {2}stale, reviewed 2020-01-31$/m,
    );
    match(stdout, /^ {2}The old mailer .*nothing leads to it$/m);
    match(stdout, /^Alerts without a page\n {2}CheckoutDown {2}alerts\.yaml:7$/m);
    match(stdout, /^Services without a page\n {2}mail /m);
    match(stdout, /^2 runbooks: 1 stale, 1 that nothing leads to\. 1 alert and 1 service without a page\.$/m);
    equal(stderr, '');
    equal(status, 0);
  });

  it('gives programs the same', () => {
    const { stdout } = scaleready(['runbooks', '--format', 'json'], repository(files));
    const { version, pages, gaps } = JSON.parse(stdout) as {
      version: number;
      pages: { path: string; kind: string; stale: boolean; at: { path: string; range: object | null } }[];
      gaps: { kind: string; name: string }[];
    };
    equal(version, 1);
    deepEqual(
      pages.map(({ path, kind, stale }) => [path, kind, stale]),
      [
        ['runbooks/checkout-errors.md', 'runbook', true],
        ['runbooks/old.md', 'runbook', false],
      ],
    );
    ok(pages[0]!.at.range);
    deepEqual(
      gaps.map(({ kind, name }) => `${kind} ${name}`),
      ['alert CheckoutDown', 'service mail'],
    );
  });
});

describe('scaleready runbooks new', () => {
  it('writes a page for an alert, a service or a title, filled with what is known', () => {
    const folder = repository(files);
    equal(
      scaleready(['runbooks', 'new', '--alert', 'CheckoutDown'], folder).stdout,
      'runbooks/CheckoutDown.md\n',
    );
    match(textOf(folder, 'runbooks/CheckoutDown.md'), /cannot be scraped for 5 minutes/);
    equal(scaleready(['runbooks', 'new', '--service', 'mail'], folder).stdout, 'runbooks/mail.md\n');
    equal(
      scaleready(['runbooks', 'new', 'Restore a  backup', '--output', 'docs/restore.md'], folder).stdout,
      'docs/restore.md\n',
    );
    match(textOf(folder, 'docs/restore.md'), /^# Restore a backup$/m);
  });

  it('never writes over a file, through a link, or outside of the folder', () => {
    const folder = repository({ ...files, 'runbooks/mail.md': 'mine\n' });
    const again = scaleready(['runbooks', 'new', '--service', 'mail'], folder);
    equal(again.status, 2);
    match(again.stderr, /is there already/);
    equal(textOf(folder, 'runbooks/mail.md'), 'mine\n');
    equal(scaleready(['runbooks', 'new', 'x', '--output', '../x.md'], folder).status, 2);
    equal(scaleready(['runbooks', 'new', 'x', '--output', join(tmpdir(), 'x.md')], folder).status, 2);
    symlinkSync(tmpdir(), join(folder, 'elsewhere'));
    equal(scaleready(['runbooks', 'new', 'x', '--output', 'elsewhere/scaleready-x.md'], folder).status, 2);
    ok(!existsSync(join(tmpdir(), 'scaleready-x.md')));
  });

  it('says what is wrong with what it is asked', () => {
    const folder = repository(files);
    const unknown = scaleready(['runbooks', 'new', '--alert', 'CheckoutDwn'], folder);
    equal(unknown.status, 2);
    match(unknown.stderr, /There is no alert .*CheckoutDwn.*CheckoutDown/);
    equal(scaleready(['runbooks', 'new'], folder).status, 2);
    equal(scaleready(['runbooks', 'new', 'x', '--service', 'mail'], folder).status, 2);
  });
});
