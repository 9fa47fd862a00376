/** Walking along joins in the storefront, as an editor asks for it: to the other end, back, by hover, and by rename. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type {
  ClientCapabilities,
  CodeAction,
  CodeLens,
  CompletionItem,
  Hover,
  Location,
  Position,
  Range,
  TextDocumentEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import {
  removeFlagRequest,
  type FlagRemoval,
  type FolderFlags,
  type FolderServices,
} from '../../server/protocol.ts';
import { startServer, type StartedServer } from '../support/languageClient.ts';

const folder = fileURLToPath(new URL('../../samples/storefront', import.meta.url));
const capabilities: ClientCapabilities = {
  textDocument: {
    diagnostic: {},
    rename: { prepareSupport: true },
    codeAction: { resolveSupport: { properties: ['edit'] } },
  },
  workspace: { workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} } },
};

const manifest = 'deploy/kubernetes/web.yaml';
const code = 'services/web/src/server.ts';
const flags = 'flags/storefront.flagd.json';
const orders = 'services/checkout/src/orders.js';
const alerts = 'deploy/monitoring/alerts.yaml';

describe('walking along joins', () => {
  let server: StartedServer;
  const opened = new Set<string>();

  before(async () => {
    server = await startServer([folder], capabilities);
    await server.connection.sendRequest('workspace/diagnostic', { previousResultIds: [] });
  });
  after(() => server.stop());
  afterEach(async () => {
    for (const path of opened)
      await server.connection.sendNotification('textDocument/didClose', {
        textDocument: { uri: uriOf(path) },
      });
    opened.clear();
  });

  it('leads from a probe to the route that answers it, and from the route to all who ask', async () => {
    assert.deepEqual(await definition(manifest, '/healthz'), [`${code}: /healthz`]);
    const askers = await definition(code, '/healthz');
    assert.ok(askers.includes(`${manifest}: /healthz`), askers.join('\n'));
    assert.ok(askers.some((asker) => asker.startsWith('services/web/Dockerfile: ')));
  });

  it('leads from a Service to the port of its container, and on to the code that listens', async () => {
    const [port] = await definition(manifest, 'targetPort: 3000', 'targetPort: '.length);
    assert.equal(port, `${manifest}: 3000`);
    const line = await definition(manifest, 'containerPort: 3000', 'containerPort: '.length);
    assert.ok(line.includes(`${code}: 3000`), line.join('\n'));
    assert.deepEqual(await definition('services/web/Dockerfile', 'EXPOSE 3000', 'EXPOSE '.length), [
      `${code}: 3000`,
    ]);
  });

  it('leads from an alert to its runbook, and back', async () => {
    const page = 'runbooks/web-error-rate-high.md';
    assert.deepEqual(await definition(alerts, page), [`${page}: # WebErrorRateHigh`]);
    const found = await references(page, '# WebErrorRateHigh', false);
    assert.ok(found.length > 0 && found.every((place) => /monitoring\/.*runbooks\//.test(place)));
  });

  it('leads from a flag in code to its definition, and back', async () => {
    assert.deepEqual(await definition(orders, 'guest-checkout'), [`${flags}: "guest-checkout"`]);
    assert.deepEqual(await references(flags, 'guest-checkout', true), [
      `${flags}: "guest-checkout"`,
      `${orders}: guest-checkout`,
    ]);
  });

  it('leads from an image to its Dockerfile, a service to its owners, a variable to its value', async () => {
    const [dockerfile] = await definition(manifest, 'image: ', 'image: '.length);
    assert.match(dockerfile!, /^services\/web\/Dockerfile: /);
    const [owner] = await definition('services/web/package.json', '@larkfield/web');
    assert.match(owner!, /^\.github\/CODEOWNERS: \/services\/web\//);
    const set = await definition('services/web/src/routes/products.ts', 'process.env.CATALOG_URL');
    assert.ok(set.includes(`${manifest}: http://catalog`), set.join('\n'));
  });

  it('leads nowhere from where nothing is joined', async () => {
    assert.deepEqual(await definition(code, 'import'), []);
    assert.deepEqual(await definition('README.md', ''), []);
  });

  it('goes by unsaved text', async () => {
    const text = textOf(code).replace("'/healthz'", "'/elsewhere'");
    await open(code, text);
    assert.deepEqual(await definition(manifest, '/healthz'), []);
  });

  it('tells the other end on hover, with a link, before what is wrong', async () => {
    const route = await hover(manifest, '/healthz');
    assert.match(
      route,
      /\*\*Answered by\*\* the route GET \/healthz of web · \[services\/web\/src\/server\.ts/,
    );
    assert.match(route, /\(file:\/\/.*services\/web\/src\/server\.ts#L\d+,\d+\)/);
    const flag = await hover(orders, 'guest-checkout');
    assert.match(flag, /\*\*Defined by\*\* .*should have been gone by 2025-03-31 · .*owned by @larkfield/);
    const expired = await hover(flags, '2025-03-31');
    assert.match(expired, /rollout\/flag-expired/);
  });

  it('completes keys of flags where code asks for one', async () => {
    const text = textOf(orders).replace("'guest-checkout'", "''");
    await open(orders, text);
    const items = await complete(orders, text, text.indexOf("''") + 1);
    assert.ok(items.some(({ label, detail }) => label === 'express-payment' && /owned by/.test(detail!)));
    const other = text.indexOf("require('") + "require('".length;
    assert.deepEqual(await complete(orders, text, other), []);
  });

  it('completes runbooks of alerts, written as the others are', async () => {
    const typed = 'runbook_url: https://github.com/larkfield/storefront/blob/main/runbooks/web';
    const text = textOf(alerts).replace(/runbook_url: \S+/, typed);
    await open(alerts, text);
    const [first, ...others] = await complete(alerts, text, text.indexOf(typed) + typed.length);
    assert.equal(first!.detail, 'WebErrorRateHigh');
    assert.equal(
      (first!.textEdit as { newText: string }).newText,
      'https://github.com/larkfield/storefront/blob/main/runbooks/web-error-rate-high.md',
    );
    assert.ok(others.every(({ label }) => /\/runbooks\/(?!README)/.test(label)));
  });

  it('completes pages and headings in links of runbooks', async () => {
    const page = 'runbooks/web-error-rate-high.md';
    const text = `${textOf(page)}\nSee [the other](catalog) and [above](#).\n`;
    await open(page, text);
    const pages = await complete(page, text, text.indexOf('(catalog)') + '(catalog'.length);
    assert.ok(pages.some(({ label }) => label === 'catalog-slow.md'));
    const headings = await complete(page, text, text.indexOf('(#)') + 2);
    assert.ok(headings.some(({ label }) => label === 'weberrorratehigh'));
  });

  it('renames a flag in code and definitions at once', async () => {
    const textDocument = { uri: uriOf(orders) };
    const position = positionOf(textOf(orders), 'guest-checkout');
    const prepared = await server.connection.sendRequest<{ placeholder: string }>(
      'textDocument/prepareRename',
      { textDocument, position },
    );
    assert.equal(prepared.placeholder, 'guest-checkout');
    const edit = await server.connection.sendRequest<WorkspaceEdit>('textDocument/rename', {
      textDocument,
      position,
      newName: 'checkout-as-guest',
    });
    const edits = edit.documentChanges as TextDocumentEdit[];
    assert.deepEqual(edits.map(({ textDocument: { uri } }) => uri).toSorted(), [uriOf(flags), uriOf(orders)]);
    for (const { textDocument, edits: changed } of edits) {
      const text = readFileSync(fileURLToPath(textDocument.uri), 'utf8');
      for (const { range } of changed) assert.equal(slice(text, range), 'guest-checkout');
    }
  });

  it('removes a flag, each edit to be confirmed', async () => {
    const textDocument = { uri: uriOf(orders) };
    const position = positionOf(textOf(orders), 'guest-checkout');
    const actions = await server.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument,
      range: { start: position, end: position },
      context: { diagnostics: [], only: ['refactor'] },
    });
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['on', 'off'].map((side) => `Remove the flag guest-checkout, as if it were ${side} for everybody`),
    );
    const { edit } = await server.connection.sendRequest<CodeAction>('codeAction/resolve', actions[0]);
    const changes = edit!.documentChanges as TextDocumentEdit[];
    assert.deepEqual(changes.map((change) => change.textDocument.uri).toSorted(), [
      uriOf(flags),
      uriOf(orders),
    ]);
    const [annotation] = Object.values(edit!.changeAnnotations ?? {});
    assert.equal(annotation?.needsConfirmation, true);
    assert.ok(changes.every(({ edits }) => edits.every((one) => 'annotationId' in one)));
    const removal = await server.connection.sendRequest<FlagRemoval>(removeFlagRequest, {
      folder: pathToFileURL(folder).href,
      key: 'guest-checkout',
      keep: 'on',
    });
    assert.deepEqual([...new Set(removal.edits.map(({ at }) => at.uri))].toSorted(), [
      uriOf(flags),
      uriOf(orders),
    ]);
  });

  it('lets alerts and links follow a page that is renamed', async () => {
    const edit = await server.connection.sendRequest<WorkspaceEdit>('workspace/willRenameFiles', {
      files: [{ oldUri: uriOf('runbooks/web-error-rate-high.md'), newUri: uriOf('runbooks/web-errors.md') }],
    });
    const edits = edit.documentChanges as TextDocumentEdit[];
    const changed = edits.find(({ textDocument: { uri } }) => uri === uriOf(alerts))!;
    assert.ok(changed.edits.length > 0);
    for (const { range, newText } of changed.edits as { range: Range; newText: string }[]) {
      assert.equal(slice(textOf(alerts), range), 'runbooks/web-error-rate-high.md');
      assert.equal(newText, 'runbooks/web-errors.md');
    }
  });

  it('renames nothing else, and no flag to one that is there', async () => {
    const position = positionOf(textOf(code), 'express');
    const prepared = await server.connection.sendRequest('textDocument/prepareRename', {
      textDocument: { uri: uriOf(code) },
      position,
    });
    assert.equal(prepared, null);
    const rename = server.connection.sendRequest('textDocument/rename', {
      textDocument: { uri: uriOf(orders) },
      position: positionOf(textOf(orders), 'guest-checkout'),
      newName: 'express-payment',
    });
    await assert.rejects(rename, /A flag express-payment is defined already, in flags\/storefront/);
  });

  it('answers the views with both ends of what is joined', async () => {
    const [{ services } = assert.fail()] =
      await server.connection.sendRequest<FolderServices[]>('scaleready/services');
    const web = services.find(({ name }) => name === 'web')!;
    const asked = web.groups.find(({ kind }) => kind === 'asked')!.lines[0]!;
    assert.equal(asked.other?.found, 'yes');
    assert.equal(asked.other.at?.path, code);
    const [found = assert.fail()] = await server.connection.sendRequest<FolderFlags[]>('scaleready/flags');
    const standings = found.flags.map(({ standing }) => standing);
    const order = ['undefined', 'expired', 'unused', 'unowned', 'settled'];
    assert.deepEqual(
      standings,
      standings.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
    );
    assert.ok(found.flags.some(({ key, standing }) => key === 'express-pay' && standing === 'undefined'));
  });

  it('says above alerts, services and pages what belongs to them', async () => {
    assert.deepEqual(await lenses(alerts), [
      'WebErrorRateHigh: Runbook',
      'CatalogSlow: Runbook',
      'PaymentsFailing: Create runbook',
    ]);
    const [web = '', ...others] = await lenses(code);
    assert.match(web, /: 1 runbook, owner @maren-larkfield$/);
    assert.deepEqual(others, []);
    const page = 'runbooks/web-error-rate-high.md';
    assert.deepEqual(await lenses(page), ['# WebErrorRateHigh: Used by 3 alerts']);
    assert.deepEqual(await lenses('README.md'), []);
  });

  it('creates the runbook that is missing, and lets its alert lead to it', async () => {
    const applied = new Promise<WorkspaceEdit>((resolve) =>
      server.connection.onRequest('workspace/applyEdit', ({ edit }: { edit: WorkspaceEdit }) => {
        resolve(edit);
        return { applied: true };
      }),
    );
    const created = server.connection.sendRequest<string>('workspace/executeCommand', {
      command: 'scaleready.server.createRunbook',
      arguments: [{ folder: pathToFileURL(folder).href, about: { alert: 'PaymentsFailing' } }],
    });
    const { documentChanges } = await applied;
    assert.equal(await created, uriOf('runbooks/PaymentsFailing.md'));
    assert.match(JSON.stringify(documentChanges), /runbook_url: .*runbooks\/PaymentsFailing\.md/);
    assert.match(JSON.stringify(documentChanges), /# PaymentsFailing/);
  });

  // ---- Asking ----

  /** `what stands there: the lens` */
  async function lenses(path: string): Promise<string[]> {
    const found = await server.connection.sendRequest<CodeLens[]>('textDocument/codeLens', {
      textDocument: { uri: uriOf(path) },
    });
    return found.map(({ range, command }) => `${slice(textOf(path), range)}: ${command!.title}`);
  }

  async function definition(path: string, text: string, inside = 0): Promise<string[]> {
    const position = positionOf(textOf(path), text, inside);
    const found = await server.connection.sendRequest<Location[] | null>('textDocument/definition', {
      textDocument: { uri: uriOf(path) },
      position,
    });
    return (found ?? []).map(shown);
  }

  async function references(path: string, text: string, includeDeclaration: boolean): Promise<string[]> {
    const found = await server.connection.sendRequest<Location[] | null>('textDocument/references', {
      textDocument: { uri: uriOf(path) },
      position: positionOf(textOf(path), text, 1),
      context: { includeDeclaration },
    });
    return (found ?? []).map(shown);
  }

  async function hover(path: string, text: string): Promise<string> {
    const found = await server.connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri: uriOf(path) },
      position: positionOf(textOf(path), text, 1),
    });
    return found ? (found.contents as { value: string }).value : '';
  }

  async function complete(path: string, text: string, offset: number): Promise<CompletionItem[]> {
    const found = await server.connection.sendRequest<CompletionItem[] | null>('textDocument/completion', {
      textDocument: { uri: uriOf(path) },
      position: positionAt(text, offset),
    });
    return found ?? [];
  }

  async function open(path: string, text: string): Promise<void> {
    opened.add(path);
    const textDocument = { uri: uriOf(path), languageId: 'plaintext', version: 1, text };
    await server.connection.sendNotification('textDocument/didOpen', { textDocument });
  }
});

// ---- Places in the sample ----

function textOf(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

function uriOf(path: string): string {
  return pathToFileURL(join(folder, path)).href;
}

function positionOf(text: string, wanted: string, inside = 0): Position {
  const at = text.indexOf(wanted);
  assert.ok(at >= 0, `${wanted} is there`);
  return positionAt(text, at + inside);
}

function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length - 1, character: lines.at(-1)!.length };
}

/** `path: what stands there` */
function shown({ uri, range }: Location): string {
  const path = decodeURIComponent(uri).slice(pathToFileURL(folder).href.length + 1);
  return `${path}: ${slice(textOf(path), range)}`;
}

function slice(text: string, { start, end }: Location['range']): string {
  const lines = text.split('\n');
  return lines[start.line]!.slice(start.character, start.line === end.line ? end.character : undefined);
}
