/** What the packaged extension does in an editor, asked through VS Code's own API. Runs on a copy of the storefront. */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

const folder = vscode.workspace.workspaceFolders![0]!.uri;
const at = (path: string) => vscode.Uri.joinPath(folder, path);

const extension = () => vscode.extensions.getExtension('scaleready.scaleready')!;

describe('the extension', () => {
  it('starts by itself where there is something to check', async () => {
    await eventually('it is active', () => extension().isActive);
  });

  it('puts its commands into the palette', async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    const commands = (extension().packageJSON.contributes.commands as { command: string }[]).map(
      ({ command }) => command,
    );
    assert.ok(commands.length >= 7);
    assert.deepEqual(
      commands.filter((command) => !known.has(command)),
      [],
    );
  });

  it('says what it leaves out in an untrusted workspace', () => {
    const { untrustedWorkspaces } = extension().packageJSON.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.match(untrustedWorkspaces.description, /Left out/);
  });

  it('opens the readiness panel', async () => {
    await vscode.commands.executeCommand('scaleready.openPanel');
    await eventually('the panel is open', () => panels().length === 1);
    await vscode.commands.executeCommand('scaleready.openPanel');
    assert.equal(panels().length, 1, 'a second time shows the same panel');
    await vscode.window.tabGroups.close(panels());
  });
});

describe('findings', () => {
  it('stand at the value that is wrong, in a file that is open', async () => {
    const document = await open('services/web/Dockerfile');
    const finding = await findingOf(document.uri, 'containers/shell-form-command');
    assert.equal(document.getText(finding.range), 'npm start');
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Warning);
    assert.equal(finding.source, 'scaleready');
  });

  it('stand in files that are not open', async () => {
    const finding = await findingOf(at('flags/storefront.flagd.json'), 'rollout/flag-expired');
    assert.match(finding.message, /guest-checkout/);
  });

  it('point at both ends of a join', async () => {
    const document = await open('deploy/kubernetes/catalog.yaml');
    const finding = await findingOf(document.uri, 'health/probe-path-unserved');
    assert.equal(document.getText(finding.range), '/health');
    const others = finding.relatedInformation?.map(({ location }) =>
      vscode.workspace.asRelativePath(location.uri),
    );
    assert.ok(
      others?.some((path) => path.startsWith('services/catalog/')),
      String(others),
    );
  });

  it('follow the text as it is typed, saved or not', async () => {
    const document = await open('services/checkout/Dockerfile');
    const user = document.getText().indexOf('USER root');
    await edit(document, user + 'USER '.length, user + 'USER root'.length, 'node');
    await goneFrom(document.uri, 'containers/user-root');
    await vscode.commands.executeCommand('undo');
    await findingOf(document.uri, 'containers/user-root');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('link to the page of their rule', async () => {
    const finding = await findingOf(at('services/web/Dockerfile'), 'containers/shell-form-command');
    assert.ok(typeof finding.code === 'object');
    const page = await vscode.workspace.openTextDocument(finding.code.target);
    assert.match(page.getText(), /^# containers\/shell-form-command/);
    assert.match(page.getText(), /## Why it matters when you scale/);
  });

  it('explain themselves on hover', async () => {
    const document = await open('services/web/Dockerfile');
    const { range } = await findingOf(document.uri, 'containers/shell-form-command');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      range.start,
    );
    const text = hovers.flatMap(({ contents }) =>
      contents.map((content) => (typeof content === 'string' ? content : content.value)),
    );
    assert.match(text.join('\n'), /shell/i);
  });

  it('obey the settings', async () => {
    const uri = at('services/recommendations/Dockerfile');
    await findingOf(uri, 'containers/base-unpinned');
    const settings = vscode.workspace.getConfiguration('scaleready', folder);
    const target = vscode.ConfigurationTarget.Workspace;
    await settings.update('rules', { 'containers/base-unpinned': 'off' }, target);
    await goneFrom(uri, 'containers/base-unpinned');
    await settings.update('rules', undefined, target);
    await findingOf(uri, 'containers/base-unpinned');
  });

  it('come back after the server is restarted', async () => {
    const uri = at('services/recommendations/Dockerfile');
    await findingOf(uri, 'containers/base-unpinned');
    await vscode.commands.executeCommand('scaleready.restartServer');
    await findingOf(uri, 'containers/base-unpinned');
  });
});

describe('fixes', () => {
  it('change the text that is wrong, and the finding goes', async () => {
    const document = await open('deploy/kubernetes/catalog.yaml');
    const finding = await findingOf(document.uri, 'health/probe-path-unserved');
    const action = (await actionsAt(document, finding.range)).find(({ title }) => title.includes('/healthz'));
    assert.ok(action, 'there is a quick fix');
    await apply(action);
    assert.equal(document.lineAt(finding.range.start.line).text.trim(), 'path: /healthz');
    await goneFrom(document.uri, 'health/probe-path-unserved');
  });

  it('are applied to a whole file by one command, where they are safe', async () => {
    const document = await open('services/web/Dockerfile');
    await findingOf(document.uri, 'containers/shell-form-command');
    await vscode.commands.executeCommand('scaleready.fixFile');
    await eventually('the exec form is there', () => document.getText().includes('CMD ["npm", "start"]'));
    await goneFrom(document.uri, 'containers/shell-form-command');
  });

  it('can be to accept the finding here, in the syntax of the file', async () => {
    const document = await open('services/recommendations/Dockerfile');
    const finding = await findingOf(document.uri, 'containers/base-unpinned');
    const actions = await actionsAt(document, finding.range);
    const accept = actions.find(({ title }) =>
      title.startsWith('Accept containers/base-unpinned for this line'),
    );
    assert.ok(accept, `there is such an action among ${actions.map(({ title }) => title).join(', ')}`);
    await apply(accept);
    await goneFrom(document.uri, 'containers/base-unpinned');
    assert.match(document.getText(), /^# scaleready-disable-next-line containers\/base-unpinned/m);
  });
});

describe('joins', () => {
  it('lead from a probe to the route that answers it', async () => {
    const document = await open('deploy/kubernetes/web.yaml');
    const found = await linksOf('vscode.executeDefinitionProvider', document, '/healthz');
    assert.ok(found.includes('services/web/src/server.ts'), found.join());
  });

  it('lead back from a definition of a flag to the code that reads it', async () => {
    const document = await open('flags/storefront.flagd.json');
    const found = await linksOf('vscode.executeReferenceProvider', document, 'guest-checkout');
    assert.ok(found.includes('services/checkout/src/orders.js'), found.join());
  });

  it('rename a flag on both sides, beside what renames code', async () => {
    const document = await open('services/checkout/src/orders.js');
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      document.positionAt(document.getText().indexOf('guest-checkout')),
      'checkout-as-guest',
    );
    const changed = edit.entries().map(([uri]) => vscode.workspace.asRelativePath(uri));
    assert.deepEqual(changed.toSorted(), ['flags/storefront.flagd.json', 'services/checkout/src/orders.js']);
  });

  it('complete the key of a flag', async () => {
    const document = await open('services/checkout/src/orders.js');
    const key = document.getText().indexOf('guest-checkout');
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(key),
      "'",
    );
    assert.ok(items.some(({ label }) => label === 'express-payment'));
  });
});

describe('the configuration', () => {
  it('is created where there is none, and opened', async () => {
    await vscode.commands.executeCommand('scaleready.createConfiguration', folder.toString());
    await eventually('it is open', () =>
      vscode.window.activeTextEditor?.document.uri.path.endsWith('/.scaleready.yaml'),
    );
    assert.ok(vscode.window.activeTextEditor!.document.getText().length > 0);
    await vscode.workspace.fs.delete(at('.scaleready.yaml'));
  });
});

// ---- Waiting, reading and editing ----

/** Waits for what the server does in its own time. */
async function eventually<T>(what: string, get: () => T | undefined | false): Promise<T> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const value = get();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain: ${what}`);
}

function findingsOf(uri: vscode.Uri, rule: string): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(({ code }) => (typeof code === 'object' ? code.value : code) === rule);
}

async function findingOf(uri: vscode.Uri, rule: string): Promise<vscode.Diagnostic> {
  return eventually(`${rule} in ${vscode.workspace.asRelativePath(uri)}`, () => findingsOf(uri, rule)[0]);
}

async function goneFrom(uri: vscode.Uri, rule: string): Promise<void> {
  await eventually(
    `no ${rule} in ${vscode.workspace.asRelativePath(uri)}`,
    () => findingsOf(uri, rule).length === 0,
  );
}

async function open(path: string): Promise<vscode.TextDocument> {
  const editor = await vscode.window.showTextDocument(at(path));
  return editor.document;
}

async function edit(document: vscode.TextDocument, start: number, end: number, text: string): Promise<void> {
  const change = new vscode.WorkspaceEdit();
  change.replace(document.uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), text);
  assert.ok(await vscode.workspace.applyEdit(change));
}

async function actionsAt(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.CodeAction[]> {
  // Their edits are computed when they are resolved.
  const resolved = 100;
  return vscode.commands.executeCommand(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    undefined,
    resolved,
  );
}

/** Files that a provider leads to from a text of a document. */
async function linksOf(provider: string, document: vscode.TextDocument, text: string): Promise<string[]> {
  const position = document.positionAt(document.getText().indexOf(text) + 1);
  const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
    provider,
    document.uri,
    position,
  );
  return found.map((one) => vscode.workspace.asRelativePath('uri' in one ? one.uri : one.targetUri));
}

async function apply({ edit, command }: vscode.CodeAction): Promise<void> {
  if (edit) assert.ok(await vscode.workspace.applyEdit(edit));
  if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

function panels(): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('scaleready.panel'),
    );
}
