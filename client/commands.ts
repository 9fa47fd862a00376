/** The commands in the palette. */
import * as vscode from 'vscode';
import type { LanguageServer } from './languageServer.ts';
import type { ReadinessPanel } from './panel/panel.ts';
import { openRulePage } from './rulePages.ts';
import { removeFlag } from './flagRemoval.ts';
import type { TreeNode } from './views/tree.ts';
import { count } from './words.ts';

export function registerCommands(
  server: LanguageServer,
  panel: ReadinessPanel,
  output: vscode.LogOutputChannel,
): vscode.Disposable {
  const commands: Record<string, (...args: never[]) => unknown> = {
    'scaleready.openPanel': () => panel.open(),
    'scaleready.auditWorkspace': () => auditWorkspace(server, panel),
    'scaleready.fixFile': fixFile,
    'scaleready.explainRule': (rule?: string) => explainRule(server, rule),
    'scaleready.createConfiguration': (folder?: string) => createConfiguration(server, folder),
    'scaleready.removeFlag': (node?: TreeNode) => removeFlag(server, output, node),
    'scaleready.restartServer': () => server.restart(),
    'scaleready.showOutput': () => output.show(),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
  );
}

/** Reads every file again, shows the Problems view and says the result in one line. */
async function auditWorkspace(server: LanguageServer, panel: ReadinessPanel): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  const report = await vscode.window.withProgress(
    { location, title: 'Scaleready: auditing the workspace', cancellable: true },
    (_progress, token) => server.scorecard({ fresh: true }, token),
  );
  const files = report.folders.reduce((sum, folder) => sum + folder.files.parsed, 0);
  if (files === 0) {
    void vscode.window.showWarningMessage('Scaleready found no file to check in this workspace.');
    return;
  }
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  const total = (severity: 'error' | 'warning' | 'info') =>
    report.folders.reduce((sum, folder) => sum + folder.findings[severity], 0);
  const scores = report.folders
    .filter(({ scorecard }) => scorecard.total.percent !== null)
    .map(({ name, scorecard }) => `${name} ${scorecard.total.percent}%`);
  const answer = await vscode.window.showInformationMessage(
    `Scaling readiness: ${scores.join(', ') || 'nothing could be scored'}. ` +
      `${count(total('error'), 'error')}, ${count(total('warning'), 'warning')}, ${count(total('info'), 'info')} ` +
      `in ${count(files, 'file')}.`,
    'Open Panel',
  );
  if (answer) panel.open();
}

/** Safe fixes alone: the server offers no other under this kind. */
async function fixFile(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.codeAction', {
    kind: 'source.fixAll.scaleready',
    apply: 'first',
  });
}

async function explainRule(server: LanguageServer, rule?: string): Promise<void> {
  if (rule) return openRulePage(rule);
  const items = server.rules().then((rules) => {
    let area = '';
    return rules.flatMap((rule): vscode.QuickPickItem[] => {
      const item = { label: rule.id, detail: rule.title };
      if (rule.area === area) return [item];
      area = rule.area;
      return [{ label: rule.areaTitle, kind: vscode.QuickPickItemKind.Separator }, item];
    });
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Explain a rule',
    placeHolder: 'What it finds, why it matters, how to fix it',
    matchOnDetail: true,
  });
  if (picked) await openRulePage(picked.label);
}

async function createConfiguration(server: LanguageServer, uri?: string): Promise<void> {
  const folder = uri ? vscode.Uri.parse(uri) : (await pickFolder())?.uri;
  if (!folder) return;
  const { path, text } = await server.starterConfiguration();
  const file = vscode.Uri.joinPath(folder, path);
  const edit = new vscode.WorkspaceEdit();
  // What somebody has written already is opened as it is.
  edit.createFile(file, { ignoreIfExists: true, contents: new TextEncoder().encode(text) });
  await vscode.workspace.applyEdit(edit);
  await vscode.window.showTextDocument(file);
}

async function pickFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) return vscode.window.showWorkspaceFolderPick();
  if (!folders[0])
    void vscode.window.showWarningMessage('Open a folder first: the configuration belongs to it.');
  return folders[0];
}
