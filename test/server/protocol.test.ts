/** The built server over standard input and output, as an editor meets it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  DocumentDiagnosticReport,
  Hover,
  PublishDiagnosticsParams,
  TextDocumentEdit,
  WorkspaceDiagnosticReport,
} from 'vscode-languageserver/node';
import {
  fillCommandRequest,
  followRequest,
  postmortemRequest,
  type FilledCommand,
  type FollowedPage,
  type Postmortem,
} from '../../server/protocol.ts';
import { startServer, type StartedServer } from '../support/languageClient.ts';

const dockerfile = 'FROM node:22.11.0-slim\nWORKDIR /app\nCOPY . .\nUSER root\nCMD node server.js\n';
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      containers:
        - name: web
          image: web:1.0.0
          ports:
            - containerPort: 3000
          livenessProbe:
            httpGet:
              path: /health
              port: 3000
`;
const server = `const express = require('express');
const app = express();
app.get('/healthz', (request, response) => response.send('ok'));
app.listen(3000);
`;

const pulling: ClientCapabilities = {
  textDocument: { diagnostic: {}, codeAction: { resolveSupport: { properties: ['edit'] } } },
  workspace: { diagnostics: { refreshSupport: true }, workspaceFolders: true },
};

describe('language server', () => {
  let folder: string;
  let running: StartedServer | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scaleready-lsp-'));
    write(
      'package.json',
      '{ "name": "web", "main": "server.js", "dependencies": { "express": "4.21.0" } }\n',
    );
    write('Dockerfile', dockerfile);
    write('server.js', server);
    write('k8s/web.yaml', deployment);
  });

  afterEach(async () => {
    await running?.stop();
    running = undefined;
    rmSync(folder, { recursive: true });
  });

  it('answers a pull for an unsaved buffer with what the user sees', async () => {
    const { connection } = await start(pulling);
    await pullWorkspace();
    await open('Dockerfile', dockerfile.replace('USER root', 'USER node'));
    const rules = (await pull('Dockerfile')).map(({ code }) => code);
    assert.ok(rules.includes('containers/shell-form-command'));
    assert.ok(!rules.includes('containers/user-root'));
    const uri = uriOf('Dockerfile');
    const contentChanges = [{ text: dockerfile }];
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges,
    });
    assert.ok((await pull('Dockerfile')).some(({ code }) => code === 'containers/user-root'));
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  });

  it('reports findings of the whole workspace, with the other end of the join', async () => {
    await start(pulling);
    const found = await pullWorkspace();
    const unserved = found.find(({ code }) => code === 'health/probe-path-unserved');
    assert.ok(unserved, JSON.stringify(found));
    assert.equal(unserved.source, 'scaleready');
    assert.equal(unserved.severity, 1);
    assert.match(unserved.codeDescription!.href, /health\/probe-path-unserved\.md$/);
    assert.deepEqual(unserved.range, {
      start: { line: 18, character: 20 },
      end: { line: 18, character: 27 },
    });
    assert.ok(unserved.relatedInformation!.some(({ location }) => location.uri === uriOf('server.js')));
  });

  it('says what is unchanged since the last pull', async () => {
    const { connection } = await start(pulling);
    const textDocument = { uri: uriOf('Dockerfile') };
    await pullWorkspace();
    const first = await connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument,
    });
    const second = await connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument,
      previousResultId: first.resultId,
    });
    assert.deepEqual([first.kind, second.kind], ['full', 'unchanged']);
  });

  it('fixes with one action, all of a rule, all that is safe, and accepts with a reason', async () => {
    const { connection } = await start(pulling);
    await pullWorkspace();
    const actions = await actionsAt('k8s/web.yaml', 18, 22);
    const titles = actions.map(({ title }) => title);
    const fix = actions.find(({ title }) => title.includes('/healthz'));
    assert.ok(fix, titles.join('\n'));
    assert.equal(fix.isPreferred, true);
    const resolved = await connection.sendRequest<CodeAction>('codeAction/resolve', fix);
    const [edit] = resolved.edit!.documentChanges as TextDocumentEdit[];
    assert.equal(edit!.textDocument.uri, uriOf('k8s/web.yaml'));
    assert.match(JSON.stringify(edit!.edits), /\/healthz/);
    const accept = actions.find(
      ({ title }) => title === 'Accept health/probe-path-unserved for this line, with a reason',
    );
    const accepted = await connection.sendRequest<CodeAction>('codeAction/resolve', accept);
    const [comment] = accepted.edit!.documentChanges as TextDocumentEdit[];
    assert.deepEqual(comment!.edits, [
      {
        range: { start: { line: 18, character: 0 }, end: { line: 18, character: 0 } },
        newText: '              # scaleready-disable-next-line health/probe-path-unserved -- say why\n',
      },
    ]);
    const source = await actionsAt('k8s/web.yaml', 0, 0, ['source.fixAll']);
    assert.deepEqual(
      source.map(({ kind }) => kind),
      ['source.fixAll.scaleready'],
    );
  });

  it('shows the page of the rule on hover', async () => {
    const { connection } = await start(pulling);
    await pullWorkspace();
    const hover = await connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri: uriOf('Dockerfile') },
      position: { line: 3, character: 6 },
    });
    const { value } = hover.contents as { value: string };
    assert.match(value, /containers\/user-root/);
    assert.match(value, /Why it matters when you scale/);
    assert.doesNotMatch(value, /## Cases/);
  });

  it('sees files that change on disk', async () => {
    const { connection } = await start(pulling);
    await pullWorkspace();
    write('server.js', server.replace('/healthz', '/health'));
    const changes = [{ uri: uriOf('server.js'), type: 2 }];
    await connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    assert.ok(!(await pullWorkspace()).some(({ code }) => code === 'health/probe-path-unserved'));
  });

  it('publishes to clients that do not pull, and takes back what is gone', async () => {
    const published = new Map<string, Diagnostic[]>();
    let changed = (): void => undefined;
    const until = async (done: () => boolean): Promise<void> => {
      while (!done()) await new Promise<void>((resolve) => (changed = resolve));
    };
    const { connection } = await start({}, (params) => {
      published.set(params.uri, params.diagnostics);
      changed();
    });
    const has = (file: string, rule: string): boolean =>
      (published.get(uriOf(file)) ?? []).some(({ code }) => code === rule);
    await until(() => has('Dockerfile', 'containers/user-root'));
    write('Dockerfile', dockerfile.replace('USER root', 'USER node'));
    const changes = [{ uri: uriOf('Dockerfile'), type: 2 }];
    await connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    await until(() => !has('Dockerfile', 'containers/user-root'));
  });

  it('gives the tasks of a runbook, fills its commands and begins the postmortem of a run', async () => {
    write(
      'runbooks/web-down.md',
      '# WebDown\n\n## Mitigation\n\n- Restart it:\n\n  ```sh { name=restart }\n  kubectl -n $NAMESPACE delete <kind> data-0\n  ```\n',
    );
    const { connection } = await start(pulling);
    const page = uriOf('runbooks/web-down.md');
    const found = await connection.sendRequest<FollowedPage>(followRequest, { page });
    assert.deepEqual(
      [found.title, found.tasks.map(({ kind }) => kind)],
      ['WebDown', ['heading', 'heading', 'task']],
    );
    const task = found.tasks[2]!;
    const command = task.kind === 'task' ? task.commands[0]! : assert.fail();
    assert.deepEqual(
      [command.name, command.runs, command.inputs.map(({ name }) => name), command.dangers],
      ['restart', true, ['NAMESPACE', 'kind'], []],
    );
    const filled = await connection.sendRequest<FilledCommand>(fillCommandRequest, {
      page,
      key: command.key,
      values: { kind: 'pvc' },
    });
    assert.deepEqual(filled, {
      code: 'kubectl -n $NAMESPACE delete pvc data-0',
      dangers: ['kubectl delete pvc deletes the data on that volume'],
    });
    const began = Date.parse('2026-06-15T10:00:00Z');
    const run = { began, finished: began + 1_800_000, entries: [] };
    const draft = await connection.sendRequest<Postmortem>(postmortemRequest, { page, run });
    assert.equal(draft.uri, uriOf('postmortems/2026-06-15-webdown.md'));
    assert.equal(await connection.sendRequest(followRequest, { page: uriOf('server.js') }), null);
  });

  it('serves several folders, each by itself', async () => {
    const other = mkdtempSync(join(tmpdir(), 'scaleready-lsp-'));
    writeFileSync(join(other, 'Dockerfile'), dockerfile.replace('USER root', 'USER node'));
    running = await startServer([folder, other], pulling);
    const report = await running.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
    });
    const uris = report.items.map(({ uri }) => uri);
    assert.ok(uris.includes(uriOf('Dockerfile')));
    assert.ok(uris.includes(pathToFileURL(join(other, 'Dockerfile')).href));
    rmSync(other, { recursive: true });
  });

  async function start(
    capabilities: ClientCapabilities,
    onPublished?: (params: PublishDiagnosticsParams) => void,
  ): Promise<StartedServer> {
    running = await startServer([folder], capabilities, {
      listen: (connection) => {
        connection.onRequest('workspace/diagnostic/refresh', () => null);
        if (onPublished) connection.onNotification('textDocument/publishDiagnostics', onPublished);
      },
    });
    return running;
  }

  function write(path: string, text: string): void {
    const absolute = join(folder, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
  }

  function uriOf(path: string): string {
    return pathToFileURL(join(folder, path)).href;
  }

  async function open(path: string, text: string): Promise<void> {
    const textDocument = { uri: uriOf(path), languageId: 'plaintext', version: 1, text };
    await running!.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  async function pull(path: string): Promise<Diagnostic[]> {
    const report = await running!.connection.sendRequest<DocumentDiagnosticReport>(
      'textDocument/diagnostic',
      {
        textDocument: { uri: uriOf(path) },
      },
    );
    return report.kind === 'full' ? report.items : [];
  }

  async function pullWorkspace(): Promise<Diagnostic[]> {
    const report = await running!.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
    });
    return report.items.flatMap((item) => (item.kind === 'full' ? item.items : []));
  }

  function actionsAt(path: string, line: number, character: number, only?: string[]): Promise<CodeAction[]> {
    const position = { line, character };
    return running!.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: uriOf(path) },
      range: { start: position, end: position },
      context: { diagnostics: [], ...(only && { only }) },
    });
  }
});
