/**
 * The extension's entry: starts the language server and shows what it says in VS Code. Everything in this folder knows
 * the protocol alone; it decides nothing about a repository and must never import the engine.
 */
import * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { registerFollow } from './follow/follow.ts';
import { LanguageServer } from './languageServer.ts';
import { ReadinessPanel } from './panel/panel.ts';
import { ActiveFile } from './places.ts';
import { registerRulePages } from './rulePages.ts';
import { registerRunbookCommands } from './runbooks.ts';
import { createStatusBar } from './statusBar.ts';
import { flagNodes } from './views/flags.ts';
import { runbookNodes } from './views/runbooks.ts';
import { serviceNodes } from './views/services.ts';
import { registerTree } from './views/tree.ts';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('Scaleready', { log: true });
  const server = new LanguageServer(context, output);
  const panel = new ReadinessPanel(context, server);
  const active = new ActiveFile();
  context.subscriptions.push(
    active,
    output,
    server,
    panel,
    createStatusBar(server),
    registerRulePages(server),
    registerTree('scaleready.services', server, async (token) => serviceNodes(await server.services(token))),
    registerTree('scaleready.flags', server, async (token) => flagNodes(await server.flags(token))),
    registerTree(
      'scaleready.runbooks',
      server,
      async (token) => runbookNodes(await server.runbooks(active.uri?.toString(), token)),
      active.onDidChange,
    ),
    registerFollow(context, server, active),
    registerRunbookCommands(server, active),
    registerCommands(server, panel, output),
  );
  await server.start();
}
