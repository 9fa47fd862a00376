/**
 * The language server: it tells a client what the engine finds. It parses nothing, knows no rule, and keeps nothing
 * that a second request would need; a restart loses nothing.
 */
import {
  CodeActionKind,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type Connection,
  type InitializeParams,
  type ServerCapabilities,
  type WorkDoneProgressServerReporter,
} from 'vscode-languageserver';
import { pagePath } from '../rules/index.ts';
import { registerCodeActions, fixAllKind } from './codeActions.ts';
import { registerCodeLens } from './codeLens.ts';
import { registerPublish, registerPull } from './diagnostics.ts';
import { fileUri } from './folder.ts';
import { commands, registerCommands } from './commands.ts';
import { describe, Folders } from './folders.ts';
import { registerCompletion, triggersOf } from './completion.ts';
import { registerFollow } from './follow.ts';
import { registerHover } from './hover.ts';
import { registerNavigation } from './navigation.ts';
import type { InitializationOptions } from './protocol.ts';
import { registerPageRename, registerRename, renamedFiles } from './rename.ts';
import { registerReports, registerStatus } from './report.ts';
import { registerRunbooks } from './runbooks.ts';
import { registerViews } from './views.ts';

declare const SCALEREADY_VERSION: string | undefined;

export function serve(connection: Connection): void {
  // A client that refuses a request of ours must not end the server that others' findings come from.
  process.on('unhandledRejection', (error) => connection.console.error(describe(error)));
  connection.onInitialize((params: InitializeParams) => {
    const { capabilities } = params;
    const options = (params.initializationOptions ?? {}) as InitializationOptions;
    const pulls = capabilities.textDocument?.diagnostic !== undefined;
    const folders = new Folders(connection, capabilities.workspace?.configuration ?? false, pulls);
    const href = pageLink(options);
    if (pulls) {
      registerPull(connection, folders, href, capabilities.workspace?.diagnostics?.refreshSupport ?? false);
    } else registerPublish(connection, folders, href);
    registerCodeActions(connection, folders, href, capabilities);
    registerHover(connection, folders, href);
    registerNavigation(connection, folders);
    registerCompletion(connection, folders, options);
    registerRename(connection, folders);
    registerPageRename(connection, folders);
    registerReports(connection, folders);
    registerStatus(connection, folders);
    registerViews(connection, folders);
    registerRunbooks(connection, folders);
    registerFollow(connection, folders);
    registerCodeLens(connection, folders, options, capabilities);
    registerCommands(connection, folders, capabilities);
    if (!options.status && capabilities.window?.workDoneProgress) registerProgress(connection, folders);
    folders.add(params.workspaceFolders ?? rootOf(params));
    connection.onInitialized(() => {
      start(connection, folders, capabilities).catch((error: unknown) =>
        connection.console.error(describe(error)),
      );
    });
    return {
      capabilities: serverCapabilities(pulls, capabilities, options),
      serverInfo: {
        name: 'Scaleready',
        version: typeof SCALEREADY_VERSION === 'string' ? SCALEREADY_VERSION : 'dev',
      },
    };
  });
  connection.onShutdown(() => undefined);
  connection.listen();
}

async function start(
  connection: Connection,
  folders: Folders,
  capabilities: ClientCapabilities,
): Promise<void> {
  connection.onDidChangeWatchedFiles(({ changes }) => {
    folders.changed(
      changes.map(({ uri, type }) => (type === FileChangeType.Deleted ? uri.replace(/\/$/, '') : uri)),
    );
  });
  connection.onDidChangeConfiguration(async () => {
    if (await folders.readSettings()) folders.schedule();
  });
  if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
    // Any file may be what a link points at.
    const watchers = [{ globPattern: '**/*' }];
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
  if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'scaleready' });
  }
  if (capabilities.workspace?.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
      folders.remove(removed.map(({ uri }) => uri));
      folders.add(added);
      await folders.readSettings();
      folders.schedule();
    });
  }
  await folders.readSettings();
  folders.schedule();
}

function serverCapabilities(
  pulls: boolean,
  { textDocument }: ClientCapabilities,
  options: InitializationOptions,
): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    ...(pulls && {
      diagnosticProvider: {
        identifier: 'scaleready',
        interFileDependencies: true,
        workspaceDiagnostics: true,
      },
    }),
    codeActionProvider: {
      codeActionKinds: ['quickfix', fixAllKind, CodeActionKind.RefactorRewrite],
      resolveProvider: true,
    },
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    completionProvider: { triggerCharacters: triggersOf(options) },
    renameProvider: textDocument?.rename?.prepareSupport ? { prepareProvider: true } : true,
    codeLensProvider: {},
    executeCommandProvider: { commands: [...commands] },
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { willRename: { filters: renamedFiles } },
    },
  };
}

/** Where a rule's page is: what the client can show, else the file that ships with us. */
function pageLink({ rulePages }: InitializationOptions): (rule: string) => string | undefined {
  return (rule) => {
    const path = pagePath(rule);
    if (path === undefined) return undefined;
    return rulePages === undefined ? fileUri(path) : `${rulePages}${rule}.md`;
  };
}

function rootOf({ rootUri }: InitializeParams): { uri: string; name: string }[] {
  return rootUri ? [{ uri: rootUri, name: rootUri.split('/').filter(Boolean).at(-1) ?? rootUri }] : [];
}

/** Shows how far reading is, in clients that do not show it by themselves. */
function registerProgress(connection: Connection, folders: Folders): void {
  let reporter: Promise<WorkDoneProgressServerReporter> | undefined;
  let last = 0;
  folders.onProgress(() => {
    if (!folders.indexing || Date.now() - last < 100) return;
    last = Date.now();
    reporter ??= connection.window.createWorkDoneProgress().then((created) => {
      created.begin('Scaleready: reading the workspace', 0, undefined, false);
      return created;
    });
    const { done, total } = folders.progress;
    void reporter.then((one) => one.report(Math.floor((done / total) * 100), `${done} of ${total} files`));
  });
  folders.onAudited(() => {
    if (folders.indexing) return;
    void reporter?.then((one) => one.done());
    reporter = undefined;
  });
}
